// A node of an EVCache cluster: an instance with a shard in its memory.
#pragma once

#include "models/cache/evcache/shard.hpp"
#include "models/rpc/handler.hpp"

namespace streamtwin::evcache {

/// Answers what is asked of the nodes of one cluster.
class Node final : public rpc::Handler {
 public:
  Node(Bytes memory, Eviction eviction) : memory_(memory), eviction_(eviction) {}

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;

 private:
  Bytes memory_;
  Eviction eviction_;
};

/// Of an instance whose service is handled by a Node.
Shard& shard_of(const rpc::Instance& node);

}  // namespace streamtwin::evcache
