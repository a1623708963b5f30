// What is counted of the file systems of a store, and the key figures that are read off it.
#pragma once

#include <string>

#include "sim-core/record/kpi.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::hdfs {

struct Measures {
  Measures() = default;
  /// `prefix`: "stores.index.".
  Measures(Recorder& recorder, const std::string& prefix)
      : reads(recorder.counter(prefix + "reads")),
        writes(recorder.counter(prefix + "writes")),
        failed(recorder.counter(prefix + "failed")),
        dropped(recorder.counter(prefix + "dropped")),
        dead(recorder.counter(prefix + "dead")),
        copied(recorder.counter(prefix + "copied")),
        failovers(recorder.counter(prefix + "failovers")),
        safemode(recorder.counter(prefix + "safemode", "s")),
        under_replicated(recorder.gauge(prefix + "under_replicated")),
        missing(recorder.gauge(prefix + "missing")),
        read_latency(recorder.histogram(prefix + "read_latency")),
        write_latency(recorder.histogram(prefix + "write_latency")) {}

  Counter reads, writes, failed;  ///< of files
  Counter dropped;                ///< DataNodes that a pipeline went on without
  Counter dead, copied, failovers;
  Counter safemode;                 ///< time in which some region's NameNode took no writes
  Gauge under_replicated, missing;  ///< blocks, over all regions
  Histogram read_latency, write_latency;
};

inline void add_series(Recorder& recorder, const std::string& prefix, const Measures& measures) {
  recorder.quantile_series(prefix + "read_latency.p99", measures.read_latency, 0.99);
  recorder.quantile_series(prefix + "write_latency.p99", measures.write_latency, 0.99);
  recorder.rate_series(prefix + "failed", "/s", measures.failed);
  recorder.rate_series(prefix + "copied", "/s", measures.copied);
  recorder.last_series(prefix + "under_replicated", measures.under_replicated);
  recorder.last_series(prefix + "missing", measures.missing);
}

inline constexpr KpiRow<Measures> file_kpis[] = {
    {"reads", KpiKind::count, "Files that clients read, caches before them left out", [](const Measures& m) { return m.reads.measured(); }},
    {"availability", KpiKind::share, "Part of the reads and writes of files that succeeded",
     [](const Measures& m) { return record::share_of_ended(m.reads.measured() + m.writes.measured(), m.failed.measured()); }},
    {"read_latency.p50", KpiKind::duration, "From a client's question where a file is to its last byte, median",
     [](const Measures& m) { return record::quantile(m.read_latency, 0.5); }},
    {"read_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const Measures& m) { return record::quantile(m.read_latency, 0.99); }},
    {"write_latency.p99", KpiKind::duration,
     "From a client's question where to write a file until the whole pipeline has it, 99th percentile",
     [](const Measures& m) { return record::quantile(m.write_latency, 0.99); }},
    {"dropped", KpiKind::count, "DataNodes that were silent in a pipeline, which went on without them",
     [](const Measures& m) { return m.dropped.measured(); }},
    {"dead", KpiKind::count, "DataNodes that a NameNode took for dead", [](const Measures& m) { return m.dead.measured(); }},
    {"copied", KpiKind::count, "Replicas of blocks that were made anew", [](const Measures& m) { return m.copied.measured(); }},
    {"under_replicated.peak", KpiKind::count, "Most blocks that lacked replicas at a time",
     [](const Measures& m) { return m.under_replicated.measured_peak(); }},
    {"missing.peak", KpiKind::count, "Most blocks that had none", [](const Measures& m) { return m.missing.measured_peak(); }},
    {"failovers", KpiKind::count, "How often a standby NameNode took over", [](const Measures& m) { return m.failovers.measured(); }},
    {"safemode", KpiKind::duration, "Time in which a region's NameNode took no writes, since it had restarted",
     [](const Measures& m) { return m.safemode.measured(); }},
};

}  // namespace streamtwin::hdfs
