// What is counted at the edge: connections at the load balancer, requests through the gateway.
#pragma once

#include "models/edge/region_balancer.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::edge {

/// What comes to a region from clients, and what it does itself: counted where somebody wants to know.
struct RegionTraffic {
  RegionTraffic(Recorder& recorder, const std::string& region)
      : asked(recorder.counter("regions." + region + ".asked")),
        started(recorder.counter("regions." + region + ".started")),
        served(recorder.counter("regions." + region + ".served")),
        redirected(recorder.counter("regions." + region + ".redirected")) {}

  Counter asked;       ///< requests of clients that found this region
  Counter started;     ///< of those, answered, by whichever region
  Counter served;      ///< requests that its gateways sent to origins here
  Counter redirected;  ///< of those asked, told to ask another region
};

struct EdgeMeasures {
  EdgeMeasures() = default;
  explicit EdgeMeasures(Recorder& recorder)
      : requests(recorder.counter("elb.requests")),
        unreachable(recorder.counter("elb.unreachable")),
        spilled(recorder.counter("elb.spilled")),
        idle_timeouts(recorder.counter("elb.idle_timeouts")),
        attempts(recorder.counter("zuul.attempts")),
        retries(recorder.counter("zuul.retries")),
        throttled(recorder.counter("zuul.throttled")),
        connections(recorder.counter("zuul.connections")),
        no_connection(recorder.counter("zuul.no_connection")),
        proxied(recorder.counter("zuul.proxied")),
        unauthorised(recorder.counter("zuul.unauthorised")),
        no_route(recorder.counter("zuul.no_route")),
        filter_rejections(recorder.counter("zuul.filter_rejections")),
        failures(recorder.counter("zuul.failures")),
        latency(recorder.histogram("zuul.latency")) {
    recorder.rate_series("elb.requests", "/s", requests);
    recorder.rate_series("zuul.retries", "/s", retries);
    recorder.rate_series("zuul.throttled", "/s", throttled);
    recorder.rate_series("zuul.failures", "/s", failures);
    recorder.rate_series("zuul.connections", "/s", connections);
    recorder.rate_series("zuul.proxied", "/s", proxied);
    recorder.quantile_series("zuul.latency.p99", latency, 0.99);
  }

  /// A request that a balancer's node took.
  void count(const RegionBalancer::Passage& passage) {
    if (passage.spilled) ++spilled;
    if (passage.silent) ++idle_timeouts;
    if (!passage.sent) return;
    latency.record(passage.at_target);
    if (!answered(passage.reply.status)) ++failures;
  }

  Counter requests, unreachable, spilled, idle_timeouts;
  Counter attempts, retries, throttled, connections, no_connection, proxied;
  Counter unauthorised, no_route, filter_rejections, failures;
  Counter shed;                        ///< where requests are shed by priority
  std::vector<RegionTraffic> traffic;  ///< by region, where somebody wants to know
  Histogram latency;                   ///< of a request at the gateway, all attempts
};

}  // namespace streamtwin::edge
