// Bounds that say nothing: whatever happens, the KPI is within them, or never.
#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "scenarios/composition/scenario_warnings.hpp"

namespace streamtwin {
namespace {

struct KpiRange {
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
};

// Shares lie between 0 and 1, the difference of two of them between -1 and 1, and nothing else is below 0.
KpiRange range_of(std::string_view kpi) {
  if (kpi == "availability.difference") return {-1, 1};
  const bool share = kpi.starts_with("availability.") || kpi.ends_with(".availability") || kpi.ends_with("_ratio") ||
                     kpi.ends_with("_share") || kpi == "delivery.time_below_access" || kpi == "delivery.saturated_links_peak";
  return share ? KpiRange{0, 1} : KpiRange{};
}

void look_at(const Tolerance& tolerance, const std::string& at, Checker& checker) {
  const KpiRange range = range_of(tolerance.kpi);
  const auto warn = [&](std::string_view field, double bound, std::string_view then) {
    const std::string within = range.most == std::numeric_limits<double>::infinity()
                                   ? fmt::format("is never below {:g}", range.least)
                                   : fmt::format("is between {:g} and {:g}", range.least, range.most);
    checker.warning(fmt::format("{}.{}", at, field), fmt::format("{} {}: a bound of {:g} {}", tolerance.kpi, within, bound, then));
  };
  if (tolerance.at_least && tolerance.at_most && *tolerance.at_least > *tolerance.at_most) {
    checker.warning(at,
                    fmt::format("nothing is at least {:g} and at most {:g}: this can never hold", *tolerance.at_least, *tolerance.at_most));
    return;
  }
  if (tolerance.at_least && *tolerance.at_least > range.most) warn("at_least", *tolerance.at_least, "can never hold");
  if (tolerance.at_most && *tolerance.at_most < range.least) warn("at_most", *tolerance.at_most, "can never hold");
  if (tolerance.at_least && *tolerance.at_least <= range.least) warn("at_least", *tolerance.at_least, "can never break");
  if (tolerance.at_most && *tolerance.at_most >= range.most) warn("at_most", *tolerance.at_most, "can never break");
}

}  // namespace

void warn_of_tolerances(const Scenario& scenario, Checker& checker) {
  const std::vector<Tolerance>& hypothesis = scenario.steady_state_hypothesis.tolerances;
  for (std::size_t i = 0; i < hypothesis.size(); ++i) {
    look_at(hypothesis[i], fmt::format("steady_state_hypothesis.tolerances[{}]", i), checker);
  }
  for (std::size_t i = 0; i < scenario.slos.size(); ++i) look_at(scenario.slos[i], fmt::format("slos[{}]", i), checker);
}

}  // namespace streamtwin
