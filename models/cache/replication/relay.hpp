// Takes what a region's clients have set to one other region: a task for each partition reads the messages, looks the values up in the
// region's own cache as they are by then, and sends them in batches to a proxy there, which sets them in every copy. Best effort.
#pragma once

#include <vector>

#include "models/cache/replication/replicator.hpp"
#include "models/rpc/network.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::evcache {

class Relay {
 public:
  /// Everything must outlive it. Must be there before anything is published.
  Relay(const RelaySpec& spec, Replicator& replicator, const Cluster& cache, rpc::Network& network, Ledger& ledger, RegionIndex from,
        RegionIndex to, ReplicationMeasures& measures);
  void start();
  /// Messages in the logs that it has not read.
  double waiting() const;

 private:
  using Batch = std::vector<Message>;
  Task<> take_on(kafka::LivePartition& partition, int number);
  Batch taken(const std::vector<kafka::Extent>& extents, int partition);
  Task<> carry(Batch batch, ZoneIndex here, ZoneIndex there);
  Task<Batch> look_up(Batch batch, ZoneIndex here);
  bool passes(const Message& message, const std::optional<rpc::Reply>& found);
  Task<> apply(const Batch& batch, ZoneIndex there);
  void give_up(const Message& message);
  rpc::Instance* node_near(ZoneIndex zone, std::uint32_t hash) const;

  const RelaySpec& spec_;
  Replicator& replicator_;
  const Cluster& cache_;
  rpc::Network& network_;
  Ledger& ledger_;
  const RegionIndex from_, to_;
  ReplicationMeasures& measures_;
  kafka::Cluster& cluster_;
  kafka::Topic& topic_;
  const std::size_t reader_;
  Scope scope_;
};

}  // namespace streamtwin::evcache
