// The key figures of stores.
#pragma once

#include "models/stores/cassandra/measures.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::stores {

inline constexpr KpiRow<StoreMeasures> store_kpis[] = {
    {"stores.reads", KpiKind::count, "Reads that stores answered, caches before them left out",
     [](const StoreMeasures& m) { return m.reads.measured(); }},
    {"stores.stale_reads", KpiKind::share,
     "Part of these that did not see the newest version of their item of which a client had been told before they began that it is written",
     [](const StoreMeasures& m) { return record::ratio(m.stale_reads.measured(), m.reads.measured()); }},
    {"stores.staleness.p50", KpiKind::duration, "How long before a stale read began that version had been acknowledged, median",
     [](const StoreMeasures& m) { return record::quantile(m.staleness, 0.5); }},
    {"stores.staleness.p99", KpiKind::duration, "The same, of one stale read in a hundred or more",
     [](const StoreMeasures& m) { return record::quantile(m.staleness, 0.99); }},
    {"stores.availability", KpiKind::share,
     "Part of the reads, writes and transactions of stores that a coordinator answered at their level",
     [](const StoreMeasures& m) {
       const double answered = m.reads.measured() + m.writes.measured() + m.transactions.measured();
       return record::share_of_ended(answered, m.unavailable.measured() + m.timed_out.measured() + m.unknown.measured());
     }},
    {"stores.unavailable", KpiKind::count, "Reads, writes and transactions for which a coordinator knew too few replicas alive",
     [](const StoreMeasures& m) { return m.unavailable.measured(); }},
    {"stores.timed_out", KpiKind::count, "Reads and writes that too few replicas answered in time",
     [](const StoreMeasures& m) { return m.timed_out.measured(); }},
    {"stores.read_latency.p50", KpiKind::duration, "From a read's turn at its coordinator until its level is met, median",
     [](const StoreMeasures& m) { return record::quantile(m.read_latency, 0.5); }},
    {"stores.read_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const StoreMeasures& m) { return record::quantile(m.read_latency, 0.99); }},
    {"stores.write_latency.p50", KpiKind::duration, "From a write's turn at its coordinator until its level is met, median",
     [](const StoreMeasures& m) { return record::quantile(m.write_latency, 0.5); }},
    {"stores.write_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const StoreMeasures& m) { return record::quantile(m.write_latency, 0.99); }},
    {"stores.transactions", KpiKind::count, "Writes that replicas agreed to make only if nobody else had written, made or not",
     [](const StoreMeasures& m) { return m.transactions.measured(); }},
    {"stores.transactions.not_set", KpiKind::share, "Part of these that found another version than they had expected",
     [](const StoreMeasures& m) { return record::ratio(m.not_set.measured(), m.transactions.measured()); }},
    {"stores.transactions.unknown", KpiKind::count, "Those of which nobody told their clients whether they were made",
     [](const StoreMeasures& m) { return m.unknown.measured(); }},
    {"stores.transactions.beaten", KpiKind::count, "Attempts that gave way, since another coordinator had come later or was not done",
     [](const StoreMeasures& m) { return m.beaten.measured(); }},
    {"stores.transactions.finished_for_others", KpiKind::count, "Those that another coordinator had begun and were proposed again",
     [](const StoreMeasures& m) { return m.finished_for_others.measured(); }},
    {"stores.transactions.round_trips", KpiKind::number, "Questions to the other replicas one after another, per transaction",
     [](const StoreMeasures& m) { return record::ratio(m.round_trips.measured(), m.transactions.measured()); }},
    {"stores.transactions.latency.p50", KpiKind::duration, "From a transaction's turn at its coordinator until it is decided, median",
     [](const StoreMeasures& m) { return record::quantile(m.transaction_latency, 0.5); }},
    {"stores.transactions.latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const StoreMeasures& m) { return record::quantile(m.transaction_latency, 0.99); }},
    {"stores.speculative_retries", KpiKind::count, "Reads for which another replica was asked, since those that were needed took long",
     [](const StoreMeasures& m) { return m.speculative_retries.measured(); }},
    {"stores.read_repairs", KpiKind::count, "Reads that found replicas which disagreed",
     [](const StoreMeasures& m) { return m.read_repairs.measured(); }},
    {"stores.hints", KpiKind::count, "Writes that coordinators kept for replicas which did not acknowledge them",
     [](const StoreMeasures& m) { return m.hints.measured(); }},
    {"stores.hints_delivered", KpiKind::count, "Those that their replicas got later",
     [](const StoreMeasures& m) { return m.hints_delivered.measured(); }},
    {"stores.convictions", KpiKind::count, "How often a node took another one for dead",
     [](const StoreMeasures& m) { return m.convictions.measured(); }},
    {"stores.replacements", KpiKind::count, "Nodes that got the data of one whose place they took",
     [](const StoreMeasures& m) { return m.replacements.measured(); }},
    {"stores.replacement_time", KpiKind::duration, "How long that took, median",
     [](const StoreMeasures& m) { return record::quantile(m.replacement_time, 0.5); }},
};

}  // namespace streamtwin::stores
