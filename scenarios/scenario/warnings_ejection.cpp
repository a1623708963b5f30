// Ejections that are asked for and cannot happen: Envoy's ten per cent of few instances are nobody.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/scenario/places.hpp"
#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {
namespace {

/// In the region where there are most, as long as nobody scales it.
std::optional<int> instances_in_a_region(const Scenario& scenario, const std::string& service) {
  const auto spec = scenario.services.find(service);
  if (spec == scenario.services.end() || spec->second.scaling) return std::nullopt;
  int most = 0;
  for (const places::RegionSpec& region : scenario.regions) most = std::max(most, spec->second.instances_in(region));
  return most;
}

}  // namespace

void warn_of_ejection(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, spec] : scenario.services) {
    for (std::size_t i = 0; i < spec.calls.size(); ++i) {
      const auto& ejection = spec.calls[i].client.outlier_ejection;
      if (!ejection || ejection->always_eject_one || ejection->max_ejected.value() <= 0) continue;
      const std::optional<int> instances = instances_in_a_region(scenario, spec.calls[i].service);
      if (!instances || ejection->max_ejected.value() * *instances >= 1 - 1e-9) continue;
      checker.warning(fmt::format("services.{}.calls[{}].client.outlier_ejection", name, i),
                      fmt::format("nobody is ever ejected: one of {}'s {} instances is more than `max_ejected`, {:g} %; a larger share or "
                                  "`always_eject_one` lets it",
                                  spec.calls[i].service, *instances, ejection->max_ejected.value() * 100));
    }
  }
}

}  // namespace streamtwin
