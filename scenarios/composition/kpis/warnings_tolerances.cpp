// Bounds that say nothing: whatever happens, the KPI is within them, or never.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/kpis/tolerances.hpp"

namespace streamtwin {
namespace {

void look_at(const Tolerance& tolerance, KpiKind kind, const std::string& at, Checker& checker) {
  const KpiTraits range = traits_of(kind);
  const auto warn = [&](std::string_view field, double bound, std::string_view then) {
    const std::string within = range.most == HUGE_VAL ? fmt::format("is never below {:g}", range.least)
                                                      : fmt::format("is between {:g} and {:g}", range.least, range.most);
    checker.warning(fmt::format("{}.{}", at, field), fmt::format("{} {}: a bound of {:g} {}", tolerance.kpi, within, bound, then));
  };
  const auto bound_of = [](const std::optional<Bound>& bound) { return bound ? std::optional(bound->value) : std::nullopt; };
  const std::optional<double> least = bound_of(tolerance.at_least), most = bound_of(tolerance.at_most);
  if (least && most && *least > *most) {
    checker.warning(at, fmt::format("nothing is at least {:g} and at most {:g}: this can never hold", *least, *most));
    return;
  }
  if (least && *least > range.most) warn("at_least", *least, "can never hold");
  if (most && *most < range.least) warn("at_most", *most, "can never hold");
  if (least && *least <= range.least) warn("at_least", *least, "can never break");
  if (most && *most >= range.most) warn("at_most", *most, "can never break");
}

}  // namespace

void warn_of_tolerances(const Scenario& scenario, Checker& checker) {
  const std::vector<Kpi> kpis = known_kpis(scenario);
  for_each_tolerance(scenario, [&](const Tolerance& tolerance, const std::string& at) {
    const auto kpi = std::find_if(kpis.begin(), kpis.end(), [&](const Kpi& known) { return known.name == tolerance.kpi; });
    if (kpi != kpis.end()) look_at(tolerance, kpi->kind, at, checker);
  });
}

}  // namespace streamtwin
