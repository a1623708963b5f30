// Clusters of Kafka and their producers as a scenario describes them.
#pragma once

#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::kafka {

enum class Acks { none, leader, all };

struct ProducerSpec {
  Acks acks = Acks::leader;
  Bytes batch_size{16384};
  Bytes buffer{32.0 * 1024 * 1024};
  Bytes request_size{1024.0 * 1024};
  Duration linger{0};
  int in_flight = 5;
  Duration request_timeout = 30s;
  Duration delivery_timeout = 120s;
  Duration retry_backoff = 100ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.acks, {.name = "acks",
                      .doc = "Who must have a batch before it counts as delivered",
                      .source = "Netflix: Kafka inside Keystone pipeline (2016)"});
    visit(self.batch_size, {.name = "batch_size",
                            .doc = "Bytes of events that go to one partition at once; the partitioner stays with a partition as long",
                            .source = "apache/kafka ProducerConfig batch.size",
                            .min = 1,
                            .max = 1e8});
    visit(self.buffer, {.name = "buffer",
                        .doc = "Bytes that wait to be delivered on one instance; what does not fit is dropped "
                               "(block.on.buffer.full=false)",
                        .source = "apache/kafka ProducerConfig buffer.memory; Netflix: Kafka inside Keystone pipeline (2016)",
                        .min = 1,
                        .max = 1e11});
    visit(self.request_size, {.name = "request_size",
                              .doc = "Bytes that go to one broker at once, over all its partitions",
                              .source = "apache/kafka ProducerConfig max.request.size",
                              .min = 1,
                              .max = 1e9});
    visit(self.linger, {.name = "linger",
                        .doc = "How long a batch that is not full waits for more",
                        .source = "apache/kafka ProducerConfig linger.ms before 4.0",
                        .max = 60});
    visit(self.in_flight, {.name = "in_flight",
                           .doc = "Requests to one broker that wait for an answer",
                           .source = "apache/kafka ProducerConfig max.in.flight.requests.per.connection",
                           .min = 1,
                           .max = 1000});
    visit(self.request_timeout, {.name = "request_timeout",
                                 .doc = "How long an answer is waited for until the events go again to whoever leads by then",
                                 .source = "apache/kafka ProducerConfig request.timeout.ms",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.delivery_timeout, {.name = "delivery_timeout",
                                  .doc = "Events that have not been delivered so long after they were published are given up",
                                  .source = "apache/kafka ProducerConfig delivery.timeout.ms",
                                  .min = 1e-3,
                                  .max = 86400});
    visit(self.retry_backoff, {.name = "retry_backoff",
                               .doc = "How long nothing goes to a broker that has failed",
                               .source = "apache/kafka ProducerConfig retry.backoff.ms",
                               .max = 3600});
  }
};

struct ClusterSpec {
  int brokers = 1;
  BitRate broker_rate{1e9};
  Duration session_timeout = 6s;
  Duration election = 5ms;
  Duration replica_lag = 30s;
  int min_in_sync = 1;
  bool unclean_election = true;
  Duration preferred_check = 300s;
  Fraction imbalance{0.1};
  Duration controller_start = 2s;
  Duration retention = 8h;
  Bytes segment{1024.0 * 1024 * 1024};
  Duration retention_check = 300s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.brokers, {.name = "brokers", .doc = "Brokers in each zone", .source = assumption, .min = 1, .max = 200});
    visit(self.broker_rate, {.name = "broker_rate",
                             .doc = "At which one broker takes in what producers and its leaders send. Netflix's brokers took 8.75 MB/s "
                                    "each in the mean of 2016's peak",
                             .source = assumption,
                             .min = 1e3,
                             .max = 1e12});
    visit(self.session_timeout, {.name = "session_timeout",
                                 .doc = "How long the controller hears nothing of a broker until others lead its partitions",
                                 .source = "apache/kafka zookeeper.session.timeout.ms before 2.5; 18 s since, 9 s with KRaft",
                                 .min = 1e-3,
                                 .max = 3600});
    visit(self.election, {.name = "election",
                          .doc = "How long the controller needs for each partition whose leader it changes, one after the other",
                          .source = "ZooKeeper's controller: from memory",
                          .max = 60});
    visit(self.replica_lag, {.name = "replica_lag",
                             .doc = "A follower that has not caught up for so long is not in sync",
                             .source = "apache/kafka ReplicationConfigs replica.lag.time.max.ms",
                             .min = 1e-3,
                             .max = 3600});
    visit(self.min_in_sync, {.name = "min_in_sync",
                             .doc = "Copies in sync without which `acks: all` is refused",
                             .source = "apache/kafka min.insync.replicas",
                             .min = 1,
                             .max = 10});
    visit(self.unclean_election, {.name = "unclean_election",
                                  .doc = "Whether a copy that is not in sync may lead when no other is left: what it has not got is lost",
                                  .source = "Netflix: Kafka inside Keystone pipeline (2016)"});
    visit(self.preferred_check, {.name = "preferred_check",
                                 .doc = "How often partitions are given back to their first brokers",
                                 .source = "apache/kafka ReplicationConfigs leader.imbalance.check.interval.seconds",
                                 .min = 1,
                                 .max = 86400});
    visit(self.imbalance, {.name = "imbalance",
                           .doc = "Share of a broker's partitions led by others above which they are",
                           .source = "apache/kafka ReplicationConfigs leader.imbalance.per.broker.percentage",
                           .min = 0,
                           .max = 1});
    visit(self.controller_start, {.name = "controller_start",
                                  .doc = "How long the broker that becomes the controller, when the one before is taken for dead, needs to "
                                         "read what there is; meanwhile nobody is given another leader",
                                  .source = assumption,
                                  .max = 3600});
    visit(self.retention,
          {.name = "retention",
           .doc = "How long records are kept: who lags behind by more has lost them. Of Keystone's fronting clusters 8 to 24 h",
           .source = "Keystone's fronting clusters: from memory",
           .min = 1e-1,
           .max = 1e8});
    visit(self.segment, {.name = "segment",
                         .doc = "Of a partition's log: it goes as a whole, when its newest record is too old",
                         .source = "apache/kafka LogConfig log.segment.bytes",
                         .min = 1,
                         .max = 1e12});
    visit(self.retention_check, {.name = "retention_check",
                                 .doc = "How often it is looked whether a segment is too old",
                                 .source = "apache/kafka log.retention.check.interval.ms",
                                 .min = 1e-1,
                                 .max = 86400});
  }
};

}  // namespace streamtwin::kafka

namespace streamtwin {

template <>
inline constexpr auto enum_names<kafka::Acks> = std::to_array<EnumName<kafka::Acks>>({
    {kafka::Acks::none, "none", "Nobody: what is sent counts as delivered"},
    {kafka::Acks::leader, "leader", "The partition's leader: what it has and its followers have not is lost with it"},
    {kafka::Acks::all, "all", "All copies that are in sync"},
});

}  // namespace streamtwin
