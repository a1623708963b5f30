// What is counted of a workload. A request is offered once and tried once or more often; it ends answered or failed, or is
// still under way when the run ends.
#pragma once

#include <fmt/format.h>

#include "models/services/failures.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::workload {

struct WorkloadMeasures {
  WorkloadMeasures() = default;
  WorkloadMeasures(Recorder& recorder, const std::string& name) {
    const auto named = [&](std::string_view what) { return fmt::format("load.{}.{}", name, what); };
    const auto counted = [&](Counter& counter, std::string_view what) {
      counter = recorder.counter(named(what));
      recorder.rate_series(named(what), "/s", counter);
    };
    counted(offered, "offered");
    counted(answered, "answered");
    counted(failed, "failed");
    counted(attempts, "attempts");
    counted(retries, "retries");
    counted(timeouts, "timeouts");
    counted(stale, "stale");
    latency = recorder.histogram(named("latency"));
    failures = services::FailureMeasures(recorder, named("failed"));
    recorder.quantile_series(named("latency.p50"), latency, 0.5);
    recorder.quantile_series(named("latency.p99"), latency, 0.99);
  }

  Counter offered, answered, failed;
  Counter attempts, retries, timeouts, stale;
  services::FailureMeasures failures;
  Histogram latency;  ///< of what was answered, from its arrival on: retries and their waits included
};

}  // namespace streamtwin::workload
