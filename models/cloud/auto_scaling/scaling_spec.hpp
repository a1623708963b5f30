// How a service's auto scaling groups, one in each region, grow and shrink, as a scenario describes it. Facts: Amazon EC2 Auto
// Scaling User Guide (target tracking, step scaling, scheduled scaling, termination policies, instance warm-up).
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "models/cloud/auto_scaling/warm_pool_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::auto_scaling {

/// Keeps the average CPU utilisation at a target, as a thermostat does.
struct TargetTrackingSpec {
  Fraction cpu{0.5};
  bool scale_in = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cpu, {.name = "cpu",
                     .doc = "Average CPU utilisation of the instances that the group is kept at",
                     .source = "typical targets are 50 to 60 %: AWS Auto Scaling User Guide; which one: assumption",
                     .min = 0.01,
                     .max = 1});
    visit(self.scale_in, {.name = "scale_in", .doc = "Whether it may take instances away, too", .source = "Amazon EC2 Auto Scaling: yes"});
  }
};

/// Keeps the requests that an instance gets at a target, as ALBRequestCountPerTarget counts them: whatever they wait for, a
/// processor or others.
struct RequestTrackingSpec {
  Rate requests{0};
  bool scale_in = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.requests, {.name = "requests",
                          .doc = "Requests that an instance gets, at which the group is kept; written as 600 /min",
                          .min = 1e-6,
                          .max = 1e9,
                          .required = true});
    visit(self.scale_in, {.name = "scale_in", .doc = "Whether it may take instances away, too", .source = "Amazon EC2 Auto Scaling: yes"});
  }
};

enum class Adjustment : unsigned char { percent, change, exact };

/// What is done where the metric is so far beyond the threshold.
struct StepSpec {
  Fraction beyond{0};
  double by = 0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.beyond, {.name = "beyond",
                        .doc = "Distance of the metric from the threshold, from which on this step is taken in place of the one before it",
                        .source = "Amazon EC2 Auto Scaling MetricIntervalLowerBound: 0 of the first step",
                        .min = 0,
                        .max = 1});
    visit(self.by, {.name = "by",
                    .doc = "How many instances are added, or taken away if negative; or how many % of the capacity, or to how many, as "
                           "`adjustment` says",
                    .min = -10000,
                    .max = 10000,
                    .required = true});
  }
};

/// A step scaling policy with its alarm.
struct StepPolicySpec {
  std::optional<Fraction> above;
  std::optional<Fraction> below;
  int periods = 3;
  std::optional<int> periods_to_alarm;
  Adjustment adjustment = Adjustment::percent;
  std::vector<StepSpec> steps;
  int adjustment_min = 1;

  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.above, {.name = "above", .doc = "The alarm goes off above this average CPU utilisation", .min = 0, .max = 1});
    visit(self.below, {.name = "below", .doc = "Or it goes off below this one", .min = 0, .max = 1});
    visit(self.periods, {.name = "periods",
                         .doc = "Periods of the metric that the alarm looks at",
                         .source = "as many as those of target tracking: assumption",
                         .min = 1,
                         .max = 1440});
    visit(self.periods_to_alarm,
          {.name = "periods_to_alarm", .doc = "How many of them must be beyond the threshold; all if absent", .min = 1, .max = 1440});
    visit(self.adjustment, {.name = "adjustment", .doc = "What the numbers of the steps are", .source = assumption});
    visit(self.steps,
          {.name = "steps", .doc = "The steps, each from a larger distance on than the one before it", .min = 1, .required = true});
    visit(self.adjustment_min, {.name = "adjustment_min",
                                .doc = "Instances that a step of some % adds or takes away at least",
                                .source = "Amazon EC2 Auto Scaling MinAdjustmentMagnitude: without one, what rounds to 0 counts as 1",
                                .min = 1,
                                .max = 10000});
  }
};

/// Once a day.
struct ScheduledActionSpec {
  Duration at{0};
  std::optional<int> min, max, desired;

  void check(Checker& checker) const { checker.require(min || max || desired, "", "a scheduled action changes `min`, `max` or `desired`"); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(
        self.at,
        {.name = "at", .doc = "Local time of day of `clock`, counted from midnight; every day", .min = 0, .max = 86399, .required = true});
    visit(self.min, {.name = "min", .doc = "Smallest number of instances of a region from then on", .min = 0, .max = 100000});
    visit(self.max, {.name = "max", .doc = "Largest number of instances of a region from then on", .min = 0, .max = 100000});
    visit(self.desired, {.name = "desired", .doc = "Desired capacity of a region from then on", .min = 0, .max = 100000});
  }
};

enum class Predictor : unsigned char { larger, fourier, regression };

/// Launches instances before the load comes, by what came in the weeks before.
struct PredictiveSpec {
  InputFile history;
  Duration interval = 300s;
  Fraction cpu{0.5};
  Duration ahead = 600s;
  Fraction margin{0.1};
  Predictor predictor = Predictor::larger;

  void check(Checker& checker) const {
    const double slots = Duration{24h} / interval;
    checker.require(std::abs(slots - std::round(slots)) < 1e-9, "interval", "a whole number of intervals makes a day");
    checker.require(!history.text.empty(), "history", "a forecast needs the file with what came before");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.history,
          {.name = "history",
           .doc = "Table with a row for each interval, the last of which ends as the run begins; in the column `load`, or the "
                  "last one, the load of a region in busy instances: the sum of the instances' CPU utilisation. Whole weeks of it"});
    visit(self.interval, {.name = "interval",
                          .doc = "How long a row stands for",
                          .source = "the period of a metric of the longer past: assumption",
                          .min = 60,
                          .max = 86400});
    visit(self.cpu, {.name = "cpu",
                     .doc = "Average CPU utilisation for which instances are launched",
                     .source = "as of target tracking: assumption",
                     .min = 0.01,
                     .max = 1});
    visit(self.ahead, {.name = "ahead",
                       .doc = "How far the policy looks ahead: as long as an instance takes until it serves, and more",
                       .source = "5 min more than a boot of 5 min, Amazon EC2 Auto Scaling SchedulingBufferTime: assumption",
                       .min = 0,
                       .max = 86400});
    visit(self.margin, {.name = "margin", .doc = "Capacity above the forecast", .source = assumption, .min = 0, .max = 10});
    visit(self.predictor, {.name = "predictor", .doc = "Whose forecast counts", .source = "for capacity the larger: assumption"});
  }
};

enum class Termination : unsigned char { standard, oldest_instance, newest_instance };

struct ScalingSpec {
  int min = 1;
  int max = 1;
  std::optional<TargetTrackingSpec> target_tracking;
  std::optional<RequestTrackingSpec> request_tracking;
  std::vector<StepPolicySpec> step_policies;
  std::vector<ScheduledActionSpec> scheduled;
  std::optional<PredictiveSpec> predictive;
  std::optional<WarmPoolSpec> warm_pool;
  Duration warm_up{0};
  Duration scale_in_cool_down = 300s;
  Duration metric_period = 60s;
  Duration metric_delay = 60s;
  Termination termination = Termination::standard;

  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.min, {.name = "min", .doc = "Smallest number of instances of a region", .min = 1, .max = 100000, .required = true});
    visit(self.max, {.name = "max", .doc = "Largest number of instances of a region", .min = 1, .max = 100000, .required = true});
    visit(self.target_tracking, {.name = "target_tracking", .doc = "Target tracking of the CPU utilisation"});
    visit(self.request_tracking,
          {.name = "request_tracking",
           .doc = "Target tracking of the requests that an instance gets; beside that of the CPU the larger capacity "
                  "wins, and instances are taken away when both may and are ready to"});
    visit(self.step_policies,
          {.name = "step_policies", .doc = "Step scaling policies; where several policies act, the largest capacity wins"});
    visit(self.scheduled, {.name = "scheduled", .doc = "Scheduled actions"});
    visit(self.predictive, {.name = "predictive", .doc = "Predictive scaling, which only adds to what the others want"});
    visit(self.warm_pool, {.name = "warm_pool", .doc = "Instances that have booted once and wait to be launched"});
    visit(self.warm_up, {.name = "warm_up",
                         .doc = "How long a new instance that serves is not counted in the metric; as long nothing is scaled in",
                         .source = "Amazon EC2 Auto Scaling: none unless said; instances of the platform serve when they have booted",
                         .min = 0,
                         .max = 86400});
    visit(
        self.scale_in_cool_down,
        {.name = "scale_in_cool_down",
         .doc = "Of a service in containers: how long after a scale-in nothing more is taken away; a scale-out ends that. What a scale-out "
                "has added counts towards the next one anyway. Groups of EC2 wait for what warms up instead",
         .source = "Application Auto Scaling: 300 s for custom resources, which Titus is",
         .min = 0,
         .max = 86400});
    visit(self.metric_period, {.name = "metric_period",
                               .doc = "Period of the metric: 1 min with detailed monitoring, 5 min without",
                               .source = "Amazon CloudWatch: detailed monitoring, which a team that scales by it turns on",
                               .min = 10,
                               .max = 3600});
    visit(self.metric_delay, {.name = "metric_delay",
                              .doc = "How long after a period's end its data point reaches the alarm",
                              .source = "1 to 2 min are observed: assumption of the shorter",
                              .min = 0,
                              .max = 3600});
    visit(self.termination, {.name = "termination",
                             .doc = "Whom a group gives up first in the zone where it has most",
                             .source = "Amazon EC2 Auto Scaling: the default termination policy"});
  }
};

}  // namespace streamtwin::auto_scaling

namespace streamtwin {
template <>
inline constexpr auto enum_names<auto_scaling::Adjustment> = std::to_array<EnumName<auto_scaling::Adjustment>>({
    {auto_scaling::Adjustment::percent, "percent", "% of the capacity: PercentChangeInCapacity"},
    {auto_scaling::Adjustment::change, "change", "instances more or fewer: ChangeInCapacity"},
    {auto_scaling::Adjustment::exact, "exact", "the capacity itself: ExactCapacity"},
});
template <>
inline constexpr auto enum_names<auto_scaling::Predictor> = std::to_array<EnumName<auto_scaling::Predictor>>({
    {auto_scaling::Predictor::larger, "larger", "the larger of the two"},
    {auto_scaling::Predictor::fourier, "fourier", "what the strong harmonics of the past repeat, on a line"},
    {auto_scaling::Predictor::regression, "regression",
     "for each time of day on weekdays, Saturdays and Sundays what the day and the week before and the last hour say of it"},
});
template <>
inline constexpr auto enum_names<auto_scaling::Termination> = std::to_array<EnumName<auto_scaling::Termination>>({
    {auto_scaling::Termination::standard, "default",
     "the one closest to the end of an hour since its launch, one of those that are equally close at random"},
    {auto_scaling::Termination::oldest_instance, "oldest_instance", "the one that has served longest"},
    {auto_scaling::Termination::newest_instance, "newest_instance", "the one that was launched last"},
});
}  // namespace streamtwin
