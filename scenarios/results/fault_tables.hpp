// The tables of what went wrong on purpose: who found it out, how it spread, and how experiments on members went.
#pragma once

#include <string_view>

#include "scenarios/results/column.hpp"
#include "scenarios/results/list_table.hpp"

namespace streamtwin {

template <>
struct Table<FindingResult> : ListTable<FindingResult, &RunResult::findings> {
  static constexpr std::string_view name = "finding";
  static constexpr std::string_view doc =
      "What the platform found out by itself of each step of the method, one row for each way: a balancer that leaves an instance out, a "
      "load balancer's health checks, the registry, a circuit, DNS, EC2's status checks; and when another served in its place.";

  template <class Row, class Visitor>
  static void describe(Row& finding, Visitor& visit) {
    visit(finding.step, {.name = "step", .doc = "Of the method, from 0", .key = true});
    visit(finding.what, {.name = "what", .doc = "What has been found", .key = true});
    visit(finding.action, {.name = "action", .doc = "What the step did"});
    visit(finding.target, {.name = "target", .doc = "To whom, as the scenario says"});
    visit(finding.after, {.name = "after_s", .doc = "From the step to the first that was found", .unit = "s"});
    visit(finding.last, {.name = "last_s", .doc = "To the last", .unit = "s"});
    visit(finding.found, {.name = "found", .doc = "How many of those that it hit"});
    visit(finding.first, {.name = "first", .doc = "Which was the first"});
    visit(finding.by, {.name = "found_by", .doc = "Who found it"});
  }
};

template <>
struct Table<SpreadResult> : ListTable<SpreadResult, &RunResult::spreads> {
  static constexpr std::string_view name = "spread";
  static constexpr std::string_view doc =
      "How each broken objective came about: the tiers whose failures, latency or silence left what they had been before the step, in "
      "the order of that, and through whose calls it went on.";

  template <class Row, class Visitor>
  static void describe(Row& spread, Visitor& visit) {
    visit(spread.step, {.name = "step", .doc = "Of the method, from 0", .key = true});
    visit(spread.objective, {.name = "objective", .doc = "The KPI that broke", .key = true});
    visit(spread.order, {.name = "place", .doc = "In the order of time, from 1", .key = true});
    visit(spread.tier, {.name = "tier", .doc = "The service"});
    visit(spread.after, {.name = "after_s", .doc = "From the step to the end of the window in which it was seen", .unit = "s"});
    visit(spread.sign, {.name = "sign", .doc = "'failures', 'latency' or 'silence': what left its bounds"});
    visit(spread.through, {.name = "through", .doc = "The caller that it reached next; empty at the end of its way"});
  }
};

template <>
struct Table<ExperimentLookResult> : ListTable<ExperimentLookResult, &RunResult::experiments> {
  static constexpr std::string_view name = "experiment";
  static constexpr std::string_view doc =
      "Experiments on members: one row for each comparison of the two groups, over the plays since the experiment began.";

  template <class Row, class Visitor>
  static void describe(Row& look, Visitor& visit) {
    visit(look.experiment, {.name = "name", .doc = "The experiment", .key = true});
    visit(look.time, {.name = "time", .doc = "When", .unit = "s", .key = true});
    visit(look.experiment_plays, {.name = "experiment_plays", .doc = "Plays of the experiment's members that ended"});
    visit(look.experiment_starts, {.name = "experiment_starts", .doc = "Those that became a stream"});
    visit(look.control_plays, {.name = "control_plays", .doc = "Plays of the control's members that ended"});
    visit(look.control_starts, {.name = "control_starts", .doc = "Those that became a stream"});
    visit(look.z, {.name = "z", .doc = "Of the test that both shares are one: below 0 where the experiment's is smaller"});
    visit(look.conclusion, {.name = "conclusion", .doc = "'runs', or why the experiment has ended"});
  }
};

}  // namespace streamtwin
