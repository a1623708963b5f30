#include "scenarios/composition/kpis/tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin {
namespace {

/// The dimension of a KPI, and its unit in that dimension's base unit.
struct KpiScale {
  Dimension dimension = Dimension::plain;
  double factor = 1;
};

KpiScale scale_of(const Kpi& kpi) {
  if (kpi.kind == KpiKind::share || kpi.kind == KpiKind::difference) return {Dimension::share};
  const Dimension dimension = dimension_of(kpi.unit());
  for (const UnitName& unit : units_of(dimension)) {
    if (unit.text == kpi.unit()) return {dimension, unit.factor};
  }
  return {};
}

const Kpi* find(const std::vector<Kpi>& kpis, const std::string& name) {
  const auto found = std::find_if(kpis.begin(), kpis.end(), [&](const Kpi& kpi) { return kpi.name == name; });
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

void check_bound(const std::optional<Bound>& bound, const Kpi& kpi, const std::string& at, Checker& checker) {
  const Dimension dimension = scale_of(kpi).dimension;
  if (!bound || bound->dimension == Dimension::plain || bound->dimension == dimension) return;
  const std::string expected = dimension == Dimension::plain
                                   ? "a number without a unit"
                                   : fmt::format("a unit of {}, or a number{}", language::unit_list(units_of(dimension)),
                                                 kpi.unit().empty() ? "" : fmt::format(" in {}", kpi.unit()));
  checker.error(at, fmt::format("{} is {}, and the bound of {} is {}; expected {}", kpi.name, noun_of(dimension),
                                language::exact_text(bound->value, bound->units()), noun_of(bound->dimension), expected));
}

Verdict judge_one(const Tolerance& tolerance, VerdictKind kind, const std::string& title, const std::vector<Kpi>& kpis, Instant begins,
                  Instant ends) {
  Verdict verdict;
  verdict.name = tolerance.kpi;
  verdict.kind = kind;
  verdict.description = title;
  verdict.begins = begins;
  verdict.ends = ends;
  if (tolerance.at_least) verdict.at_least = tolerance.at_least->value;
  if (tolerance.at_most) verdict.at_most = tolerance.at_most->value;
  const Kpi* const kpi = find(kpis, tolerance.kpi);
  if (kpi == nullptr) return verdict;
  verdict.kpi_kind = kpi->kind;
  if (std::isnan(kpi->value)) return verdict;
  verdict.observed = kpi->value;
  verdict.held = !(verdict.at_least && kpi->value < *verdict.at_least) && !(verdict.at_most && kpi->value > *verdict.at_most);
  return verdict;
}

}  // namespace

void settle_tolerances(Scenario& scenario) {
  const std::vector<Kpi> kpis = known_kpis(scenario);
  for_each_tolerance(scenario, [&](Tolerance& tolerance, const std::string&) {
    const Kpi* const kpi = find(kpis, tolerance.kpi);
    if (kpi == nullptr) return;
    settle(tolerance.at_least, scale_of(*kpi));
    settle(tolerance.at_most, scale_of(*kpi));
  });
}

void check_tolerances(const Scenario& scenario, Checker& checker) {
  const std::vector<Kpi> kpis = known_kpis(scenario);
  std::vector<std::string> names;
  for (const Kpi& kpi : kpis) names.push_back(kpi.name);
  for_each_tolerance(scenario, [&](const Tolerance& tolerance, const std::string& at) {
    checker.one_of(at + ".kpi", tolerance.kpi, "kpi", names);
    checker.require(tolerance.at_least || tolerance.at_most, at, "a tolerance needs `at_least`, `at_most` or both");
    const Kpi* const kpi = find(kpis, tolerance.kpi);
    if (kpi == nullptr) return;
    check_bound(tolerance.at_least, *kpi, at + ".at_least", checker);
    check_bound(tolerance.at_most, *kpi, at + ".at_most", checker);
  });
}

std::vector<Verdict> judge(const Scenario& scenario, const std::vector<Kpi>& kpis, Instant begins, Instant ends) {
  std::vector<Verdict> verdicts;
  const Hypothesis& hypothesis = scenario.steady_state_hypothesis;
  for (const Tolerance& tolerance : hypothesis.tolerances) {
    verdicts.push_back(judge_one(tolerance, VerdictKind::hypothesis, hypothesis.title, kpis, begins, ends));
  }
  for (const Tolerance& tolerance : scenario.slos) {
    verdicts.push_back(judge_one(tolerance, VerdictKind::slo, "Service-level objective", kpis, begins, ends));
  }
  if (scenario.expects) {
    const std::vector<std::string>& broken = scenario.expects->broken;
    for (Verdict& verdict : verdicts) {
      if (std::find(broken.begin(), broken.end(), verdict.name) != broken.end()) verdict.breaks_because = scenario.expects->because;
    }
  }
  return verdicts;
}

}  // namespace streamtwin
