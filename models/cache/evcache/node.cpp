#include "models/cache/evcache/node.hpp"

#include "models/cache/evcache/request.hpp"
#include "models/rpc/instance.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin::evcache {
namespace {

struct NodeState final : rpc::HandlerState {
  NodeState(Bytes memory, Eviction eviction) : shard(memory, eviction) {}
  Shard shard;
};

}  // namespace

Shard& shard_of(const rpc::Instance& node) { return static_cast<NodeState&>(*node.state).shard; }

std::unique_ptr<rpc::HandlerState> Node::make_state(rpc::Instance&) { return std::make_unique<NodeState>(memory_, eviction_); }

// An item is kept longer than it is fresh, for those who would rather have an old answer than none.
Task<> Node::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  Shard& shard = shard_of(self);
  const auto asked = request.body.as<Request>();
  if (asked.operation == Operation::set) {
    shard.set(asked.key, Bytes{asked.bytes}, request.id, asked.life, now());
  } else {
    const std::optional<Hit> hit = shard.get(asked.key, now());
    reply.status = hit && hit->expiry - now() > asked.life ? rpc::Status::ok : rpc::Status::miss;
  }
  return {};
}

}  // namespace streamtwin::evcache
