#include "scenarios/composition/tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "scenarios/composition/kpis.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin {
namespace {

/// The dimension of a KPI, and its unit in that dimension's base unit.
struct KpiScale {
  Dimension dimension = Dimension::plain;
  double factor = 1;
};

KpiScale scale_of(const KnownKpi& kpi) {
  if (kpi.unit.empty()) return {is_share(kpi.name) ? Dimension::share : Dimension::plain};
  const Dimension dimension = dimension_of(kpi.unit);
  for (const UnitName& unit : units_of(dimension)) {
    if (unit.text == kpi.unit) return {dimension, unit.factor};
  }
  return {};
}

const KnownKpi* find(const std::vector<KnownKpi>& kpis, const std::string& name) {
  const auto found = std::find_if(kpis.begin(), kpis.end(), [&](const KnownKpi& kpi) { return kpi.name == name; });
  return found == kpis.end() ? nullptr : &*found;
}

void settle(std::optional<Bound>& bound, const KpiScale& scale) {
  if (!bound || bound->dimension == Dimension::plain || bound->dimension != scale.dimension) return;
  // As read_quantity has divided: 30 /h are 30 again.
  bound = Bound{scale.factor >= 1 ? bound->value / scale.factor : bound->value * std::round(1 / scale.factor)};
}

std::string_view noun_of(Dimension dimension) {
  if (dimension == Dimension::plain) return "a plain number";
  if (dimension == Dimension::time) return "a time";
  return language::quantity_traits(units_of(dimension)).noun;
}

void check_bound(const std::optional<Bound>& bound, const KnownKpi& kpi, const std::string& at, Checker& checker) {
  const Dimension dimension = scale_of(kpi).dimension;
  if (!bound || bound->dimension == Dimension::plain || bound->dimension == dimension) return;
  const std::string expected =
      dimension == Dimension::plain
          ? "a number without a unit"
          : fmt::format("a unit of {}, or a number{}", language::unit_list(units_of(dimension)), kpi.unit.empty() ? "" : " in " + kpi.unit);
  checker.error(at, fmt::format("{} is {}, and the bound of {} is {}; expected {}", kpi.name, noun_of(dimension),
                                language::exact_text(bound->value, bound->units()), noun_of(bound->dimension), expected));
}

}  // namespace

bool is_share(std::string_view kpi) {
  return kpi.starts_with("availability.") || kpi.ends_with(".availability") || kpi.ends_with("_ratio") || kpi.ends_with("_share") ||
         kpi == "delivery.time_below_access" || kpi == "delivery.saturated_links_peak";
}

void settle_tolerances(Scenario& scenario) {
  const std::vector<KnownKpi> kpis = known_kpis(scenario);
  for_each_tolerance(scenario, [&](Tolerance& tolerance, const std::string&) {
    const KnownKpi* const kpi = find(kpis, tolerance.kpi);
    if (kpi == nullptr) return;
    settle(tolerance.at_least, scale_of(*kpi));
    settle(tolerance.at_most, scale_of(*kpi));
  });
}

void check_tolerances(const Scenario& scenario, Checker& checker) {
  const std::vector<KnownKpi> kpis = known_kpis(scenario);
  std::vector<std::string> names;
  for (const KnownKpi& kpi : kpis) names.push_back(kpi.name);
  for_each_tolerance(scenario, [&](const Tolerance& tolerance, const std::string& at) {
    checker.one_of(at + ".kpi", tolerance.kpi, "kpi", names);
    checker.require(tolerance.at_least || tolerance.at_most, at, "a tolerance needs `at_least`, `at_most` or both");
    const KnownKpi* const kpi = find(kpis, tolerance.kpi);
    if (kpi == nullptr) return;
    check_bound(tolerance.at_least, *kpi, at + ".at_least", checker);
    check_bound(tolerance.at_most, *kpi, at + ".at_most", checker);
  });
}

}  // namespace streamtwin
