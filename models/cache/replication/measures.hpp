// What is measured of the replication of caches, over all of them and all regions.
#pragma once

#include <array>

#include "models/pipeline/kafka/producer.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::evcache {

struct ReplicationMeasures {
  ReplicationMeasures() = default;
  explicit ReplicationMeasures(Recorder& recorder);

  kafka::ProducerMeasures producers;
  kafka::LogMeasures logs;
  Counter due;         ///< messages times the regions that they are for
  Counter applied;     ///< that a copy there has taken
  Counter superseded;  ///< not sent: the checksum was that of another value, which has a message of its own
  Counter gone;        ///< not sent: the region's own cache had no such item any more
  Counter given_up;    ///< sent in vain
  Counter dropped;     ///< that found no room at their producer
  Counter reordered;   ///< applied after a newer value had been
  Histogram lag;       ///< of what was applied: since it was written to the cache
  Gauge waiting;       ///< messages in the logs that relays have not read

  /// What has been lost on its way to the relays, and by them.
  double lost() const {
    const double regions = due.measured() / producers.published.measured();
    const double on_the_way = producers.expired.measured() + producers.abandoned.measured() + logs.lost.measured();
    return dropped.measured() + given_up.measured() + (on_the_way > 0 ? on_the_way * regions : 0);
  }
};

inline constexpr std::array<KpiRow<ReplicationMeasures>, 10> replication_kpis{{
    {"messages", KpiKind::count, "What clients of replicated caches published",
     [](const ReplicationMeasures& m) { return m.producers.published.measured(); }},
    {"applied", KpiKind::count, "Of those, for each other region, what its cache took in",
     [](const ReplicationMeasures& m) { return m.applied.measured(); }},
    {"superseded", KpiKind::count, "Not sent on, since the value was another one by then: that one's message carries it",
     [](const ReplicationMeasures& m) { return m.superseded.measured(); }},
    {"gone", KpiKind::count, "Not sent on, since the region's own cache did not have it any more",
     [](const ReplicationMeasures& m) { return m.gone.measured(); }},
    {"reordered", KpiKind::count, "Applied after a newer value of the same item",
     [](const ReplicationMeasures& m) { return m.reordered.measured(); }},
    {"lost", KpiKind::count, "What never came to a relay, since the producer or the brokers lost it, and what the relay gave up",
     [](const ReplicationMeasures& m) { return m.lost(); }},
    {"loss", KpiKind::share, "The same, of all that was to be applied",
     [](const ReplicationMeasures& m) { return record::ratio(m.lost(), m.due.measured()); }},
    {"lag.p50", KpiKind::duration, "From a write to a cache until another region has it, median",
     [](const ReplicationMeasures& m) { return record::quantile(m.lag, 0.5); }},
    {"lag.p99", KpiKind::duration, "The same, 99th percentile", [](const ReplicationMeasures& m) { return record::quantile(m.lag, 0.99); }},
    {"waiting.peak", KpiKind::count, "The most messages that relays had not read, at the end of a window",
     [](const ReplicationMeasures& m) { return m.waiting.measured_peak(); }},
}};

}  // namespace streamtwin::evcache
