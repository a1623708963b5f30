// What is counted of the registries of a run, of all regions together.
#pragma once

#include "sim-core/record/recorder.hpp"

namespace streamtwin::registry {

struct RegistryMeasures {
  explicit RegistryMeasures(Recorder& recorder)
      : renewals(recorder.counter("eureka.renewals")),
        registrations(recorder.counter("eureka.registrations")),
        evictions(recorder.counter("eureka.evictions")),
        failed_requests(recorder.counter("eureka.failed_requests")) {
    recorder.rate_series("eureka.renewals", "/s", renewals);
    recorder.rate_series("eureka.evictions", "/s", evictions);
  }
  Counter renewals, registrations, evictions, failed_requests;
  Counter rate_limited;  ///< where Eureka's servers limit them: fetches that were answered with 503
  Counter full_fetches;  ///< where Eureka's clients fetch deltas: of the whole registry all the same
  Counter restarts;      ///< where lists are static: of instances, to read one that has changed
};

}  // namespace streamtwin::registry
