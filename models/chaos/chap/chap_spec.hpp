// Experiments on members, as Netflix's Chaos Automation Platform runs them: two small clusters of a service, a failure in one of them,
// and an end as soon as its members are worse off. "ChAP: Chaos Automation Platform", Netflix Technology Blog, July 2017.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "models/services/fit/injections.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::chaos {

/// What befalls the calls of the experiment's cluster.
struct ExperimentFailureSpec {
  std::string callee;
  std::optional<fit::Point> point;
  Duration latency{0};
  Duration deviation{0};
  Fraction errors{0};

  void check(Checker& checker) const {
    checker.require(latency > Duration{0} || errors.value() > 0, "", "a failure is `latency`, `errors`, or both");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.callee, {.name = "callee", .doc = "Whom the calls go to", .required = true, .names = "service"});
    visit(self.point,
          {.name = "point", .doc = "Where it acts; if absent in the command, of a cache in its client and of a store in its driver"});
    visit(self.latency, {.name = "latency", .doc = "How much longer a call takes", .source = assumption, .min = 0, .max = 3600});
    visit(self.deviation, {.name = "deviation",
                           .doc = "Standard deviation of that; negative draws are repeated",
                           .source = assumption,
                           .min = 0,
                           .max = 3600});
    visit(self.errors, {.name = "errors", .doc = "Share of the calls that fail", .source = assumption, .min = 0, .max = 1});
  }
};

struct StopSpec {
  Duration every = 10s;
  double z = 3;
  int plays_before = 50;
  double error_budget = 100;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.every, {.name = "every", .doc = "How often both groups are compared", .source = assumption, .min = 1, .max = 3600});
    visit(self.z, {.name = "z",
                   .doc = "By how many standard deviations the experiment's share of starts may fall below the control's. Each look is a "
                          "test: without any failure, 45 minutes of them end at 3 about once in fifty times",
                   .source = assumption,
                   .min = 0.1,
                   .max = 100});
    visit(self.plays_before,
          {.name = "plays_before", .doc = "Plays of each group before that is looked at", .source = assumption, .min = 1, .max = 1e6});
    visit(self.error_budget,
          {.name = "error_budget",
           .doc = "Plays of the experiment's members that may fail beyond what the control's share of failures would make of them",
           .source = "Netflix's post: a circuit breaker ends an experiment that exceeds its error budget; its size is an assumption",
           .min = 0,
           .max = 1e9});
  }
};

struct ExperimentSpec {
  std::string service;
  std::string region;
  Duration at{0};
  Duration lasts = 45min;
  Fraction members{0.01};
  int instances = 1;
  std::optional<ExperimentFailureSpec> failure;
  StopSpec stop;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.service, {.name = "service", .doc = "Whose calls fail: it gets two further clusters", .required = true, .names = "service"});
    visit(self.region, {.name = "region", .doc = "Where; the first region if absent", .names = "region"});
    visit(
        self.at,
        {.name = "at", .doc = "When it is ordered; members come when its clusters are there", .source = assumption, .min = 0, .max = 1e7});
    visit(self.lasts, {.name = "lasts",
                       .doc = "How long members are sent there, at most",
                       .source = "Rosenthal, Jones: Chaos Engineering (2020): 45 minutes as a rule, 20 at least",
                       .min = 1,
                       .max = 1e6});
    visit(self.members, {.name = "members",
                         .doc = "Share of the region's members that each of the two clusters has, always the same ones",
                         .source = "Netflix's talks: about 1 % each; from memory",
                         .min = 1e-6,
                         .max = 0.5});
    visit(self.instances, {.name = "instances",
                           .doc = "Instances of each of the two clusters",
                           .source = "Rosenthal, Jones: Chaos Engineering (2020): one is the control, one the variable",
                           .min = 1,
                           .max = 1000});
    visit(self.failure, {.name = "failure", .doc = "What the experiment's cluster suffers; if absent nothing, and both groups are alike"});
    visit(self.stop, {.name = "stop", .doc = "When it ends before its time"});
  }
};

struct ChapSpec {
  std::map<std::string, ExperimentSpec> experiments;
  Fraction members_at_most{0.05};
  int start_hour = 9;
  int end_hour = 17;
  Duration up_timeout = 30min;
  Duration lists_after = 90s;

  void check(Checker& checker) const {
    checker.require(!experiments.empty(), "experiments", "expected at least one experiment");
    checker.require(start_hour < end_hour, "end_hour", "the hours end after they have begun");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.experiments, {.name = "experiments", .doc = "Experiments by name", .declares = "experiment"});
    visit(self.members_at_most, {.name = "members_at_most",
                                 .doc = "Share of the members that all experiments together may have, their controls included",
                                 .source = assumption,
                                 .min = 0,
                                 .max = 1});
    visit(self.start_hour, {.name = "start_hour",
                            .doc = "Hour of a work day before which no experiment begins, by the clock of the run",
                            .source = "Netflix's post: working hours only; which ones is an assumption",
                            .min = 0,
                            .max = 23});
    visit(self.end_hour, {.name = "end_hour",
                          .doc = "Hour at which those end that go on",
                          .source = "Netflix's post: working hours only; which ones is an assumption",
                          .min = 1,
                          .max = 24});
    visit(self.up_timeout, {.name = "up_timeout",
                            .doc = "How long both clusters may take to come up",
                            .source = "spinnaker/orca WaitForUpInstancesTask, as of deliveries: assumption",
                            .min = 1,
                            .max = 1e6});
    visit(self.lists_after, {.name = "lists_after",
                             .doc = "From then on until members come: callers' lists have heard of the clusters by then",
                             .source = "Netflix/eureka's defaults: lists are up to 90 s old",
                             .min = 0,
                             .max = 3600});
  }
};

}  // namespace streamtwin::chaos
