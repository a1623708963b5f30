// The client's part in the replication of a cache: of each item that it sets it publishes the key and what else the relay needs to know, not
// the value. Each instance has a producer of its own, made when it first writes.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "models/cache/evcache/cluster.hpp"
#include "models/cache/evcache/ledger.hpp"
#include "models/cache/replication/measures.hpp"
#include "models/cache/replication/replication_spec.hpp"
#include "models/pipeline/kafka/producer.hpp"
#include "models/rpc/life.hpp"

namespace streamtwin::evcache {

/// What is published of a write.
struct Message {
  Request what;
  std::uint32_t hash;
  Instant written;
  int readers;  ///< relays that have not taken it yet
};

class Replicator final : public WriteListener, public rpc::LifeObserver {
 public:
  /// A region's cluster of brokers, and the topic there.
  struct Way {
    kafka::Cluster* cluster;
    kafka::Topic* topic;
  };
  /// `ways` by region. All of them outlive this.
  Replicator(const ReplicatedCacheSpec& spec, const CacheReplicationSpec& of, std::vector<Way> ways, const places::Geography& geography,
             Ledger& ledger, ReplicationMeasures& measures);
  void start(rpc::Lives& lives) { subscription_ = lives.subscribe(*this); }

  void wrote(rpc::Instance& writer, const Request& what, std::uint32_t hash) override;
  void stopped(rpc::Instance& instance) override;

  /// For a relay of one region to one other: each of them takes a message once.
  std::optional<Message> take(RegionIndex region, const kafka::Producer::Record& record);
  const Way& way(RegionIndex region) const { return ways_[region]; }
  ReplicationMode mode() const { return spec_.mode; }
  /// Messages at the instances that have written.
  double waiting() const;

 private:
  struct OnInstance {
    RegionIndex region;
    kafka::Producer producer;
  };
  OnInstance& on(rpc::Instance& writer);
  static std::uint64_t number_of(const kafka::Producer::Record& record);

  const ReplicatedCacheSpec spec_;
  const CacheReplicationSpec& of_;
  std::vector<Way> ways_;
  const places::Geography& geography_;
  Ledger& ledger_;
  ReplicationMeasures& measures_;
  std::unordered_map<InstanceId, std::unique_ptr<OnInstance>> instances_;  ///< walked to count alone
  std::vector<std::unordered_map<std::uint64_t, Message>> messages_;       ///< by region, of those that somebody may still take
  Subscription subscription_;
};

}  // namespace streamtwin::evcache
