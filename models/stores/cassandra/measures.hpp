// What is counted of the stores of a run, of all of them together.
#pragma once

#include <unordered_map>

#include "models/stores/cassandra/replica.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::stores {

struct StoreMeasures {
  StoreMeasures() = default;
  explicit StoreMeasures(Recorder& recorder)
      : reads(recorder.counter("stores.reads")),
        stale_reads(recorder.counter("stores.stale_reads")),
        writes(recorder.counter("stores.writes")),
        unavailable(recorder.counter("stores.unavailable")),
        timed_out(recorder.counter("stores.timed_out")),
        speculative_retries(recorder.counter("stores.speculative_retries")),
        read_repairs(recorder.counter("stores.read_repairs")),
        hints(recorder.counter("stores.hints")),
        hints_delivered(recorder.counter("stores.hints_delivered")),
        hints_expired(recorder.counter("stores.hints_expired")),
        convictions(recorder.counter("stores.convictions")),
        replacements(recorder.counter("stores.replacements")),
        streamed(recorder.counter("stores.streamed", "B")),
        staleness(recorder.histogram("stores.staleness")),
        read_latency(recorder.histogram("stores.read_latency")),
        write_latency(recorder.histogram("stores.write_latency")),
        replacement_time(recorder.histogram("stores.replacement_time")) {}

  Counter reads, stale_reads, writes;  ///< that a coordinator has answered
  Counter unavailable, timed_out;      ///< that it has not: too few replicas alive, or too few answers
  Counter speculative_retries, read_repairs;
  Counter hints, hints_delivered, hints_expired;
  Counter convictions;  ///< how often a node took another one for dead
  Counter replacements, streamed;
  Histogram staleness;  ///< of a stale read: since when the newer version had been acknowledged as it began
  Histogram read_latency, write_latency;
  Histogram replacement_time;
};

/// The newest version of each item that a client was told to be written. Nobody in a store knows that: reads are judged by it.
class Acknowledged {
 public:
  struct Write {
    Version version = never_written;
    Instant at{};
  };
  void written(std::uint64_t key, Version version, Instant now) {
    Write& newest = newest_[key];
    if (version > newest.version) newest = {version, now};
  }
  Write newest(std::uint64_t key) const {
    const auto found = newest_.find(key);
    return found == newest_.end() ? Write{} : found->second;
  }

 private:
  std::unordered_map<std::uint64_t, Write> newest_;  ///< looked up only
};

}  // namespace streamtwin::stores
