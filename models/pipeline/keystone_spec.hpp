// The stream pipeline as a scenario describes it: which services publish what, and where it goes.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/pipeline/kafka/kafka_spec.hpp"
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

struct SinkSpec {
  SinkKind kind = SinkKind::s3;
  std::vector<std::string> topics;
  std::optional<Duration> roll;
  Rate rate{20000};

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
  }
};

struct KeystoneSpec {
  kafka::ClusterSpec fronting;
  kafka::ProducerSpec producer;
  std::map<std::string, TopicSpec> topics;
  std::map<std::string, SinkSpec> sinks;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.fronting, {.name = "fronting", .doc = "The cluster of each region that takes in what services publish there"});
    visit(self.producer, {.name = "producer", .doc = "How instances publish"});
    visit(self.topics, {.name = "topics", .doc = "Kinds of events, each a topic of the fronting clusters", .declares = "topic"});
    visit(self.sinks,
          {.name = "sinks", .doc = "Where routers take the events; each with a router of its own for each topic", .declares = "sink"});
  }
};

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
