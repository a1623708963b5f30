#include "models/titus/jobs/jobs_spec.hpp"

#include <fmt/format.h>

namespace streamtwin::titus {

void JobLimitsSpec::check(Checker& checker) const {
  checker.require(cpus_min <= cpus_max, "cpus_max", "is not below `cpus_min`");
  checker.require(memory_min <= memory_max, "memory_max", "is not below `memory_min`");
  checker.require(disk_min <= disk_max, "disk_max", "is not below `disk_min`");
  checker.require(network_min <= network_max, "network_max", "is not below `network_min`");
  checker.require(runtime_limit_min <= runtime_limit && runtime_limit <= runtime_limit_max, "runtime_limit",
                  "is between `runtime_limit_min` and `runtime_limit_max`");
}

std::optional<std::string> why_refused(const ContainerNeeds& needs, const JobLimitsSpec& limits) {
  const auto within = [](double value, double min, double max, const char* what, const char* unit) -> std::optional<std::string> {
    if (value >= min && value <= max) return std::nullopt;
    return fmt::format("a container has {:.10g} to {:.10g}{} {}, not {:.10g}{}", min, max, unit, what, value, unit);
  };
  std::optional<std::string> why = within(needs.cpus, limits.cpus_min, limits.cpus_max, "CPUs", "");
  if (!why) why = within(needs.gpus, 0, limits.gpus_max, "GPUs", "");
  if (!why) why = within(needs.memory.value() / 1e6, limits.memory_min.value() / 1e6, limits.memory_max.value() / 1e6, "of memory", " MB");
  if (!why) why = within(needs.disk.value() / 1e6, limits.disk_min.value() / 1e6, limits.disk_max.value() / 1e6, "of disk", " MB");
  if (!why)
    why = within(needs.network.value() / 1e6, limits.network_min.value() / 1e6, limits.network_max.value() / 1e6, "of network", " Mbps");
  return why;
}

}  // namespace streamtwin::titus
