// A node of an EVCache cluster: an instance with a shard in its memory.
#pragma once

#include "models/cache/evcache/ledger.hpp"
#include "models/cache/evcache/request.hpp"
#include "models/cache/evcache/shard.hpp"
#include "models/rpc/handler.hpp"

namespace streamtwin::evcache {

/// Answers what is asked of the nodes of one cluster.
class Node final : public rpc::Handler {
 public:
  /// The ledger must outlive it.
  Node(Bytes memory, Eviction eviction, Ledger& ledger) : memory_(memory), eviction_(eviction), ledger_(ledger) {}

  std::unique_ptr<rpc::HandlerState> make_state(rpc::Instance& self) override;
  Task<> handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) override;

 private:
  bool find(rpc::Instance& self, std::uint64_t key, Duration life);
  void store(rpc::Instance& self, const Request& asked);

  Bytes memory_;
  Eviction eviction_;
  Ledger& ledger_;
};

/// Of an instance whose service is handled by a Node.
Shard& shard_of(const rpc::Instance& node);

}  // namespace streamtwin::evcache
