// The key figures of a MySQL database.
#pragma once

#include "models/stores/mysql/measures.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::mysql {

inline constexpr KpiRow<MysqlMeasures> mysql_kpis[] = {
    {"commits", KpiKind::count, "Transactions of which a client was told that they are committed",
     [](const MysqlMeasures& m) { return m.commits.measured(); }},
    {"commit_latency.p50", KpiKind::duration, "From a write's turn at the primary until its client is told, median",
     [](const MysqlMeasures& m) { return record::quantile(m.commit_latency, 0.5); }},
    {"commit_latency.p99", KpiKind::duration, "The same, 99th percentile",
     [](const MysqlMeasures& m) { return record::quantile(m.commit_latency, 0.99); }},
    {"lag.p50", KpiKind::duration, "From a transaction's commit until a replica has applied it, median over replicas and transactions",
     [](const MysqlMeasures& m) { return record::quantile(m.lag, 0.5); }},
    {"lag.p99", KpiKind::duration, "The same, 99th percentile", [](const MysqlMeasures& m) { return record::quantile(m.lag, 0.99); }},
    {"reads", KpiKind::count, "Reads that the database answered, caches before it left out",
     [](const MysqlMeasures& m) { return m.reads.measured(); }},
    {"stale_reads", KpiKind::share,
     "Part of these that did not see the newest version of their item of which a client had been told before they began that it is written",
     [](const MysqlMeasures& m) { return record::ratio(m.stale_reads.measured(), m.reads.measured()); }},
    {"lost_transactions", KpiKind::count, "Transactions of which a client had been told, and that the primary's successor does not have",
     [](const MysqlMeasures& m) { return m.lost_transactions.measured(); }},
    {"read_only", KpiKind::count, "Writes that came to a server which is no primary, or not any more",
     [](const MysqlMeasures& m) { return m.read_only.measured(); }},
    {"unconnected", KpiKind::count, "Reads and writes for which their client's pool had no connection in time",
     [](const MysqlMeasures& m) { return m.unconnected.measured(); }},
    {"unanswered", KpiKind::count, "Reads and writes that were sent and never answered, until their client gave the connection up",
     [](const MysqlMeasures& m) { return m.unanswered.measured(); }},
    {"connections_refused", KpiKind::count, "Connections that a server did not take, as it had as many as it takes",
     [](const MysqlMeasures& m) { return m.connections_refused.measured(); }},
    {"semi_sync_timeouts", KpiKind::count, "How often a primary went on without its replicas, which had not received what it committed",
     [](const MysqlMeasures& m) { return m.semi_sync_timeouts.measured(); }},
    {"failovers", KpiKind::count, "How often a replica was made the primary",
     [](const MysqlMeasures& m) { return m.failovers.measured(); }},
    {"failovers_blocked", KpiKind::count, "How often that was due and not done, so soon after another one of the same cluster",
     [](const MysqlMeasures& m) { return m.failovers_blocked.measured(); }},
    {"detection", KpiKind::duration, "From a primary's death until it is taken for dead, median",
     [](const MysqlMeasures& m) { return record::quantile(m.detection, 0.5); }},
    {"outage", KpiKind::duration, "From a primary's death until clients know the next one, the longest",
     [](const MysqlMeasures& m) { return record::quantile(m.outage, 1); }},
};

}  // namespace streamtwin::mysql
