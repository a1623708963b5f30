// What nodes do besides what drivers ask them: gossip, hand over hints, and fill whoever takes the place of one that is lost.
#include <algorithm>

#include "models/stores/cassandra/node.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {

void Node::start() {
  started_ = true;
  const Membership::World world{.present =
                                    [this](NodeIndex node) {
                                      const rpc::Instance* const there = topology_->instance(node);
                                      return there != nullptr && there->alive();
                                    },
                                .connected =
                                    [this](NodeIndex from, NodeIndex to) {
                                      return network_.roads.one_way(topology_->zone(from), topology_->zone(to)) < rpc::never_arrives;
                                    }};
  membership_ = std::make_unique<Membership>(topology(), spec_.failure_detector, world, now());
  scope_.spawn_service("gossip", gossip());
  if (spec_.hints.enabled) scope_.spawn_service("hints", dispatch_hints());
}

void Node::started(rpc::Instance& self) {
  if (membership_ == nullptr) return;
  membership_->restarted(topology().index_of(self), now());
  if (seat_of(self).joining) self.scope.spawn_service("a replacement", join(self));
}

void Node::stopped(const rpc::Instance& self) {
  Seat& seat = seat_of(self);
  seat.handing_over.clear();
  if (!self.machine.is_on()) seat.data.crash(now());
}

Task<> Node::gossip() {
  for (;;) {
    co_await delay(Membership::round_interval);
    const std::uint64_t before = membership_->convictions();
    membership_->round(now());
    measures_.convictions.add(membership_->convictions() - before);
  }
}

Task<> Node::dispatch_hints() {
  for (;;) {
    co_await delay(spec_.hints.dispatch_interval);
    for (NodeIndex node = 0; node < topology().size(); ++node) {
      rpc::Instance* const self = topology().instance(node);
      if (self == nullptr || !self->alive()) continue;
      for (const auto& [target, waiting] : seat(node).hints) {
        if (waiting.empty() || !alive(node, target) || !seat(node).handing_over.insert(target).second) continue;
        self->scope.spawn_service("hints for a node", hand_over(*self, target));
      }
    }
  }
}

Task<> Node::hand_over(rpc::Instance& self, NodeIndex target) {
  Seat& seat = seat_of(self);
  std::deque<Hint>& waiting = seat.hints[target];
  while (!waiting.empty()) {
    const Hint hint = waiting.front();
    if (now() - hint.since <= spec_.hints.kept) {
      rpc::Envelope message;
      message.body = hint.write;
      Future<rpc::Reply> answer = ask(self, target, target, message);
      const std::optional<rpc::Reply> reply = co_await answer.within(spec_.write_timeout);
      if (!reply || !rpc::answered(reply->status)) break;
      ++measures_.hints_delivered;
      co_await delay(cassandra::hand_over_time(spec_.hints, Bytes{hint.write.bytes}, topology().size()));
    } else {
      ++measures_.hints_expired;
    }
    hinted_ -= Bytes{hint.write.bytes};
    waiting.pop_front();
  }
  seat.handing_over.erase(target);
}

}  // namespace streamtwin::stores
