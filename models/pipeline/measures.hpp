// What is measured of the stream pipeline. Of a topic as keystone.topics.<name>.<row>, and so of a sink, of consumers and of a job.
#pragma once

#include <array>

#include "models/pipeline/consumers.hpp"
#include "models/pipeline/kafka/producer.hpp"
#include "models/pipeline/router.hpp"
#include "models/pipeline/stream_job.hpp"
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

inline constexpr std::array<KpiRow<SinkMeasures>, 10> sink_kpis{{
    {"delivered", KpiKind::count, "Events that became visible there", [](const SinkMeasures& sink) { return sink.delivered.measured(); }},
    {"repeated", KpiKind::count, "Events that became visible there once more, since a router began again at its last checkpoint",
     [](const SinkMeasures& sink) { return sink.repeated.measured(); }},
    {"missed", KpiKind::count, "Events that were not kept long enough for its routers to read them",
     [](const SinkMeasures& sink) { return sink.missed.measured(); }},
    {"lost", KpiKind::count, "Events that a leader of its Kafka alone had when it went",
     [](const SinkMeasures& sink) { return sink.log.lost.measured(); }},
    {"written", KpiKind::bytes, "What became visible there, repetitions with it",
     [](const SinkMeasures& sink) { return sink.bytes.measured(); }},
    {"restarts", KpiKind::count, "Times that one of its routers began again",
     [](const SinkMeasures& sink) { return sink.restarts.measured(); }},
    {"checkpoints", KpiKind::count, "Checkpoints that its routers completed",
     [](const SinkMeasures& sink) { return sink.checkpoints.measured(); }},
    {"freshness.p50", KpiKind::duration, "From an event's publication until it is visible, median",
     [](const SinkMeasures& sink) { return sink.freshness.measured().quantile(0.5); }},
    {"freshness.p99", KpiKind::duration, "The same, 99th percentile",
     [](const SinkMeasures& sink) { return sink.freshness.measured().quantile(0.99); }},
    {"lag.peak", KpiKind::count, "The most events that its routers had not read, at the end of a window",
     [](const SinkMeasures& sink) { return sink.lag.measured_peak(); }},
}};

inline constexpr std::array<KpiRow<ConsumerMeasures>, 8> consumer_kpis{{
    {"handled", KpiKind::count, "Events that its members handled", [](const ConsumerMeasures& group) { return group.handled.measured(); }},
    {"repeated", KpiKind::count, "Events that they handled once more, since a member had not kept how far it had come",
     [](const ConsumerMeasures& group) { return group.repeated.measured(); }},
    {"missed", KpiKind::count, "Events that were not kept long enough for them",
     [](const ConsumerMeasures& group) { return group.missed.measured(); }},
    {"rebalances", KpiKind::count, "Times that partitions were dealt out",
     [](const ConsumerMeasures& group) { return group.rebalances.measured(); }},
    {"paused.p99", KpiKind::duration, "How long a member read nothing meanwhile, 99th percentile; eager ones only",
     [](const ConsumerMeasures& group) { return group.paused.measured().quantile(0.99); }},
    {"age.p50", KpiKind::duration, "From an event's publication until it has been handled, median",
     [](const ConsumerMeasures& group) { return group.age.measured().quantile(0.5); }},
    {"age.p99", KpiKind::duration, "The same, 99th percentile",
     [](const ConsumerMeasures& group) { return group.age.measured().quantile(0.99); }},
    {"lag.peak", KpiKind::count, "The most events that nobody of it had read, at the end of a window",
     [](const ConsumerMeasures& group) { return group.lag.measured_peak(); }},
}};

inline constexpr std::array<KpiRow<JobMeasures>, 14> job_kpis{{
    {"read", KpiKind::count, "Events that it read", [](const JobMeasures& job) { return job.read.measured(); }},
    {"replayed", KpiKind::count, "Events that it read once more after a failure",
     [](const JobMeasures& job) { return job.replayed.measured(); }},
    {"missed", KpiKind::count, "Events that were not kept long enough for it, or came while it was away and reads nothing again",
     [](const JobMeasures& job) { return job.missed.measured(); }},
    {"late", KpiKind::count, "Events that came too late for their windows", [](const JobMeasures& job) { return job.late.measured(); }},
    {"dropped", KpiKind::count, "Events for which there was no room, where such are not waited for",
     [](const JobMeasures& job) { return job.dropped.measured(); }},
    {"fired", KpiKind::count, "Results of windows, one for each of its tasks", [](const JobMeasures& job) { return job.fired.measured(); }},
    {"result.p50", KpiKind::duration, "From the end of a window until its result is there, median",
     [](const JobMeasures& job) { return job.result.measured().quantile(0.5); }},
    {"result.p99", KpiKind::duration, "The same, 99th percentile",
     [](const JobMeasures& job) { return job.result.measured().quantile(0.99); }},
    {"restarts", KpiKind::count, "Times that it began again", [](const JobMeasures& job) { return job.restarts.measured(); }},
    {"checkpoints", KpiKind::count, "Checkpoints that were completed; of Samza each task's",
     [](const JobMeasures& job) { return job.checkpoints.measured(); }},
    {"failed_checkpoints", KpiKind::count, "Checkpoints that were given up",
     [](const JobMeasures& job) { return job.failed_checkpoints.measured(); }},
    {"checkpoint.p99", KpiKind::duration, "How long a checkpoint took, 99th percentile; of Flink",
     [](const JobMeasures& job) { return job.checkpoint.measured().quantile(0.99); }},
    {"blocked", KpiKind::share, "Of the time of those that read, what they waited for room in its buffers",
     [](const JobMeasures& job) {
       const double reading = job.reading.measured();
       return reading > 0 ? job.blocked.measured() / reading : unknown;
     }},
    {"lag.peak", KpiKind::count, "The most events that it had not read, at the end of a window",
     [](const JobMeasures& job) { return job.lag.measured_peak(); }},
}};

inline constexpr std::array<KpiRow<JobMeasures>, 4> answer_kpis{{
    {"answers", KpiKind::count, "Answers that were built of its results, or of older ones",
     [](const JobMeasures& job) { return job.answers.measured(); }},
    {"precomputed", KpiKind::share, "Of those, answers for which its results were too old: built of what was computed ahead",
     [](const JobMeasures& job) {
       const double answers = job.answers.measured();
       return answers > 0 ? job.precomputed.measured() / answers : unknown;
     }},
    {"age.p50", KpiKind::duration, "How old what an answer is built of was, median",
     [](const JobMeasures& job) { return job.age.measured().quantile(0.5); }},
    {"age.p99", KpiKind::duration, "The same, 99th percentile", [](const JobMeasures& job) { return job.age.measured().quantile(0.99); }},
}};

/// Of the fronting clusters of all regions.
struct StandbyMeasures {
  Counter switches;  ///< to the standby, and back
};
inline constexpr std::array<KpiRow<StandbyMeasures>, 1> standby_kpis{{
    {"switches", KpiKind::count, "Times that producers were told to publish to the other fronting cluster",
     [](const StandbyMeasures& standby) { return standby.switches.measured(); }},
}};

}  // namespace streamtwin::pipeline
