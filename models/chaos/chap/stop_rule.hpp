// When an experiment is over: as soon as its members are worse off than those of the control, or as planned.
#pragma once

#include "models/chaos/chap/chap_spec.hpp"
#include "models/chaos/chap/comparison.hpp"

namespace streamtwin::chaos {

enum class Conclusion : std::uint8_t { runs, passed, deviates, budget_spent, inconclusive, hours_over, did_not_come_up };

/// Plays of the experiment that failed beyond what the control's share of failures would have made of them.
double excess_failures(const GroupPlays& experiment, const GroupPlays& control);

/// A look in between: `runs`, or why the experiment ends.
Conclusion look_at(const StopSpec& spec, const GroupPlays& experiment, const GroupPlays& control);

/// The last look, at the time planned.
Conclusion conclude(const StopSpec& spec, const GroupPlays& experiment, const GroupPlays& control);

}  // namespace streamtwin::chaos

namespace streamtwin {
template <>
inline constexpr auto enum_names<chaos::Conclusion> = std::to_array<EnumName<chaos::Conclusion>>({
    {chaos::Conclusion::runs, "runs", "it goes on"},
    {chaos::Conclusion::passed, "passed", "its time was over, and the experiment was no worse than the control"},
    {chaos::Conclusion::deviates, "deviates", "stopped: the experiment's share of starts fell below the control's by more than chance"},
    {chaos::Conclusion::budget_spent, "budget_spent", "stopped: more plays failed than the error budget allows"},
    {chaos::Conclusion::inconclusive, "inconclusive", "its time was over, and there were too few plays to tell"},
    {chaos::Conclusion::hours_over, "hours_over", "stopped: nobody is at work any more"},
    {chaos::Conclusion::did_not_come_up, "did_not_come_up", "it never began: its clusters did not come up"},
});
}  // namespace streamtwin
