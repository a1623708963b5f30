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
  const auto asked = request.body.as<Request>();
  if (asked.operation == Operation::fetch) {
    const std::optional<Hit> hit = shard_of(self).get(asked.key, now());
    reply.status = hit ? rpc::Status::ok : rpc::Status::miss;
    if (hit) reply.enclosed = rpc::Enclosure(version_of(hit->version));
    return {};
  }
  if (asked.operation != Operation::get) {
    store(self, asked);
    return {};
  }
  if (asked.amount == 0) {
    reply.status = find(self, asked.key, asked.life) ? rpc::Status::ok : rpc::Status::miss;
    return {};
  }
  Found found;
  const auto items = static_cast<Items>(asked.amount);
  for (int item = 0; item < items_max; ++item) {
    if ((items & item_bit(item)) != 0 && find(self, key_of_item(asked.key, item), asked.life))
      found.items = static_cast<Items>(found.items | item_bit(item));
  }
  reply.status = found.items == items ? rpc::Status::ok : rpc::Status::miss;
  reply.enclosed = rpc::Enclosure(found);
  return {};
}

bool Node::find(rpc::Instance& self, std::uint64_t key, Duration life) {
  const std::optional<Hit> hit = shard_of(self).get(key, now());
  if (!hit || hit->expiry - now() <= life) return false;
  ledger_.count(key, version_of(hit->version), self.zone, now());
  return true;
}

void Node::store(rpc::Instance& self, const Request& asked) {
  Shard& shard = shard_of(self);
  bool stored = true;
  switch (asked.operation) {
    case Operation::set:
      stored = shard.set(asked.key, Bytes{static_cast<double>(asked.amount)}, word_of(asked.version), asked.life, now());
      break;
    case Operation::add:
      stored = shard.add(asked.key, Bytes{static_cast<double>(asked.amount)}, word_of(asked.version), asked.life, now());
      break;
    case Operation::remove: shard.erase(asked.key); break;
    case Operation::get:
    case Operation::fetch: break;
  }
  if (stored) ledger_.put(asked.key, asked.version, self.zone, asked.writer);
}

}  // namespace streamtwin::evcache
