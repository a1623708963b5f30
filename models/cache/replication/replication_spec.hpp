// Which caches are replicated to the other regions, and by what: Netflix, "Caching for a Global Netflix" (2016).
#pragma once

#include <array>
#include <map>
#include <string>

#include "models/pipeline/kafka/kafka_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

enum class ReplicationMode : unsigned char { values, invalidations };

struct ReplicatedCacheSpec {
  ReplicationMode mode = ReplicationMode::values;
  bool in_order = false;
  int partitions = 12;
  int copies = 2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(
        self.mode,
        {.name = "mode", .doc = "What the other regions are told of an item that is set", .source = "Caching for a Global Netflix (2016)"});
    visit(self.in_order,
          {.name = "in_order",
           .doc = "Whether what is said of one item stays in one partition; else it may be overtaken, as it could at Netflix",
           .source = assumption});
    visit(self.partitions,
          {.name = "partitions", .doc = "Partitions of its topic in each region", .source = assumption, .min = 1, .max = 10000});
    visit(self.copies, {.name = "copies", .doc = "Brokers that have each partition", .source = assumption, .min = 1, .max = 10});
  }
};

struct RelaySpec {
  Rate rate{20000};
  int batch = 100;
  Duration round_time_out = 1s;
  Duration patience = 60s;
  Bytes message{150};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.rate, {.name = "rate",
                      .doc = "Messages that the relay's task for one partition works on in a second",
                      .source = assumption,
                      .min = 1e-3,
                      .max = 1e9});
    visit(self.batch, {.name = "batch",
                       .doc = "Messages that it sends at once to another region's proxy; it waits for the answer before it goes on",
                       .source = assumption,
                       .min = 1,
                       .max = 100000});
    visit(self.round_time_out, {.name = "round_time_out",
                                .doc = "How long it waits until it tries again where nothing comes through",
                                .source = assumption,
                                .min = 1e-3,
                                .max = 3600});
    visit(self.patience, {.name = "patience",
                          .doc = "How long it tries to get a batch through before it gives that up and goes on: replication is best effort",
                          .source = assumption,
                          .min = 0,
                          .max = 86400});
    visit(self.message, {.name = "message",
                         .doc = "Size of a message in Kafka: key, time to live, checksum and time, not the value",
                         .source = assumption,
                         .min = 1,
                         .max = 1e6});
  }
};

struct CacheReplicationSpec {
  std::map<std::string, ReplicatedCacheSpec> caches;
  kafka::ClusterSpec kafka;
  kafka::ProducerSpec producer;
  RelaySpec relay;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.caches, {.name = "caches", .doc = "The caches that are, each with a topic of its own", .names = "service"});
    visit(self.kafka, {.name = "kafka", .doc = "The cluster of each region that has their topics"});
    visit(self.producer, {.name = "producer", .doc = "How the clients of caches publish what they have written"});
    visit(self.relay, {.name = "relay", .doc = "What takes it from a region's topics to the proxies of the others"});
  }
};

}  // namespace streamtwin::evcache

namespace streamtwin {

template <>
inline constexpr auto enum_names<evcache::ReplicationMode> = std::to_array<EnumName<evcache::ReplicationMode>>({
    {evcache::ReplicationMode::values, "values", "The value, as the region's own cache has it when the relay comes to it"},
    {evcache::ReplicationMode::invalidations, "invalidations", "That it is to be forgotten"},
});

}  // namespace streamtwin
