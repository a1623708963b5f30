// What a capacity plan is asked for: what may be bought, what must hold under which failures, and how sure one wants to be.
// `streamtwin plan` reads this; a run does not.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/language/bound.hpp"
#include "scenarios/scenario/branches.hpp"
#include "scenarios/scenario/tolerance.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

enum class PlanSearch { cheapest, limit };

template <>
inline constexpr auto enum_names<PlanSearch> = std::to_array<EnumName<PlanSearch>>({
    {PlanSearch::cheapest, "cheapest", "the cheapest fleet that holds the objectives"},
    {PlanSearch::limit, "limit", "the highest load that the fleet holds as it is, failure by failure"},
});

/// What an objective is judged by.
enum class PlanJudgement { runs, mean };

template <>
inline constexpr auto enum_names<PlanJudgement> = std::to_array<EnumName<PlanJudgement>>({
    {PlanJudgement::runs, "runs", "in how many runs it breaks: no more than `risk`"},
    {PlanJudgement::mean, "mean", "its mean over runs"},
});

/// Places whose loss must be borne, each by itself.
enum class PlanLoss { zone, region };

template <>
inline constexpr auto enum_names<PlanLoss> = std::to_array<EnumName<PlanLoss>>({
    {PlanLoss::zone, "zone", "every zone of the cloud"},
    {PlanLoss::region, "region", "every region: N + 1"},
});

/// A whole number of steps from `min` to `max`, of what the paths are set to; or one of `values`, from the least to the most.
struct PlanVariableSpec {
  std::vector<std::string> sets;
  std::optional<double> min, max;
  double step = 1;
  std::string unit;
  std::vector<std::string> values;
  std::optional<double> price;
  std::vector<double> prices;

  void check(Checker& checker) const {
    checker.require(!sets.empty(), "sets", "expected the path of at least one parameter, as --set takes it");
    if (!values.empty()) return check_values(checker);
    checker.require(min.has_value(), "min", "expected `min` and `max`, or `values`");
    checker.require(max.has_value(), "max", "expected `min` and `max`, or `values`");
    checker.require(prices.empty(), "prices", "are those of `values`; of a range each costs its `price`");
    if (!min || !max) return;
    checker.require(*min <= *max, "max", "`max` is below `min`");
    checker.require((*max - *min) / step < 10000, "step", "more than 10000 steps from `min` to `max`");
  }
  void check_values(Checker& checker) const {
    checker.require(!min && !max, min ? "min" : "max", "there are `values`: leave it out, or them");
    checker.require(!price, "price", "`values` have `prices`, one each");
    checker.require(prices.empty() || prices.size() == values.size(), "prices", "expected one for each of the `values`");
    const std::set<std::string> different(values.begin(), values.end());
    checker.require(different.size() == values.size(), "values", "one of them is there twice");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.sets, {.name = "sets", .doc = "Paths of the parameters that it is, as --set takes them", .required = true});
    visit(self.min, {.name = "min", .doc = "The least", .min = -1e12, .max = 1e12});
    visit(self.max, {.name = "max", .doc = "The most", .min = -1e12, .max = 1e12});
    visit(self.step, {.name = "step", .doc = "What one step adds", .source = assumption, .min = 1e-9, .max = 1e12});
    visit(self.unit, {.name = "unit", .doc = "Written behind the number: `ms`, `GB`, `%`; empty for a bare number"});
    visit(self.values,
          {.name = "values",
           .doc = "In place of a range: what it may be, each taken to bear no less than the one before. Of `instance_type` these "
                  "are types, with their own prices"});
    visit(self.price,
          {.name = "price",
           .doc = "US dollars an hour for 1: of `instances_per_zone` and `instances` for one instance, of all else for 1 of the unit. Of "
                  "services whose `instance_type` has a price that is what it is if absent",
           .source = "the price of the instance type",
           .min = 0,
           .max = 1e9});
    visit(self.prices, {.name = "prices",
                        .doc = "US dollars an hour of each of the `values`; of an `instance_type` of one instance, if not its own",
                        .min = 0,
                        .max = 1e9});
  }
};

/// A tolerance that has to hold in the plan.
struct PlanObjectiveSpec : Tolerance {
  std::vector<std::string> under;
  PlanJudgement judged_by = PlanJudgement::runs;
  Fraction slack{0.05};
  std::optional<Duration> begins, ends;

  void check(Checker& checker) const { checker.require(!begins || !ends || *begins < *ends, "ends", "`ends` is not after `begins`"); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    Tolerance::describe(self, visit);
    visit(self.under, {.name = "under", .doc = "Failures under which it must hold, and `none` for the run without one; all if absent"});
    visit(self.judged_by, {.name = "judged_by", .doc = "What is compared with the bound"});
    visit(self.slack, {.name = "slack",
                       .doc = "Of a mean: so far from the bound, as a share of it, either answer counts as right",
                       .source = assumption,
                       .min = 1e-6,
                       .max = 1});
    visit(self.begins,
          {.name = "begins",
           .doc = "In place of the KPI of the whole run its worst window counts, of those that begin at this time or later, counted "
                  "from the end of the warm-up",
           .min = 0,
           .max = 1e7});
    visit(self.ends, {.name = "ends", .doc = "Likewise of those that end at this time or before", .min = 0, .max = 1e7});
  }
};

/// History of the load, from which the load that is planned for is foretold.
struct PlanDemandSpec {
  InputFile history;
  Rate stands_for{0};
  Duration ahead = 168h;
  Fraction band{0.95};
  std::map<std::string, double> events;

  void check(Checker& checker) const {
    checker.require(!history.path.empty(), "history", "expected the path of a CSV file with the load's history");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.history,
          {.name = "history", .doc = "CSV: a time and a rate (per second) on each line, evenly spaced over at least two weeks"});
    visit(self.stands_for, {.name = "stands_for", .doc = "The rate in the history that the scenario's load is", .required = true});
    visit(self.ahead, {.name = "ahead",
                       .doc = "How far ahead the highest load is looked for, from the end of the history",
                       .source = assumption,
                       .min = 60,
                       .max = 1e8});
    visit(self.band, {.name = "band",
                      .doc = "Share of times at which the load stays below what is planned for",
                      .source = assumption,
                      .min = 0.5,
                      .max = 0.999});
    visit(self.events, {.name = "events",
                        .doc = "What comes on top, by name (a premiere, growth): factors on the highest load, which multiply",
                        .min = 1e-3,
                        .max = 1000});
  }
};

struct PlanSpec {
  PlanSearch search = PlanSearch::cheapest;
  std::map<std::string, PlanVariableSpec> variables;
  std::vector<PlanObjectiveSpec> objectives;
  std::map<std::string, WhatIfSpec> failures;
  std::vector<PlanLoss> survives;
  Duration lost_at{0};
  std::optional<double> budget;
  Fraction risk{0.1};
  Fraction indifference{0.05};
  Fraction error{0.05};
  int runs = 2000;
  double load_min = 0.1, load_max = 10;
  Fraction load_step{0.05};
  std::optional<PlanDemandSpec> demand;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.search, {.name = "search", .doc = "What is looked for"});
    visit(self.variables, {.name = "variables", .doc = "What may be bought, by name"});
    visit(self.objectives, {.name = "objectives", .doc = "What must hold; the scenario's `slos` if absent"});
    visit(self.failures, {.name = "failures", .doc = "Failures that are to be borne, by name, each in runs of its own"});
    visit(self.survives, {.name = "survives", .doc = "Losses that are to be borne besides, each place by itself"});
    visit(self.lost_at, {.name = "lost_at",
                         .doc = "When places that `survives` names are lost, counted from the end of the warm-up",
                         .source = assumption,
                         .min = 0,
                         .max = 1e7});
    visit(self.budget, {.name = "budget", .doc = "US dollars an hour that the plan may cost at most", .min = 0, .max = 1e12});
    visit(self.risk,
          {.name = "risk", .doc = "Share of runs in which an objective may break", .source = assumption, .min = 1e-4, .max = 0.9});
    visit(self.indifference, {.name = "indifference",
                              .doc = "So far from the `risk` either answer counts as right",
                              .source = assumption,
                              .min = 1e-5,
                              .max = 0.5});
    visit(self.error, {.name = "error",
                       .doc = "How often the plan may be wrong beyond that: shared among all tests",
                       .source = assumption,
                       .min = 1e-4,
                       .max = 0.5});
    visit(self.runs, {.name = "runs", .doc = "Most runs", .source = assumption, .min = 10, .max = 1e6});
    visit(self.load_min,
          {.name = "load_min", .doc = "Of `limit`: the least factor on the load", .source = assumption, .min = 1e-3, .max = 1000});
    visit(self.load_max,
          {.name = "load_max", .doc = "Of `limit`: the largest factor on the load", .source = assumption, .min = 1e-3, .max = 1000});
    visit(self.load_step, {.name = "load_step",
                           .doc = "Of `limit`: how far apart the loads are that are told from each other, as a share of the lower one",
                           .source = assumption,
                           .min = 1e-3,
                           .max = 1});
    visit(self.demand, {.name = "demand", .doc = "Where the load that is planned for comes from; the scenario's own if absent"});
  }

  void check(Checker& checker) const {
    checker.require(indifference.value() < risk.value() && risk.value() + indifference.value() < 1, "indifference",
                    "`risk` less this must be above 0 %, and `risk` and this together below 100 %");
    checker.require(load_min < load_max, "load_max", "`load_max` is not above `load_min`");
    checker.require(search != PlanSearch::cheapest || !variables.empty(), "variables",
                    "there is nothing to choose: expected at least one variable, or `search: limit`");
  }
};

}  // namespace streamtwin
