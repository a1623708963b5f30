// What is counted of an index of Elasticsearch, and the key figures that are read off it.
#pragma once

#include <string>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::elasticsearch {

struct Measures {
  Measures() = default;
  /// `prefix`: "stores.index.".
  Measures(Recorder& recorder, const std::string& prefix)
      : reads(recorder.counter(prefix + "reads")),
        partial(recorder.counter(prefix + "partial")),
        stale_reads(recorder.counter(prefix + "stale_reads")),
        writes(recorder.counter(prefix + "writes")),
        failed(recorder.counter(prefix + "failed")),
        rejected(recorder.counter(prefix + "rejected")),
        asked_again(recorder.counter(prefix + "asked_again")),
        left(recorder.counter(prefix + "left")),
        promotions(recorder.counter(prefix + "promotions")),
        recoveries(recorder.counter(prefix + "recoveries")),
        red(recorder.counter(prefix + "red", "s")),
        yellow(recorder.counter(prefix + "yellow", "s")),
        read_latency(recorder.histogram(prefix + "read_latency")),
        write_latency(recorder.histogram(prefix + "write_latency")),
        staleness(recorder.histogram(prefix + "staleness")),
        recovery_time(recorder.histogram(prefix + "recovery_time")) {}

  Counter reads, partial, stale_reads, writes;  ///< that a coordinator has answered
  Counter failed;                               ///< that it has not
  Counter rejected;                             ///< requests of shards that found a full queue
  Counter asked_again;                          ///< requests of shards that another copy got, since one had failed
  Counter left, promotions, recoveries;
  Counter red, yellow;  ///< time, over the clusters of all regions
  Histogram read_latency, write_latency;
  Histogram staleness;
  Histogram recovery_time;
};

inline void add_series(Recorder& recorder, const std::string& prefix, const Measures& measures) {
  recorder.ratio_series(prefix + "partial", "", measures.partial, measures.reads);
  recorder.ratio_series(prefix + "stale_reads", "", measures.stale_reads, measures.reads);
  recorder.quantile_series(prefix + "staleness.p99", measures.staleness, 0.99);
  recorder.quantile_series(prefix + "read_latency.p99", measures.read_latency, 0.99);
  recorder.quantile_series(prefix + "write_latency.p99", measures.write_latency, 0.99);
  recorder.rate_series(prefix + "rejected", "/s", measures.rejected);
  recorder.rate_series(prefix + "failed", "/s", measures.failed);
}

inline constexpr KpiRow<Measures> index_kpis[] = {
    {"reads", KpiKind::count, "Searches and gets that coordinators answered, caches before them left out",
     [](const Measures& m) { return m.reads.measured(); }},
    {"partial", KpiKind::share, "Part of these that lacked what some shard would have found",
     [](const Measures& m) { return record::ratio(m.partial.measured(), m.reads.measured()); }},
    {"stale_reads", KpiKind::share,
     "Part of these that did not see what a client had been told to be written before they began, as a search does not until the next "
     "refresh",
     [](const Measures& m) { return record::ratio(m.stale_reads.measured(), m.reads.measured()); }},
    {"staleness.p99", KpiKind::duration, "How long before such a read began that had been acknowledged, 99th percentile",
     [](const Measures& m) { return record::quantile(m.staleness, 0.99); }},
    {"availability", KpiKind::share, "Part of the reads and writes that coordinators answered",
     [](const Measures& m) { return record::share_of_ended(m.reads.measured() + m.writes.measured(), m.failed.measured()); }},
    {"read_latency.p50", KpiKind::duration, "From a read's turn at its coordinator to its answer, median",
     [](const Measures& m) { return record::quantile(m.read_latency, 0.5); }},
    {"read_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const Measures& m) { return record::quantile(m.read_latency, 0.99); }},
    {"write_latency.p99", KpiKind::duration, "From a write's turn at its coordinator to its acknowledgement, 99th percentile",
     [](const Measures& m) { return record::quantile(m.write_latency, 0.99); }},
    {"rejected", KpiKind::count, "Requests of shards that found a node's queue full (429)",
     [](const Measures& m) { return m.rejected.measured(); }},
    {"asked_again", KpiKind::count, "Requests of shards that went to another copy, since one had failed",
     [](const Measures& m) { return m.asked_again.measured(); }},
    {"left", KpiKind::count, "Nodes that left their cluster", [](const Measures& m) { return m.left.measured(); }},
    {"promotions", KpiKind::count, "Copies that took over from a primary that was lost",
     [](const Measures& m) { return m.promotions.measured(); }},
    {"recoveries", KpiKind::count, "Copies that were made anew", [](const Measures& m) { return m.recoveries.measured(); }},
    {"recovery_time.p50", KpiKind::duration, "How long that took, median",
     [](const Measures& m) { return record::quantile(m.recovery_time, 0.5); }},
    {"red", KpiKind::duration, "Time in which some shard of a region's cluster had no primary",
     [](const Measures& m) { return m.red.measured(); }},
    {"yellow", KpiKind::duration, "Time in which all had one, and some other copy was missing",
     [](const Measures& m) { return m.yellow.measured(); }},
};

}  // namespace streamtwin::elasticsearch
