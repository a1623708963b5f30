// A cluster of brokers on machines: it takes in what producers send, followers fetch from leaders, and a controller that no longer hears
// a broker has others lead its partitions.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "models/pipeline/kafka/accumulator.hpp"
#include "models/pipeline/kafka/kafka_spec.hpp"
#include "models/pipeline/kafka/partition.hpp"
#include "models/rpc/roads.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/audit.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::kafka {

/// How far somebody has come who reads a partition.
struct Reader {
  Offset position = 0;   ///< what is read next
  Offset committed = 0;  ///< from where it begins again after a failure
  Offset furthest = 0;   ///< what is before it, it has done with once
};

/// A partition in a run: who waits for its log to grow, and for more of it to be readable.
struct LivePartition {
  LivePartition(std::vector<BrokerIndex> brokers, Bytes segment) : log(std::move(brokers), segment) {}

  Partition log;
  Signal grew{"a partition's next record"}, readable{"a record that all in sync have"};
  std::vector<Reader> readers;
  Offset settled = 0;  ///< what is before it all have done with
};

/// Of the logs of a topic.
struct LogMeasures {
  LogMeasures() = default;
  LogMeasures(Recorder& recorder, const std::string& prefix);

  Counter bytes;               ///< taken in
  Counter lost;                ///< records that a leader had alone, and somebody had not read, when it went
  Counter elections, unclean;  ///< new leaders, and those of them that had less than consumers had read
  AuditKind audit;             ///< records in logs: until they have been read by all, or are lost
};

struct Topic {
  std::deque<LivePartition> partitions;
  LogMeasures measures;
  Signal readable{"a record of any partition"};
};

class Cluster {
 public:
  struct Broker {
    Host* machine;
    ZoneIndex zone;
    Instant free_at{};       ///< when it has taken in what is on its way
    bool registered = true;  ///< for the controller
  };

  /// Brokers zone after zone in turn, so that neighbours in the list are in different ones.
  Cluster(const ClusterSpec& spec, std::vector<Broker> brokers, rpc::Roads& roads);

  /// `copies` of each partition, on brokers that follow one another; at most as many as there are brokers.
  Topic& add_topic(int partitions, int copies, const LogMeasures& measures);
  /// Somebody who reads all of a topic from its present end on; to be given to `finish` and `commit`.
  std::size_t add_reader(Topic& topic);
  void start();

  /// What came of parcels that were sent to a broker.
  struct Receipt {
    std::vector<bool> taken;
  };
  /// Sends them; the answer comes when as many have them as `acks` says, or never.
  Task<Receipt> produce(Topic& topic, BrokerIndex broker, ZoneIndex from, std::vector<Parcel> parcels, Acks acks);
  /// Where a partition can be read and written, as who asks now is told.
  std::optional<BrokerIndex> leader_of(const LivePartition& partition) const { return partition.log.leader(); }
  const Broker& broker(BrokerIndex index) const { return brokers_[index]; }
  rpc::Roads& roads() { return roads_; }
  /// Records in the logs that somebody has not read.
  double unsettled() const;
  std::size_t brokers() const { return brokers_.size(); }
  /// A reader has done with what is before an offset.
  void finish(Topic& topic, LivePartition& partition, std::size_t reader, Offset to);
  /// It will not ask for what is before an offset again.
  void commit(LivePartition& partition, std::size_t reader, Offset to);
  /// Whether it can be read at this moment, and from which zone.
  std::optional<ZoneIndex> readable_at(const LivePartition& partition) const;
  /// Share of the partitions of all topics that nobody leads, or a broker that is silent.
  Fraction out_of_order() const;
  /// As a broker numbers who is to write without repetition (apache/kafka InitProducerId).
  std::uint32_t number_producer() { return producers_++; }

 private:
  bool listens(BrokerIndex broker) const { return brokers_[broker].machine->is_on() && brokers_[broker].registered; }
  Task<> watch(BrokerIndex broker);
  Task<> replace_controller();
  Task<> expire();
  void wake();
  Task<> replace_leaders(BrokerIndex of);
  Task<> give_back();
  Task<> follow(Topic& topic, LivePartition& partition, std::size_t copy);
  Task<> shrink();
  template <class Change>
  void change_leader(Topic& topic, LivePartition& partition, Change change);
  void watermark_moved(Topic& topic, LivePartition& partition);
  void settle(Topic& topic, LivePartition& partition);

  const ClusterSpec spec_;
  std::vector<Broker> brokers_;
  rpc::Roads& roads_;
  std::deque<Topic> topics_;
  std::size_t placed_ = 0;  ///< partitions, over all topics
  std::optional<BrokerIndex> controller_{0};
  Signal has_controller_{"Kafka's next controller"};
  std::uint32_t producers_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::kafka
