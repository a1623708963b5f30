// What is counted of the registries of a run, of all regions together.
#pragma once

#include <array>
#include <string>

#include "models/registry/news.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::registry {

struct RegistryMeasures {
  explicit RegistryMeasures(Recorder& recorder)
      : renewals(recorder.counter("eureka.renewals")),
        registrations(recorder.counter("eureka.registrations")),
        evictions(recorder.counter("eureka.evictions")),
        failed_requests(recorder.counter("eureka.failed_requests")),
        fetched(recorder.counter("eureka.fetched", "B")),
        replicated(recorder.counter("eureka.replicated", "B")) {
    recorder.rate_series("eureka.renewals", "/s", renewals);
    recorder.rate_series("eureka.evictions", "/s", evictions);
    recorder.rate_series("eureka.fetched", "B/s", fetched);
    recorder.rate_series("eureka.replicated", "B/s", replicated);
    for (const EnumName<News>& news : enum_names<News>) {
      const std::string name = "registry.known_after." + std::string(news.name);
      Histogram& took = known_after[static_cast<std::size_t>(news.value)] = recorder.histogram(name);
      recorder.quantile_series(name + ".p50", took, 0.5);
      recorder.quantile_series(name + ".p99", took, 0.99);
    }
  }
  Counter renewals, registrations, evictions, failed_requests;
  Counter rate_limited;                                        ///< where Eureka's servers limit them: fetches that were answered with 503
  Counter full_fetches;                                        ///< where Eureka's clients fetch deltas: of the whole registry all the same
  Counter fetched, replicated;                                 ///< with Eureka 1 or 2: bytes to clients, and between servers
  std::array<Histogram, enum_names<News>.size()> known_after;  ///< what news took to each caller
  Counter lost_channels;                                       ///< with Eureka 2: that one end or the other has given up
  Counter expired_sessions;                                    ///< where servers agree: of instances that they have not heard of
  Counter restarts;                                            ///< where lists are static: of instances, to read one that has changed
};

}  // namespace streamtwin::registry
