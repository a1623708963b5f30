#include "scenarios/scenario/schedule.hpp"

#include <fmt/format.h>

namespace streamtwin {

chaos::Schedule schedule_of(const FaultSpec& step) {
  return {.at = step.at,
          .every = step.every,
          .times = step.times,
          .until = step.until,
          .within = step.within,
          .lasts = step.lasts.value_or(Duration{0})};
}

std::vector<FaultSpec> occurrences(const Scenario& scenario, const FaultSpec& step, std::uint64_t seed) {
  const std::string name = step.name.empty() ? fmt::format("{} {}", step.action.name, step.target) : step.name;
  std::vector<FaultSpec> all;
  for (const Duration instant : chaos::instants_of(schedule_of(step), scenario.clock.lasts, Random(seed, "method", "when: " + name))) {
    all.push_back(step);
    all.back().at = instant;
  }
  return all;
}

}  // namespace streamtwin
