#include "models/titus/placement/interface_fitness.hpp"

#include <algorithm>

namespace streamtwin::titus {
namespace {

/// SimpleNetworkInterfaceFitnessEvaluator
constexpr double packed_least = 0.11, packed_most = 0.20, already_configured = 0.100, never_configured = 0.099, delayed_least = 0.090,
                 delayed_most = 0.098;

}  // namespace

double InterfaceFitness::idle(const fenzo::TaskRequest& task, std::uint32_t host, int index, int, int) const {
  const InterfaceMemory* const memory = tally_.interface(host, index);
  if (!memory) return never_configured;
  if (tally_.equal(container(task).security_groups, memory->security_groups)) return already_configured;
  if (cooling_ <= Duration{0}) return delayed_most;
  const Duration since = std::clamp(now_ - memory->at, Duration{0}, cooling_);
  return delayed_least + since / cooling_ * (delayed_most - delayed_least);
}

double InterfaceFitness::used(const fenzo::TaskRequest&, std::uint32_t, int, int needed, int in_use, int limit) const {
  return packed_least + (in_use + needed + 1.0) / (limit + 1.0) * (packed_most - packed_least);
}

}  // namespace streamtwin::titus
