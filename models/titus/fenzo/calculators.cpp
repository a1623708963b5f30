#include "models/titus/fenzo/calculators.hpp"

#include <algorithm>
#include <stdexcept>

namespace streamtwin::fenzo {
namespace {

struct NamedBuiltIn {
  std::string_view name;
  BuiltIn kind;
};
constexpr NamedBuiltIn named[] = {{"none", BuiltIn::none},
                                  {"cpuBinPacker", BuiltIn::cpu_bin_packer},
                                  {"memoryBinPacker", BuiltIn::memory_bin_packer},
                                  {"networkBinPacker", BuiltIn::network_bin_packer},
                                  {"cpuMemBinPacker", BuiltIn::cpu_mem_bin_packer},
                                  {"cpuMemNetworkBinPacker", BuiltIn::cpu_mem_network_bin_packer},
                                  {"cpuSpreader", BuiltIn::cpu_spreader},
                                  {"memorySpreader", BuiltIn::memory_spreader},
                                  {"networkSpreader", BuiltIn::network_spreader},
                                  {"cpuMemSpreader", BuiltIn::cpu_mem_spreader},
                                  {"cpuMemNetworkSpreader", BuiltIn::cpu_mem_network_spreader}};

/// Kahan's sum, as java.util.stream.DoubleStream.sum has it.
double compensated_sum(const std::vector<std::pair<Calculator, double>>& parts) {
  double sum = 0, lost = 0;
  for (const auto& [calculator, weight] : parts) {
    const double next = weight - lost, grown = sum + next;
    lost = (grown - sum) - next;
    sum = grown;
  }
  return sum - lost;
}

}  // namespace

WeightedAverage::WeightedAverage(std::vector<std::pair<Calculator, double>> weighted) : parts(std::move(weighted)) {
  if (parts.empty()) throw std::invalid_argument("a weighted average needs one calculator at least");
  if (compensated_sum(parts) != 1.0) throw std::invalid_argument("the weights must sum to exactly 1");
}

const BuiltIn* find_built_in(std::string_view name) {
  for (const NamedBuiltIn& known : named) {
    if (known.name == name) return &known.kind;
  }
  return nullptr;
}

std::vector<std::string_view> built_in_names() {
  std::vector<std::string_view> names;
  for (const NamedBuiltIn& known : named) names.push_back(known.name);
  return names;
}

bool numbers_only(const Calculator& calculator) {
  if (std::holds_alternative<BuiltIn>(calculator)) return true;
  const auto* average = std::get_if<std::shared_ptr<const WeightedAverage>>(&calculator);
  if (!average) return false;
  const auto& parts = (*average)->parts;
  return std::all_of(parts.begin(), parts.end(), [](const auto& part) { return numbers_only(part.first); });
}

double score_of(const Calculator& calculator, const TaskRequest& task, const HostTable& hosts, Slot slot, const TaskTracker& tasks) {
  if (const auto* kind = std::get_if<BuiltIn>(&calculator)) {
    double score = 0;
    with_built_in(*kind, [&]<BuiltIn k>() { score = built_in_score<k>(hosts, slot, numbers_of(task.needs)); });
    return score;
  }
  if (const auto* custom = std::get_if<std::shared_ptr<const Fitness>>(&calculator)) return (*custom)->score(task, hosts.host(slot), tasks);
  double scores = 0, weights = 0;
  for (const auto& [part, weight] : std::get<std::shared_ptr<const WeightedAverage>>(calculator)->parts) {
    const double score = score_of(part, task, hosts, slot, tasks);
    if (score == 0.0) return 0.0;
    scores += score * weight;
    weights += weight;
  }
  return scores / weights;
}

}  // namespace streamtwin::fenzo
