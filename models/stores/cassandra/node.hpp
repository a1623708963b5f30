// A node of a store that keeps a copy of each item in as many zones of the region as there are replicas (apache/cassandra
// NetworkTopologyStrategy), and answers at LOCAL_QUORUM. Whichever node a driver asks coordinates: it is one of the replicas.
// A write goes to all replicas at once and is acknowledged when a quorum has it. A read asks so many at once as must answer,
// another one if that takes too long, and brings those up to date that were behind before it answers (AbstractReadExecutor,
// blocking read repair).
#pragma once

#include <boost/container/static_vector.hpp>

#include "models/rpc/handler.hpp"
#include "models/rpc/network.hpp"
#include "models/stores/cassandra/store_spec.hpp"
#include "models/stores/cassandra/replica.hpp"
#include "models/stores/cassandra/request.hpp"

namespace streamtwin::stores {

class Node final : public rpc::Handler {
 public:
  Node(rpc::Network& network, const StoreSpec& spec) : network_(network), spec_(spec) {}

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;

 private:
  static constexpr std::size_t others_max = 8;  // StoreSpec::replicas
  template <class T>
  using OfReplicas = boost::container::static_vector<T, others_max>;

  class Round;
  Task<> write(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<> read(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply);
  Task<> repair(rpc::Instance& self, const rpc::Envelope& request, const Round& seen, Instant deadline, rpc::Reply& reply);
  /// The other replicas, the nearest first; null where no instance was ever launched.
  OfReplicas<rpc::Instance*> others(const rpc::Instance& self) const;

  rpc::Network& network_;
  const StoreSpec spec_;
};

/// Of an instance whose service is handled by a Node.
Replica& replica_of(const rpc::Instance& node);

}  // namespace streamtwin::stores
