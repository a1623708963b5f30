// The producer of one instance, for one topic: it drops what finds no room, batches by partition, sends to those who lead, and again
// when they fail. apache/kafka KafkaProducer, RecordAccumulator and Sender.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "models/pipeline/kafka/accumulator.hpp"
#include "models/pipeline/kafka/cluster.hpp"
#include "models/pipeline/kafka/sticky_partitioner.hpp"

namespace streamtwin::kafka {

/// Of all producers of a topic.
struct ProducerMeasures {
  ProducerMeasures() = default;
  ProducerMeasures(Recorder& recorder, const std::string& prefix);

  Counter published;
  Counter dropped;    ///< for want of room in the buffer
  Counter expired;    ///< given up after the delivery time-out
  Counter abandoned;  ///< not delivered when their instance ended
  Counter repeated;   ///< sent again, though they may have arrived
  AuditKind audit;    ///< events at their producers, until delivered
};

class Producer {
 public:
  Producer(const ProducerSpec& spec, Cluster& cluster, Topic& topic, ZoneIndex zone, Random random, ProducerMeasures measures);
  /// What it has not delivered is lost with it.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  /// Events that have not been delivered, on their way or not.
  std::uint64_t waiting() const { return accumulator_.records() + under_way_; }
  /// A record as the log's readers find it again: Batch has the first of those that follow one another.
  struct Record {
    std::uint32_t producer;
    int partition;
    std::uint32_t sequence;
  };
  /// Nothing where the event is dropped.
  std::optional<Record> publish(Bytes size, std::optional<std::string_view> key, Instant now);
  /// Events that are together already, to a partition. False where the buffer has no room for them: they are not taken.
  bool forward(int partition, const Batch& batch, Instant now);
  /// Called with each batch that has been delivered.
  void on_delivered(std::function<void(const Parcel&)> call) { on_delivered_ = std::move(call); }

 private:
  struct Connection {
    int in_flight = 0;
    Instant quiet_until{};  ///< after a failure
    bool waiting = false;   ///< somebody looks at it again
  };
  void drain(BrokerIndex broker);
  void go(int partition);
  Task<> send(BrokerIndex broker, std::vector<Parcel> parcels);
  Task<> drain_at(BrokerIndex broker, Instant when);
  void ask_who_leads();
  Task<> hear_who_leads();
  std::vector<Parcel> take(BrokerIndex broker);
  void look_up_leaders();
  void weigh_queues();
  void delivered(const Parcel& parcel);
  void failed(const Parcel& parcel);
  void give_up_expired();

  const ProducerSpec spec_;
  Cluster& cluster_;
  Topic& topic_;
  const ZoneIndex zone_;
  ProducerMeasures measures_;
  const std::uint32_t id_;
  Accumulator accumulator_;
  StickyPartitioner sticky_;
  std::vector<std::optional<BrokerIndex>> leaders_;  ///< by partition, as last heard
  std::vector<int> available_;                       ///< partitions that somebody leads, as last heard
  std::vector<int> queues_;
  std::vector<Connection> connections_;  ///< by broker
  std::size_t next_ = 0;                 ///< the partition that is looked at first
  std::uint64_t under_way_ = 0;          ///< records
  bool asking_ = false;                  ///< who leads
  std::function<void(const Parcel&)> on_delivered_;
  Scope scope_;
};

}  // namespace streamtwin::kafka
