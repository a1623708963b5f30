#include "models/chaos/chap/stop_rule.hpp"

#include <algorithm>

namespace streamtwin::chaos {
namespace {

bool are_enough(const StopSpec& spec, const GroupPlays& experiment, const GroupPlays& control) {
  return std::min(experiment.plays, control.plays) >= static_cast<std::uint64_t>(spec.plays_before);
}

}  // namespace

double excess_failures(const GroupPlays& experiment, const GroupPlays& control) {
  const double usual = control.plays == 0 ? 0 : 1 - control.success();
  return static_cast<double>(experiment.failed()) - usual * static_cast<double>(experiment.plays);
}

Conclusion look_at(const StopSpec& spec, const GroupPlays& experiment, const GroupPlays& control) {
  if (excess_failures(experiment, control) > spec.error_budget) return Conclusion::budget_spent;
  if (are_enough(spec, experiment, control) && two_proportion_z(experiment, control) < -spec.z) return Conclusion::deviates;
  return Conclusion::runs;
}

Conclusion conclude(const StopSpec& spec, const GroupPlays& experiment, const GroupPlays& control) {
  const Conclusion last = look_at(spec, experiment, control);
  if (last != Conclusion::runs) return last;
  return are_enough(spec, experiment, control) ? Conclusion::passed : Conclusion::inconclusive;
}

}  // namespace streamtwin::chaos
