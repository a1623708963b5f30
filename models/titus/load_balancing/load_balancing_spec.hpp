// How Titus registers containers with load balancers, as a scenario describes it. Source: Netflix/titus-control-plane
// titus-server-master loadbalancer/service/LoadBalancerConfiguration.java.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct LoadBalancingSpec {
  Duration min_time = 1s;
  Duration max_time = 60s;
  Duration bucket = 5s;
  int burst = 4;
  int refill = 20;
  Duration cool_down = 120s;
  Duration reconciliation_delay = 30s;
  Duration reconciliation_timeout = 90s;
  Duration call = 200ms;
  double call_sigma = 0.3;
  Fraction call_failures{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.min_time, {.name = "min_time",
                          .doc = "Least time for which updates of a load balancer are gathered",
                          .source = "Netflix/titus-control-plane LoadBalancerConfiguration getMinTimeMs: 1000",
                          .min = 1e-3,
                          .max = 3600});
    visit(self.max_time, {.name = "max_time",
                          .doc = "Most time between two looks at what is gathered, when the rate limit holds them up",
                          .source = "Netflix/titus-control-plane LoadBalancerConfiguration getMaxTimeMs: 60000",
                          .min = 1e-3,
                          .max = 86400});
    visit(self.bucket, {.name = "bucket",
                        .doc = "Updates that came within as long of each other count as equally old: the larger batch goes first",
                        .source = "Netflix/titus-control-plane LoadBalancerConfiguration getBucketSizeMs: 5000",
                        .min = 1e-3,
                        .max = 3600});
    visit(self.burst, {.name = "burst",
                       .doc = "Batches that can go at once",
                       .source = "Netflix/titus-control-plane LoadBalancerConfiguration getRateLimitBurst: 4",
                       .min = 1,
                       .max = 1e6});
    visit(self.refill, {.name = "refill",
                        .doc = "Batches a second that the rate limit lets through",
                        .source = "Netflix/titus-control-plane LoadBalancerConfiguration getRateLimitRefillPerSec: 20",
                        .min = 1,
                        .max = 1e6});
    visit(self.cool_down, {.name = "cool_down",
                           .doc = "How long a target is left out of reconciliation after an update of it",
                           .source = "Netflix/titus-control-plane LoadBalancerConfiguration getCooldownPeriodMs: 120000",
                           .min = 0,
                           .max = 86400});
    visit(self.reconciliation_delay, {.name = "reconciliation_delay",
                                      .doc = "Time between two reconciliations of what is registered with what should be",
                                      .source = "Netflix/titus-control-plane LoadBalancerConfiguration getReconciliationDelayMs: 30000",
                                      .min = 0.1,
                                      .max = 86400});
    visit(self.reconciliation_timeout, {.name = "reconciliation_timeout",
                                        .doc = "How long a reconciliation may take",
                                        .source = "Netflix/titus-control-plane LoadBalancerConfiguration getReconciliationTimeoutMs: 90000",
                                        .min = 0.1,
                                        .max = 86400});
    visit(self.call, {.name = "call",
                      .doc = "Median of the time of a call that registers or deregisters a batch, or asks who is registered",
                      .source = assumption,
                      .min = 0,
                      .max = 600});
    visit(self.call_sigma,
          {.name = "call_sigma", .doc = "Deviation of the logarithm of that time", .source = assumption, .min = 0, .max = 3});
    visit(self.call_failures, {.name = "call_failures", .doc = "Share of these calls that fail", .source = assumption});
  }

  void check(Checker& checker) const { checker.require(min_time <= max_time, "min_time", "is longer than max_time"); }
};

}  // namespace streamtwin::titus
