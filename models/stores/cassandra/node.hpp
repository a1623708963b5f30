// A node of a store that keeps a copy of its data in each of three zones: apache/cassandra ConsistencyLevel (LOCAL_QUORUM) and
// NetworkTopologyStrategy. Whichever node is asked coordinates: it is one of the replicas, and asks the others.
#pragma once

#include "models/rpc/handler.hpp"
#include "models/rpc/network.hpp"
#include "models/stores/cassandra/quorum_spec.hpp"

namespace streamtwin::stores {

class Node final : public rpc::Handler {
 public:
  Node(rpc::Network& network, const QuorumSpec& spec) : network_(network), spec_(spec) {}

  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;

 private:
  Task<> reach_quorum(rpc::Instance& self, rpc::Envelope request, rpc::Reply& reply);

  rpc::Network& network_;
  const QuorumSpec spec_;
};

}  // namespace streamtwin::stores
