// Deliveries as a scenario describes them: builds, the pipelines by which they come, and those that come all day.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "models/delivery/kayenta/judge_spec.hpp"
#include "models/delivery/strategies/strategy_spec.hpp"
#include "models/rpc/build_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::delivery {

/// What is measured of a server group, once a step.
enum class Measure : unsigned char { errors, latency, work, requests };

struct MetricSpec : kayenta::AnalysisSpec {
  using Origin = MetricSpec;  ///< a class of its own in Python

  Measure measure = Measure::errors;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.measure, {.name = "measure", .doc = "What is measured of the canary's instances and of the baseline's", .required = true});
    kayenta::AnalysisSpec::describe(self, visit);
  }
};

/// Few instances of the next build beside as many new ones of the old build, before anything else is done.
struct CanarySpec {
  int instances = 1;
  Duration lifetime = 30min;
  std::optional<Duration> interval;
  Duration step = 60s;
  std::map<std::string, MetricSpec> metrics;
  kayenta::JudgeSpec judge;

  Duration between_looks() const { return interval.value_or(lifetime); }
  void check(Checker& checker) const {
    checker.require(step <= between_looks(), "step", "expected a step no longer than the time between two looks");
    checker.require(between_looks() <= lifetime, "interval", "expected no more than the `lifetime`: it would never be looked at");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.instances, {.name = "instances", .doc = "Of the canary, and of the baseline", .source = assumption, .min = 1, .max = 10000});
    visit(self.lifetime,
          {.name = "lifetime",
           .doc = "How long they serve before the last look",
           .source = "spinnaker.io asks for 50 data points of a metric at least, of one a minute: half of that is an assumption",
           .min = 1,
           .max = 1e6});
    visit(self.interval, {.name = "interval",
                          .doc = "From one look to the next; once, at the end, if absent, as spinnaker/kayenta's standalone canaries do",
                          .min = 1,
                          .max = 1e6});
    visit(self.step, {.name = "step",
                      .doc = "A sample of each metric is taken so often",
                      .source = "Netflix/atlas: a step of one minute",
                      .min = 1,
                      .max = 86400});
    visit(self.metrics,
          {.name = "metrics", .doc = "What is compared; errors, latency and work of a request, of which more is worse, if there are none"});
    visit(self.judge, {.name = "judge", .doc = "How metrics are compared, and which score passes"});
  }
};

/// Whether a delivery that is done is rolled back by itself.
struct WatchSpec {
  Duration lasts = 10min;
  Duration interval = 60s;
  Fraction errors{0.01};
  std::optional<Duration> latency;

  void check(Checker& checker) const {
    checker.require(interval <= lasts, "interval", "expected no more than `lasts`: it would never be looked at");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.lasts, {.name = "lasts", .doc = "For how long the next build is looked at", .source = assumption, .min = 1, .max = 1e6});
    visit(self.interval, {.name = "interval",
                          .doc = "How often: what its instances have answered since is looked at",
                          .source = "an alert on one-minute data: assumption",
                          .min = 1,
                          .max = 86400});
    visit(self.errors, {.name = "errors", .doc = "A larger share of failed requests rolls it back", .source = assumption});
    visit(self.latency, {.name = "latency", .doc = "And so does a larger mean latency; any passes if absent", .min = 0, .max = 600});
  }
};

enum class RollBack : unsigned char { eureka, redeploy };

struct ReleasePipelineSpec : StrategySpec {
  using Origin = ReleasePipelineSpec;

  Duration bake = 300s;
  Duration overhead = 30s;
  std::optional<CanarySpec> canary;
  std::optional<WatchSpec> watch;
  RollBack roll_back = RollBack::eureka;
  Duration keep = 1h;
  int keep_groups = 2;
  Fraction headroom{0};
  int headroom_instances = 0;

  void check(Checker& checker) const {
    StrategySpec::check(checker);
    checker.require(!(headroom > Fraction{0}) || headroom_instances == 0, "headroom_instances",
                    "the next group is larger by a share, `headroom`, or by a number of instances: leave one of them out");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    StrategySpec::describe(self, visit);
    visit(self.bake,
          {.name = "bake",
           .doc = "From the package to the image that is launched, for services on EC2; a container image is there as soon as it is pushed",
           .source = "some minutes, Netflix/aminator: five is an assumption",
           .min = 0,
           .max = 86400});
    visit(
        self.overhead,
        {.name = "overhead",
         .doc =
             "What the pipeline takes for itself before each region, on its way there and back: tasks that are queued, caches that are refreshed",
         .source = assumption,
         .min = 0,
         .max = 86400});
    visit(self.canary, {.name = "canary", .doc = "A canary that has to pass before the strategy begins"});
    visit(self.watch, {.name = "watch", .doc = "What rolls a delivery back that is done; nothing if absent"});
    visit(self.roll_back, {.name = "roll_back",
                           .doc = "How, and how `roll_back` does it",
                           .source = "spinnaker/orca RollbackServerGroupStage: EXPLICIT, PREVIOUS_IMAGE"});
    visit(self.keep, {.name = "keep",
                      .doc = "How long the old instances stay, out of service, for a roll-back",
                      .source = "for some hours, until the peak has passed: an hour is an assumption",
                      .min = 0,
                      .max = 1e7});
    visit(self.keep_groups, {.name = "keep_groups",
                             .doc = "Server groups of a cluster that remain at most, the one that serves included",
                             .source = "spinnaker/orca RedBlackStrategy maxRemainingAsgs: no default; two is an assumption",
                             .min = 1,
                             .max = 100});
    visit(self.headroom,
          {.name = "headroom",
           .doc = "How many instances more the next group has than the largest of its cluster in the region, as a share of those and "
                  "within their largest maximum: what is too much auto scaling takes back, and what does not scale has no more",
           .source = "spinnaker/orca ScaleToClusterResizeStrategy scalePct: none"});
    visit(self.headroom_instances, {.name = "headroom_instances",
                                    .doc = "The same as a number of instances",
                                    .source = "spinnaker/orca ScaleToClusterResizeStrategy scaleNum: none",
                                    .min = 0,
                                    .max = 10000});
  }
};

/// Deliveries that come all day, to any service.
struct BackgroundSpec {
  double per_day = 1000;
  std::string pipeline;
  std::map<std::string, double> builds;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.per_day, {.name = "per_day",
                         .doc = "How many come in a day, at random times, to services at random",
                         .source = "Netflix: a thousand deployments a day and more",
                         .min = 1e-3,
                         .max = 1e6});
    visit(self.pipeline, {.name = "pipeline", .doc = "By which pipeline", .required = true, .names = "pipeline"});
    visit(self.builds, {.name = "builds",
                        .doc = "Which builds, and how often each of them in proportion to the others",
                        .min = 1e-9,
                        .max = 1e9,
                        .names = "build"});
  }
};

struct DeliveriesSpec {
  std::map<std::string, rpc::BuildSpec> builds;
  std::map<std::string, ReleasePipelineSpec> pipelines;
  std::optional<BackgroundSpec> background;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.builds, {.name = "builds", .doc = "Builds by name, of any service", .declares = "build"});
    visit(self.pipelines, {.name = "pipelines", .doc = "How builds are delivered, by name", .declares = "pipeline"});
    visit(self.background, {.name = "background", .doc = "Deliveries that come all day, besides those of the method"});
  }
};

}  // namespace streamtwin::delivery

namespace streamtwin {
template <>
inline constexpr auto enum_names<delivery::Measure> = std::to_array<EnumName<delivery::Measure>>({
    {delivery::Measure::errors, "errors", "share of the requests that failed"},
    {delivery::Measure::latency, "latency", "mean time to an answer"},
    {delivery::Measure::work, "work", "processor time of a request"},
    {delivery::Measure::requests, "requests", "requests a second"},
});
template <>
inline constexpr auto enum_names<delivery::RollBack> = std::to_array<EnumName<delivery::RollBack>>({
    {delivery::RollBack::eureka, "eureka", "the old instances are UP again in Eureka, where they are still there; redeployed else"},
    {delivery::RollBack::redeploy, "redeploy", "the old build is launched anew"},
});
}  // namespace streamtwin
