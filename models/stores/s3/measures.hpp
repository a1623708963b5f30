// What is counted of the buckets of a store, and the key figures that are read off it.
#pragma once

#include <string>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::s3 {

struct Measures {
  Measures() = default;
  /// `prefix`: "stores.index.".
  Measures(Recorder& recorder, const std::string& prefix)
      : requests(recorder.counter(prefix + "requests")),
        slow_downs(recorder.counter(prefix + "slow_downs")),
        reads(recorder.counter(prefix + "reads")),
        stale_reads(recorder.counter(prefix + "stale_reads")),
        writes(recorder.counter(prefix + "writes")),
        gave_up(recorder.counter(prefix + "gave_up")),
        divisions(recorder.counter(prefix + "divisions")),
        read_latency(recorder.histogram(prefix + "read_latency")),
        write_latency(recorder.histogram(prefix + "write_latency")) {}

  Counter requests, slow_downs;           ///< that reached a bucket, and those of them that were told to slow down
  Counter reads, stale_reads, writes;     ///< of objects, that clients have had answered
  Counter gave_up;                        ///< that they have not, after the last retry
  Counter divisions;                      ///< of partitions
  Histogram read_latency, write_latency;  ///< of these, retries included
};

inline void add_series(Recorder& recorder, const std::string& prefix, const Measures& measures) {
  recorder.ratio_series(prefix + "slow_downs", "", measures.slow_downs, measures.requests);
  recorder.ratio_series(prefix + "stale_reads", "", measures.stale_reads, measures.reads);
  recorder.quantile_series(prefix + "read_latency.p99", measures.read_latency, 0.99);
  recorder.quantile_series(prefix + "write_latency.p99", measures.write_latency, 0.99);
  recorder.rate_series(prefix + "gave_up", "/s", measures.gave_up);
}

inline constexpr KpiRow<Measures> bucket_kpis[] = {
    {"reads", KpiKind::count, "Objects that clients read, caches before them left out",
     [](const Measures& m) { return m.reads.measured(); }},
    {"slow_downs", KpiKind::share, "Part of the requests that was told to slow down (503)",
     [](const Measures& m) { return record::ratio(m.slow_downs.measured(), m.requests.measured()); }},
    {"availability", KpiKind::share, "Part of the reads and writes that came to an end before clients gave up",
     [](const Measures& m) { return record::share_of_ended(m.reads.measured() + m.writes.measured(), m.gave_up.measured()); }},
    {"stale_reads", KpiKind::share, "Part of the reads that got what had been overwritten before they began",
     [](const Measures& m) { return record::ratio(m.stale_reads.measured(), m.reads.measured()); }},
    {"read_latency.p50", KpiKind::duration, "From a client's first request for an object to its last byte, median",
     [](const Measures& m) { return record::quantile(m.read_latency, 0.5); }},
    {"read_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const Measures& m) { return record::quantile(m.read_latency, 0.99); }},
    {"write_latency.p99", KpiKind::duration, "From a client's first request until all parts of an object are written, 99th percentile",
     [](const Measures& m) { return record::quantile(m.write_latency, 0.99); }},
    {"divisions", KpiKind::count, "Partitions that were divided in two, since they had been too hot for long",
     [](const Measures& m) { return m.divisions.measured(); }},
};

}  // namespace streamtwin::s3
