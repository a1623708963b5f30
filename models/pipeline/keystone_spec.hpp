// The stream pipeline as a scenario describes it: which services publish what, and where it goes.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/pipeline/kafka/group_spec.hpp"
#include "models/pipeline/kafka/kafka_spec.hpp"
#include "models/pipeline/streams/job_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::pipeline {

enum class Key { none, member, instance };
enum class SinkKind { s3, hdfs, elasticsearch, kafka };

struct TopicSpec {
  std::string service;
  double events = 1;
  Bytes size{2800};
  Key key = Key::none;
  int partitions = 12;
  int copies = 2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.service, {.name = "service", .doc = "Whose instances publish", .required = true, .names = "service"});
    visit(self.events, {.name = "events",
                        .doc = "Events for each request that an instance has answered, well or badly; in the mean, if not whole",
                        .source = assumption,
                        .min = 1e-6,
                        .max = 1000});
    visit(self.size, {.name = "size",
                      .doc = "Of an event on the wire. Netflix's peak was 12.5 million events and 35 GB a second",
                      .source = "Netflix: Kafka inside Keystone pipeline (2016)",
                      .min = 1,
                      .max = 1e7});
    visit(self.key, {.name = "key", .doc = "What keeps events together in one partition", .source = "sticky partitioning: apache/kafka"});
    visit(self.partitions,
          {.name = "partitions", .doc = "Partitions of the topic in each region", .source = assumption, .min = 1, .max = 10000});
    visit(self.copies, {.name = "copies",
                        .doc = "Brokers that have each partition",
                        .source = "Keystone's fronting clusters: from memory",
                        .min = 1,
                        .max = 10});
  }
};

/// The routers of a sink: each a job for one topic, all of them on the same machines.
struct RouterSpec : streams::MachinesSpec {
  streams::Engine engine = streams::Engine::flink;
  Duration checkpoint = 60s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.engine,
          {.name = "engine", .doc = "What they run on", .source = "Keystone's routers: Samza in 2015, Flink since about 2017 (Netflix)"});
    visit(self.checkpoint, {.name = "checkpoint",
                            .doc = "How often they keep how far they have come: what they took on since is taken on again after a failure",
                            .source = "apache/samza task.commit.ms; of Flink's the same: assumption",
                            .min = 1e-2,
                            .max = 86400});
    streams::MachinesSpec::describe(self, visit);
  }
};

struct SinkSpec {
  SinkKind kind = SinkKind::s3;
  std::vector<std::string> topics;
  std::optional<Duration> roll;
  Rate rate{20000};
  RouterSpec router;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.kind, {.name = "kind", .doc = "What takes the events in", .source = "Keystone's routers: Netflix (2016)"});
    visit(self.topics, {.name = "topics", .doc = "Whose events it gets", .required = true, .names = "topic"});
    visit(self.roll, {.name = "roll",
                      .doc = "How often what has come becomes visible: files that are rolled, or an index that is refreshed. By default "
                             "one minute for S3 and HDFS, 1 s for Elasticsearch (index.refresh_interval), at once for Kafka",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 86400});
    visit(self.rate, {.name = "rate",
                      .doc = "Events that the router's task for one partition takes on in a second",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 1e9});
    visit(self.router, {.name = "router", .doc = "What its routers run on, and what they do after a failure"});
  }
};

/// A service that reads what a sink has taken in.
struct ConsumerSpec {
  std::string reads;
  int machines = 1;
  Duration cost = 20us;
  kafka::GroupSpec group;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.reads, {.name = "reads",
                       .doc = "The sink, of kind kafka, whose topics it reads, each with a group of its own",
                       .required = true,
                       .names = "sink"});
    visit(self.machines, {.name = "machines",
                          .doc = "Machines in each zone, each with a member of every group",
                          .source = assumption,
                          .min = 1,
                          .max = 1000});
    visit(self.cost, {.name = "cost", .doc = "How long a member works on one event", .source = assumption, .max = 3600});
    visit(self.group, {.name = "group", .doc = "How its members share the partitions"});
  }
};

/// A service whose answers are built of what a job has computed.
struct ServesSpec {
  std::string service;
  Duration fresh_for = 900s;
  Duration precomputed = 22h;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.service,
          {.name = "service", .doc = "Whose answers they are, such as those to discovery requests", .required = true, .names = "service"});
    visit(self.fresh_for,
          {.name = "fresh_for",
           .doc = "Results older than that are not used: the answer is built of those that were computed ahead, as Netflix falls "
                  "back from nearline to offline results",
           .source = assumption,
           .min = 1e-1,
           .max = 1e7});
    visit(self.precomputed,
          {.name = "precomputed", .doc = "How old those are: of a nightly batch 10 to 34 h", .source = assumption, .min = 0, .max = 1e8});
  }
};

/// A job on what a sink has taken in: events are counted by windows, and results are served.
struct JobSpec : streams::MachinesSpec {
  streams::Engine engine = streams::Engine::flink;
  std::string reads;
  int parallelism = 2;
  Duration cost = 20us;
  streams::WindowSpec window;
  streams::CheckpointSpec checkpoint;
  streams::BuffersSpec buffers;
  std::optional<ServesSpec> serves;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.engine, {.name = "engine", .doc = "What it runs on", .source = "Netflix: Mantis, Samza, Flink"});
    visit(self.reads, {.name = "reads", .doc = "The sink, of kind kafka, whose topics it reads", .required = true, .names = "sink"});
    visit(self.parallelism,
          {.name = "parallelism",
           .doc = "Tasks over which Flink deals out each topic's events by their keys. Of Samza and Mantis each partition has "
                  "a task",
           .source = assumption,
           .min = 1,
           .max = 10000});
    visit(self.cost, {.name = "cost", .doc = "How long a task works on one event", .source = assumption, .max = 3600});
    visit(self.window, {.name = "window", .doc = "Which events one result is made of"});
    visit(self.checkpoint, {.name = "checkpoint", .doc = "When it keeps its state and how far it has come"});
    visit(self.buffers, {.name = "buffers", .doc = "Between its tasks; full, they stop whoever reads from the log"});
    visit(self.serves, {.name = "serves", .doc = "Whose answers are built of its results; nobody's by default"});
    streams::MachinesSpec::describe(self, visit);
  }
};

/// A second cluster to which producers switch when the first is in trouble.
struct StandbySpec {
  Fraction trouble{0.5};
  Duration after = 60s;
  Duration propagation = 30s;
  Duration back_after = 600s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.trouble, {.name = "trouble",
                         .doc = "So much of a cluster's partitions that nobody can write to is trouble",
                         .source = assumption,
                         .min = 0.01,
                         .max = 1});
    visit(self.after, {.name = "after",
                       .doc = "How long it lasts before producers are told to switch: Keystone's failover took less than 5 min",
                       .source = "Keystone's failover: from memory",
                       .max = 3600});
    visit(self.propagation,
          {.name = "propagation", .doc = "Within which they hear of it, each at a time of its own", .source = assumption, .max = 3600});
    visit(self.back_after, {.name = "back_after",
                            .doc = "They switch back when the first has been well for so long",
                            .source = assumption,
                            .min = 1,
                            .max = 1e6});
  }
};

struct KeystoneSpec {
  kafka::ClusterSpec fronting;
  std::optional<StandbySpec> standby;
  std::optional<kafka::ClusterSpec> consumer;
  kafka::ProducerSpec producer;
  std::map<std::string, TopicSpec> topics;
  std::map<std::string, SinkSpec> sinks;
  std::map<std::string, ConsumerSpec> consumers;
  std::map<std::string, JobSpec> jobs;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.fronting, {.name = "fronting", .doc = "The cluster of each region that takes in what services publish there"});
    visit(self.standby,
          {.name = "standby",
           .doc = "A second fronting cluster of each region, made as the first, and when producers switch to it; none by default"});
    visit(self.consumer,
          {.name = "consumer",
           .doc = "A cluster of each region that sinks of kind kafka write to, for consumers and jobs; without it what they have "
                  "been handed is done with"});
    visit(self.producer, {.name = "producer", .doc = "How instances publish"});
    visit(self.topics, {.name = "topics", .doc = "Kinds of events, each a topic of the fronting clusters", .declares = "topic"});
    visit(self.sinks,
          {.name = "sinks", .doc = "Where routers take the events; each with a router of its own for each topic", .declares = "sink"});
    visit(self.consumers, {.name = "consumers", .doc = "Groups of Kafka consumers that read what sinks of kind kafka have"});
    visit(self.jobs, {.name = "jobs", .doc = "Stream jobs that read what sinks of kind kafka have"});
  }
};

/// Machines of the pipeline in each zone: `name`-0, `name`-1, …
struct MachineGroup {
  std::string name;
  int count;
};
inline std::string name_of_brokers() { return "kafka"; }
inline std::string name_of_standby() { return "kafka-standby"; }
inline std::string name_of_consumer_brokers() { return "kafka-consumer"; }
inline std::string name_of_routers(const std::string& sink) { return "router-" + sink; }
inline std::string name_of_consumers(const std::string& consumers) { return "consumer-" + consumers; }
inline std::string name_of_job(const std::string& job) { return "job-" + job; }

inline bool writes_to_consumers(const KeystoneSpec& spec, const SinkSpec& sink) {
  return spec.consumer.has_value() && sink.kind == SinkKind::kafka;
}

inline std::vector<MachineGroup> machine_groups(const KeystoneSpec& spec) {
  std::vector<MachineGroup> groups{{name_of_brokers(), spec.fronting.brokers}};
  if (spec.standby) groups.push_back({name_of_standby(), spec.fronting.brokers});
  if (spec.consumer) groups.push_back({name_of_consumer_brokers(), spec.consumer->brokers});
  for (const auto& [name, sink] : spec.sinks) groups.push_back({name_of_routers(name), sink.router.machines});
  for (const auto& [name, consumers] : spec.consumers) groups.push_back({name_of_consumers(name), consumers.machines});
  for (const auto& [name, job] : spec.jobs) groups.push_back({name_of_job(name), job.machines});
  return groups;
}

/// Of a sink that does not say it.
constexpr Duration roll_of(const SinkSpec& sink) {
  if (sink.roll) return *sink.roll;
  switch (sink.kind) {
    case SinkKind::elasticsearch: return 1s;
    case SinkKind::kafka: return Duration{0};
    case SinkKind::s3:
    case SinkKind::hdfs: break;
  }
  return 60s;
}

}  // namespace streamtwin::pipeline

namespace streamtwin {

template <>
inline constexpr auto enum_names<pipeline::Key> = std::to_array<EnumName<pipeline::Key>>({
    {pipeline::Key::none, "none", "Nothing: events stay with a partition for a batch's worth, then go to another"},
    {pipeline::Key::member, "member", "The member whose request it was"},
    {pipeline::Key::instance, "instance", "The instance that publishes"},
});

template <>
inline constexpr auto enum_names<pipeline::SinkKind> = std::to_array<EnumName<pipeline::SinkKind>>({
    {pipeline::SinkKind::s3, "s3", "Files in S3, for Hive"},
    {pipeline::SinkKind::hdfs, "hdfs", "Files in HDFS"},
    {pipeline::SinkKind::elasticsearch, "elasticsearch", "An index that is searched"},
    {pipeline::SinkKind::kafka, "kafka", "A consumer's Kafka, for stream jobs"},
});

}  // namespace streamtwin
