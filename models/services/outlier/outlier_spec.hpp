// When a client sends nothing more to a server that does worse than the others, as Envoy's outlier detection is configured.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::outlier {

struct OutlierSpec {
  Duration interval = 10s;
  Duration base_ejection_time = 30s;
  Duration max_ejection_time = 300s;
  Duration max_jitter{0};
  Fraction max_ejected{0.1};
  bool always_eject_one = false;
  int consecutive_errors = 5;
  Fraction enforced_errors{1};
  int consecutive_gateway_failures = 5;
  Fraction enforced_gateway_failures{0};
  int success_rate_hosts = 5;
  int success_rate_volume = 100;
  double success_rate_factor = 1.9;
  Fraction enforced_success_rate{1};
  Fraction failure_share{0.85};
  int failure_share_hosts = 5;
  int failure_share_volume = 50;
  Fraction enforced_failure_share{0};
  Fraction panic_threshold{0.5};

  void check(Checker& checker) const {
    checker.require(interval > Duration{0}, "interval", "servers are looked at every so often: an interval is above zero");
    checker.require(base_ejection_time > Duration{0}, "base_ejection_time", "who is ejected is so for a while: a time is above zero");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "envoyproxy/envoy outlier_detection.proto";
    visit(self.interval, {.name = "interval",
                          .doc = "How often servers are compared, and those whose time is over let back in",
                          .source = source,
                          .min = 0.001,
                          .max = 86400});
    visit(self.base_ejection_time, {.name = "base_ejection_time",
                                    .doc = "How long the first ejection of a server lasts; the second twice as long, and so on",
                                    .source = source,
                                    .min = 0.001,
                                    .max = 86400});
    visit(self.max_ejection_time, {.name = "max_ejection_time",
                                   .doc = "Longest ejection; the base time, if that is longer",
                                   .source = source,
                                   .min = 0.001,
                                   .max = 864000});
    visit(self.max_jitter, {.name = "max_jitter",
                            .doc = "What is added to an ejection at random, at most, in whole milliseconds",
                            .source = source,
                            .min = 0,
                            .max = 86400});
    visit(self.max_ejected,
          {.name = "max_ejected", .doc = "Share of the servers that may be ejected at once", .source = source, .min = 0, .max = 1});
    visit(self.always_eject_one, {.name = "always_eject_one",
                                  .doc = "Whether one may be ejected whatever that share is, as before 2023 and on request since 2024",
                                  .source = source});
    visit(self.consecutive_errors, {.name = "consecutive_errors",
                                    .doc = "Failures in a row of whatever kind that eject a server at once (consecutive_5xx)",
                                    .source = source,
                                    .min = 1,
                                    .max = 1e9});
    visit(self.enforced_errors,
          {.name = "enforced_errors", .doc = "Share of such findings that are acted upon", .source = source, .min = 0, .max = 1});
    visit(self.consecutive_gateway_failures,
          {.name = "consecutive_gateway_failures",
           .doc = "Time-outs, busy answers and failed connections in a row that eject a server at once (502, 503, 504)",
           .source = source,
           .min = 1,
           .max = 1e9});
    visit(self.enforced_gateway_failures,
          {.name = "enforced_gateway_failures", .doc = "Share of such findings that are acted upon", .source = source, .min = 0, .max = 1});
    visit(self.success_rate_hosts, {.name = "success_rate_hosts",
                                    .doc = "Servers with requests enough that there have to be for their rates to be compared",
                                    .source = source,
                                    .min = 1,
                                    .max = 1e6});
    visit(self.success_rate_volume,
          {.name = "success_rate_volume", .doc = "Requests of an interval that are enough", .source = source, .min = 1, .max = 1e9});
    visit(self.success_rate_factor, {.name = "success_rate_factor",
                                     .doc = "Standard deviations below the mean of all from which a server is ejected",
                                     .source = source,
                                     .min = 0,
                                     .max = 1000});
    visit(self.enforced_success_rate,
          {.name = "enforced_success_rate", .doc = "Share of such findings that are acted upon", .source = source, .min = 0, .max = 1});
    visit(self.failure_share, {.name = "failure_share",
                               .doc = "Share of an interval's requests whose failure ejects a server (failure_percentage)",
                               .source = source,
                               .min = 0,
                               .max = 1});
    visit(self.failure_share_hosts, {.name = "failure_share_hosts",
                                     .doc = "Servers with requests enough that there have to be for that",
                                     .source = source,
                                     .min = 1,
                                     .max = 1e6});
    visit(self.failure_share_volume, {.name = "failure_share_volume",
                                      .doc = "Requests of an interval that are enough for that",
                                      .source = source,
                                      .min = 1,
                                      .max = 1e9});
    visit(self.enforced_failure_share,
          {.name = "enforced_failure_share", .doc = "Share of such findings that are acted upon", .source = source, .min = 0, .max = 1});
    visit(self.panic_threshold, {.name = "panic_threshold",
                                 .doc = "When a smaller share of the servers is not ejected, all of them are used; 0: never",
                                 .source = "envoyproxy/envoy load_balancer_impl.cc healthy_panic_threshold",
                                 .min = 0,
                                 .max = 1});
  }
};

}  // namespace streamtwin::outlier
