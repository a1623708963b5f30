// What is measured of the stream pipeline. Of a topic as keystone.topics.<name>.<row>, of a sink as keystone.sinks.<name>.<row>.
#pragma once

#include <array>

#include "models/pipeline/kafka/producer.hpp"
#include "models/pipeline/router.hpp"
#include "sim-core/record/kpi.hpp"

namespace streamtwin::pipeline {

/// Of a topic, over all regions.
struct TopicMeasures {
  kafka::ProducerMeasures producers;
  kafka::LogMeasures logs;

  double lost() const {
    return producers.dropped.measured() + producers.expired.measured() + producers.abandoned.measured() + logs.lost.measured();
  }
};

inline constexpr std::array<KpiRow<TopicMeasures>, 10> topic_kpis{{
    {"published", KpiKind::count, "Events that instances published",
     [](const TopicMeasures& topic) { return topic.producers.published.measured(); }},
    {"dropped", KpiKind::count, "Of those, events that found no room in their producer's buffer",
     [](const TopicMeasures& topic) { return topic.producers.dropped.measured(); }},
    {"expired", KpiKind::count, "Events that no leader took in before the delivery time-out",
     [](const TopicMeasures& topic) { return topic.producers.expired.measured(); }},
    {"abandoned", KpiKind::count, "Events that an instance had not delivered when it ended",
     [](const TopicMeasures& topic) { return topic.producers.abandoned.measured(); }},
    {"lost", KpiKind::count, "Events that a leader alone had when it went, and no router had read",
     [](const TopicMeasures& topic) { return topic.logs.lost.measured(); }},
    {"repeated", KpiKind::count, "Events that were sent again since no answer came, or a bad one",
     [](const TopicMeasures& topic) { return topic.producers.repeated.measured(); }},
    {"taken_in", KpiKind::bytes, "What leaders have taken in", [](const TopicMeasures& topic) { return topic.logs.bytes.measured(); }},
    {"elections", KpiKind::count, "Times that another broker began to lead a partition",
     [](const TopicMeasures& topic) { return topic.logs.elections.measured(); }},
    {"unclean_elections", KpiKind::count, "Of those, times that it had less than could be read before",
     [](const TopicMeasures& topic) { return topic.logs.unclean.measured(); }},
    {"loss", KpiKind::share, "Events that were dropped, expired, abandoned or lost, of those that were published",
     [](const TopicMeasures& topic) {
       const double published = topic.producers.published.measured();
       return published > 0 ? topic.lost() / published : unknown;
     }},
}};

inline constexpr std::array<KpiRow<SinkMeasures>, 4> sink_kpis{{
    {"delivered", KpiKind::count, "Events that became visible there", [](const SinkMeasures& sink) { return sink.delivered.measured(); }},
    {"freshness.p50", KpiKind::duration, "From an event's publication until it is visible, median",
     [](const SinkMeasures& sink) { return sink.freshness.measured().quantile(0.5); }},
    {"freshness.p99", KpiKind::duration, "The same, 99th percentile",
     [](const SinkMeasures& sink) { return sink.freshness.measured().quantile(0.99); }},
    {"lag.peak", KpiKind::count, "The most events that its routers had not read, at the end of a window",
     [](const SinkMeasures& sink) { return sink.lag.measured_peak(); }},
}};

}  // namespace streamtwin::pipeline
