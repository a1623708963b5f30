// The key figures of a table of DynamoDB.
#pragma once

#include "models/stores/dynamodb/measures.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::dynamodb {

inline constexpr KpiRow<DynamoMeasures> dynamodb_kpis[] = {
    {"reads", KpiKind::count, "Reads that the table answered, caches before it left out",
     [](const DynamoMeasures& m) { return m.reads.measured(); }},
    {"stale_reads", KpiKind::share,
     "Part of these that did not see the newest version of their item of which a client had been told before they began that it is written",
     [](const DynamoMeasures& m) { return record::ratio(m.stale_reads.measured(), m.reads.measured()); }},
    {"writes", KpiKind::count, "Writes that the table answered", [](const DynamoMeasures& m) { return m.writes.measured(); }},
    {"throttled", KpiKind::share, "Part of the tries at the table that were throttled",
     [](const DynamoMeasures& m) { return record::ratio(m.throttled.measured(), m.tries.measured()); }},
    {"throttled_by_partition", KpiKind::count, "Tries that were throttled since their partition was at its own limit",
     [](const DynamoMeasures& m) { return m.throttled_by_partition.measured(); }},
    {"given_up", KpiKind::count, "Requests whose every try was throttled, or not answered",
     [](const DynamoMeasures& m) { return m.given_up.measured(); }},
    {"unavailable", KpiKind::count, "Tries at a partition that had no leader, or too few copies",
     [](const DynamoMeasures& m) { return m.unavailable.measured(); }},
    {"read_units", KpiKind::number, "Read units that were taken", [](const DynamoMeasures& m) { return m.half_read_units.measured() / 2; }},
    {"write_units", KpiKind::number, "Write units that were taken", [](const DynamoMeasures& m) { return m.write_units.measured(); }},
    {"splits", KpiKind::count, "Partitions that were split since they were at their limit",
     [](const DynamoMeasures& m) { return m.splits.measured(); }},
    {"replication_latency.p50", KpiKind::duration, "From a write until another region has it, median",
     [](const DynamoMeasures& m) { return record::quantile(m.replication_latency, 0.5); }},
    {"replication_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const DynamoMeasures& m) { return record::quantile(m.replication_latency, 0.99); }},
    {"conflicts", KpiKind::count, "Writes that came to another region, where a newer one of their item had been written meanwhile",
     [](const DynamoMeasures& m) { return m.conflicts.measured(); }},
};

}  // namespace streamtwin::dynamodb
