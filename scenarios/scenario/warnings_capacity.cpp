// Load that a service cannot bear even if nothing goes wrong: what the workloads ask of it all the time, calls and caches'
// best case included, against its cores.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/services/call_graph.hpp"
#include "scenarios/scenario/load_steps.hpp"
#include "scenarios/scenario/warnings.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin {
namespace {

/// The rate that a workload never falls below; 0 where a file or bursts say it.
Rate least_rate(const workload::WorkloadSpec& workload) {
  if (workload.rate) return *workload.rate;
  const auto least =
      std::min_element(workload.course.begin(), workload.course.end(), [](const auto& a, const auto& b) { return a.rate < b.rate; });
  return least == workload.course.end() ? Rate{0} : least->rate;
}

double share_of_region(const workload::WorkloadSpec& workload, const Scenario& scenario, const places::RegionSpec& region) {
  if (workload.regions.empty()) return 1.0 / static_cast<double>(scenario.regions.size());
  double total = 0;
  for (const auto& [name, weight] : workload.regions) total += weight;
  const auto weight = workload.regions.find(region.name);
  return weight == workload.regions.end() || total <= 0 ? 0 : weight->second / total;
}

/// What a workload comes to at most; 0 where a file or bursts say it.
Rate largest_rate(const workload::WorkloadSpec& workload) {
  if (workload.rate) return *workload.rate;
  const auto most =
      std::max_element(workload.course.begin(), workload.course.end(), [](const auto& a, const auto& b) { return a.rate < b.rate; });
  return most == workload.course.end() ? Rate{0} : most->rate;
}

/// By service, the requests that the workloads ask of a region, calls and caches' best case included.
class Offered {
 public:
  explicit Offered(const Scenario& scenario) : scenario_(scenario) {
    const services::CallGraph graph(scenario.services);
    for (const auto& [name, workload] : scenario.load) {
      if (scenario.services.contains(workload.target)) visits_.try_emplace(workload.target, graph.visits(workload.target));
    }
  }
  std::map<std::string, double> in(const places::RegionSpec& region, Rate (*rate_of)(const workload::WorkloadSpec&)) const {
    std::map<std::string, double> requests;
    for (const auto& [name, workload] : scenario_.load) {
      const double rate = rate_of(workload).value() * share_of_region(workload, scenario_, region);
      const auto times = visits_.find(workload.target);
      if (rate <= 0 || times == visits_.end()) continue;
      for (const auto& [service, count] : times->second) requests[service] += rate * count;
      if (workload.entry == workload::Entry::edge) requests[scenario_.edge.gateway] += rate;
    }
    return requests;
  }

 private:
  const Scenario& scenario_;
  std::map<std::string, std::map<std::string, double>> visits_;  ///< by target
};

struct TooMuch {
  double utilisation = 1;
  std::string service, region;
  double requests = 0;
  int cores = 0;
};

}  // namespace

void warn_of_capacity(const Scenario& scenario, Checker& checker) {
  const Offered offered(scenario);
  TooMuch worst;
  for (const places::RegionSpec& region : scenario.regions) {
    for (const auto& [service, rate] : offered.in(region, least_rate)) {
      const auto spec = scenario.services.find(service);
      if (spec == scenario.services.end()) continue;
      const int instances = spec->second.scaling ? spec->second.scaling->max : spec->second.instances_in(region);
      const int cores = instances * spec->second.cores;
      const double utilisation = rate * in_seconds(spec->second.cost.mean()) / cores;
      if (utilisation > worst.utilisation) worst = {utilisation, service, region.name, rate, cores};
    }
  }
  if (worst.service.empty()) return;
  const bool drawn = scenario.drawn.contains(worst.service);
  checker.warning(
      drawn ? place_of_drawn(scenario) : fmt::format("services.{}", worst.service),
      fmt::format("the load is above capacity: {:.3g} requests/s of {} each{} are {:.3g} times what {} core{} in {} can do; the "
                  "queue grows until requests are turned away or given up",
                  worst.requests, language::human(scenario.services.at(worst.service).cost.mean()),
                  drawn ? fmt::format(" at {}", worst.service) : "", worst.utilisation, worst.cores, worst.cores == 1 ? "" : "s",
                  worst.region));
}

std::set<std::string> overloaded_as_it_begins(const Scenario& scenario) {
  const Offered offered(scenario);
  std::set<std::string> overloaded;
  for (const places::RegionSpec& region : scenario.regions) {
    for (const auto& [name, rate] : offered.in(region, largest_rate)) {
      const auto spec = scenario.services.find(name);
      if (spec == scenario.services.end()) continue;
      const int cores = spec->second.instances_in(region) * spec->second.cores;
      if (rate * in_seconds(spec->second.cost.mean()) > cores) overloaded.insert(name);
    }
  }
  return overloaded;
}

// Steps that hold at once multiply, as a spike on a busy evening does; so do those whose author took them for levels.
void warn_of_load_steps(const Scenario& scenario, Checker& checker) {
  constexpr double most_of_one = 1000;
  for (std::size_t i = 0; i < scenario.method.size(); ++i) {
    const FaultSpec& step = scenario.method[i];
    if (!sets_load(step) || !step.load) continue;
    double together = 1;
    for (const FaultSpec& other : scenario.method) {
      const bool same = other.target.empty() || step.target.empty() || other.target == step.target;
      const bool holds = other.at <= step.at && (!other.lasts || step.at < other.at + *other.lasts);
      if (sets_load(other) && other.load && same && holds) together *= *other.load;
    }
    if (together <= most_of_one) continue;
    checker.warning(fmt::format("method[{}].load", i),
                    fmt::format("steps that hold at the same time multiply: from here on the load is {:.0f} times what it was", together));
    return;
  }
}

}  // namespace streamtwin
