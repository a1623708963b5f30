// Why requests from outside failed, as an operator asks: each failure has one cause, so that the causes add up to all of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/rpc/status.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::services {

using rpc::answered;
using rpc::Status;

enum class Cause : std::uint8_t { time_out, short_circuit, pool, fallback_rejected, overload, unreachable, error };
inline constexpr std::size_t causes = 7;

/// How a figure of the cause is called, and what it says.
struct CauseName {
  std::string_view name, doc;
};
inline constexpr std::array<CauseName, causes> cause_names{{
    {"time_out", "nobody answered in time: the client, a gateway, a command or a client of a service gave up"},
    {"short_circuit", "a circuit was open"},
    {"pool", "a command's pool or semaphore was full"},
    {"fallback_rejected", "too many fallbacks were running"},
    {"overload", "a queue, a limit or a load balancer was full, or a client held back"},
    {"unreachable", "no server or no connection was there"},
    {"error", "a service answered that it failed"},
}};

constexpr Cause cause_of(Status status) {
  switch (status) {
    case Status::timed_out: return Cause::time_out;
    case Status::short_circuited: return Cause::short_circuit;
    case Status::pool_rejected: return Cause::pool;
    case Status::fallback_rejected: return Cause::fallback_rejected;
    case Status::overloaded:
    case Status::throttled: return Cause::overload;
    case Status::unreachable:
    case Status::reset: return Cause::unreachable;
    default: return Cause::error;
  }
}

struct FailureMeasures {
  FailureMeasures() = default;
  FailureMeasures(Recorder& recorder, const std::string& prefix) : latency(recorder.histogram(prefix + ".latency")) {
    for (std::size_t cause = 0; cause < causes; ++cause)
      by_cause[cause] = recorder.counter(prefix + "." + std::string{cause_names[cause].name});
  }

  void count(Status status, Duration took) {
    ++by_cause[static_cast<std::size_t>(cause_of(status))];
    latency.record(took);
  }

  std::array<Counter, causes> by_cause;
  Histogram latency;  ///< until the client knew
};

/// Of what came to a region from outside, and of the tries that its services made again.
struct RegionMeasures {
  RegionMeasures(Recorder& recorder, const std::string& region)
      : answered(recorder.counter("regions." + region + ".answered")),
        failures(recorder.counter("regions." + region + ".failures")),
        failed(recorder, "regions." + region + ".failed"),
        retries(recorder.counter("regions." + region + ".retries")),
        retries_refused(recorder.counter("regions." + region + ".retries_refused")) {
    recorder.rate_series("regions." + region + ".answered", "/s", answered);
    recorder.rate_series("regions." + region + ".failures", "/s", failures);
  }

  void count_failed(Status status, Duration took) {
    ++failures;
    failed.count(status, took);
  }

  Counter answered, failures;
  FailureMeasures failed;
  Counter retries, retries_refused;
};

}  // namespace streamtwin::services
