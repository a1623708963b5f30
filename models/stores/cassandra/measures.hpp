// What is counted of the stores of a run, of all of them together.
#pragma once

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
        transactions(recorder.counter("stores.transactions")),
        not_set(recorder.counter("stores.transactions.not_set")),
        unknown(recorder.counter("stores.transactions.unknown")),
        beaten(recorder.counter("stores.transactions.beaten")),
        finished_for_others(recorder.counter("stores.transactions.finished_for_others")),
        round_trips(recorder.counter("stores.transactions.round_trips")),
        staleness(recorder.histogram("stores.staleness")),
        read_latency(recorder.histogram("stores.read_latency")),
        write_latency(recorder.histogram("stores.write_latency")),
        transaction_latency(recorder.histogram("stores.transactions.latency")),
        replacement_time(recorder.histogram("stores.replacement_time")) {}

  Counter reads, stale_reads, writes;  ///< that a coordinator has answered
  Counter unavailable, timed_out;      ///< that it has not: too few replicas alive, or too few answers
  Counter speculative_retries, read_repairs;
  Counter hints, hints_delivered, hints_expired;
  Counter convictions;  ///< how often a node took another one for dead
  Counter replacements, streamed;
  Counter transactions, not_set;  ///< that were decided; those that found another version than they had expected
  Counter unknown;                ///< that their clients never learnt the end of
  Counter beaten;                 ///< by another coordinator with a later ballot
  Counter finished_for_others;
  Counter round_trips;  ///< to other replicas, of all that were decided
  Histogram staleness;  ///< of a stale read: since when the newer version had been acknowledged as it began
  Histogram read_latency, write_latency, transaction_latency;
  Histogram replacement_time;
};

}  // namespace streamtwin::stores
