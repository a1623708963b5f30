// When a job that has failed begins again. apache/flink RestartStrategyOptions.
#pragma once

#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::streams {

enum class RestartKind { exponential, fixed, failure_rate, none };

struct RestartSpec {
  RestartKind kind = RestartKind::exponential;
  Duration delay = 1s;
  Duration most = 60s;
  double factor = 1.5;
  Fraction jitter{0.1};
  Duration calm = 3600s;
  int failures = 1;
  Duration interval = 60s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind",
                      .doc = "How long a job waits after each failure, and whether it begins again at all",
                      .source = "apache/flink RestartStrategyOptions; exponential by default since 1.19"});
    visit(self.delay, {.name = "delay",
                       .doc = "How long it waits; of `exponential` after the first failure",
                       .source = "apache/flink restart-strategy.*.delay, initial-backoff",
                       .min = 1e-3,
                       .max = 3600});
    visit(self.most, {.name = "most",
                      .doc = "The longest wait of `exponential`",
                      .source = "apache/flink restart-strategy.exponential-delay.max-backoff",
                      .min = 1e-3,
                      .max = 86400});
    visit(self.factor, {.name = "factor",
                        .doc = "By which the wait of `exponential` grows with each failure",
                        .source = "apache/flink restart-strategy.exponential-delay.backoff-multiplier",
                        .min = 1,
                        .max = 100});
    visit(self.jitter, {.name = "jitter",
                        .doc = "The part of its wait that `exponential` draws, up and down",
                        .source = "apache/flink restart-strategy.exponential-delay.jitter-factor",
                        .min = 0,
                        .max = 1});
    visit(self.calm, {.name = "calm",
                      .doc = "Without a failure for so long, `exponential` begins with the first wait again",
                      .source = "apache/flink restart-strategy.exponential-delay.reset-backoff-threshold",
                      .min = 1,
                      .max = 1e6});
    visit(self.failures, {.name = "failures",
                          .doc = "So many failures are borne: by `fixed` in all, by `failure_rate` in each interval; with the next one the "
                                 "job has ended",
                          .source = "apache/flink restart-strategy.fixed-delay.attempts, failure-rate.max-failures-per-interval",
                          .min = 0,
                          .max = 1e6});
    visit(self.interval, {.name = "interval",
                          .doc = "Over which `failure_rate` counts",
                          .source = "apache/flink restart-strategy.failure-rate.failure-rate-interval",
                          .min = 1,
                          .max = 1e6});
  }
};

}  // namespace streamtwin::streams

namespace streamtwin {

template <>
inline constexpr auto enum_names<streams::RestartKind> = std::to_array<EnumName<streams::RestartKind>>({
    {streams::RestartKind::exponential, "exponential", "After a while that grows from failure to failure, as often as it fails"},
    {streams::RestartKind::fixed, "fixed", "After the same while, so many times"},
    {streams::RestartKind::failure_rate, "failure_rate", "After the same while, unless it fails too often"},
    {streams::RestartKind::none, "none", "Never: the first failure ends it"},
});

}  // namespace streamtwin
