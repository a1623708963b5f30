// What is counted of a table of DynamoDB.
#pragma once

#include <string>

#include "sim-core/record/recorder.hpp"

namespace streamtwin::dynamodb {

struct DynamoMeasures {
  DynamoMeasures() = default;
  DynamoMeasures(Recorder& recorder, const std::string& prefix)
      : reads(recorder.counter(prefix + "reads")),
        stale_reads(recorder.counter(prefix + "stale_reads")),
        writes(recorder.counter(prefix + "writes")),
        tries(recorder.counter(prefix + "tries")),
        throttled(recorder.counter(prefix + "throttled")),
        throttled_by_partition(recorder.counter(prefix + "throttled_by_partition")),
        given_up(recorder.counter(prefix + "given_up")),
        unavailable(recorder.counter(prefix + "unavailable")),
        half_read_units(recorder.counter(prefix + "half_read_units")),
        write_units(recorder.counter(prefix + "write_units")),
        splits(recorder.counter(prefix + "splits")),
        replicated(recorder.counter(prefix + "replicated")),
        conflicts(recorder.counter(prefix + "conflicts")),
        replication_latency(recorder.histogram(prefix + "replication_latency")) {}

  Counter reads, stale_reads, writes;  ///< that were answered
  Counter tries, throttled;            ///< of requests, each counted
  Counter throttled_by_partition;      ///< of those: its partition was at its limit, whatever the table had left
  Counter given_up;                    ///< requests that were throttled at every try
  Counter unavailable;                 ///< tries at a partition without a leader, or with too few copies
  Counter half_read_units, write_units;
  Counter splits;
  Counter replicated, conflicts;  ///< writes that came to another region, and those of them that a newer one there outlived
  Histogram replication_latency;
};

}  // namespace streamtwin::dynamodb
