// A write as the node that coordinates it makes it.
#include <array>

#include "models/stores/cassandra/node.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {

/// Who has acknowledged a write. Processes that wait for one acknowledgement each hold it, and outlive the write's answer.
struct Node::Acks {
  explicit Acks(const cassandra::Needed& its_needed) : needed(its_needed) {}

  bool met() const { return needed.met_by(heard); }
  void count(std::size_t datacenter) {
    ++heard[datacenter];
    look();
  }
  void look() {
    if ((met() || open == 0) && settled.awaited() && !settled.is_set()) settled.set();
  }

  cassandra::Needed needed;
  cassandra::ByDatacenter heard;
  int open = 0;
  Promise<void> settled;
};

namespace {

/// It runs, and is being filled: before that nobody has heard of it.
bool is_pending(Node& nodes, NodeIndex replica) {
  const rpc::Instance* const there = nodes.topology().instance(replica);
  return nodes.seat(replica).joining && there != nullptr && there->alive();
}

}  // namespace

cassandra::ByDatacenter Node::pending_among(std::span<const NodeIndex> replicas) {
  cassandra::ByDatacenter pending;
  for (const NodeIndex replica : replicas) {
    if (is_pending(*this, replica)) ++pending[topology().datacenter(replica)];
  }
  return pending;
}

// The work that the coordinator has done on the request includes the write of its own copy.
Task<> Node::write(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  const Instant began = now();
  const NodeIndex own = topology().index_of(self);
  const std::span<const NodeIndex> replicas = topology().replicas(asked.key);
  const cassandra::Needed needed(asked.level, topology().copies(), topology().datacenter(own), pending_among(replicas));
  cassandra::ByDatacenter there;
  for (const NodeIndex replica : replicas) there[topology().datacenter(replica)] += alive(own, replica) || is_pending(*this, replica);
  if (!needed.met_by(there)) {
    ++measures_.unavailable;
    reply.status = rpc::Status::failed;
    co_return;
  }
  const bool written = co_await spread(self, request, needed, Operation::write_replica);
  if (!written) {
    ++measures_.timed_out;
    reply.status = rpc::Status::failed;
    co_return;
  }
  ++measures_.writes;
  measures_.write_latency.record(now() - began);
  acknowledged_.written(asked.key, asked.version, now());
}

// Whether so many as are needed have acknowledged it in time.
Task<bool> Node::spread(rpc::Instance& self, const rpc::Envelope& request, const cassandra::Needed& needed, Operation as) {
  const std::shared_ptr<Acks> acks = send_to_all(self, request, needed, as);
  if (!acks->met()) {
    auto [promise, settled] = make_promise<void>();
    acks->settled = std::move(promise);
    co_await settled.within(spec_.write_timeout);
  }
  co_return acks->met();
}

std::shared_ptr<Node::Acks> Node::send_to_all(rpc::Instance& self, const rpc::Envelope& request, const cassandra::Needed& needed,
                                              Operation as) {
  const auto acks = std::make_shared<Acks>(needed);
  const NodeIndex own = topology().index_of(self);
  auto what = request.body.as<Request>();
  what.operation = as;
  rpc::Envelope sent = request;
  sent.deadline = never;  // one that nobody waits for any more is made nevertheless
  sent.body = what;
  std::array<std::optional<NodeIndex>, cassandra::datacenters_max> forwarders{};
  for (const NodeIndex replica : topology().replicas(what.key)) {
    const std::size_t datacenter = topology().datacenter(replica);
    if (replica == own) {
      keep(self, what);
      acks->count(datacenter);
    } else if (!alive(own, replica) && !is_pending(*this, replica)) {
      hint(self, replica, what);
    } else {
      std::optional<NodeIndex>& forwarder = forwarders[datacenter];
      if (!forwarder) forwarder = replica;
      ++acks->open;
      const NodeIndex by_way_of = datacenter == topology().datacenter(own) ? replica : *forwarder;
      self.scope.spawn_service("an acknowledgement", wait_for_ack(self, acks, replica, what, ask(self, replica, by_way_of, sent)));
    }
  }
  return acks;
}

Task<> Node::wait_for_ack(rpc::Instance& self, std::shared_ptr<Acks> acks, NodeIndex replica, Request what, Future<rpc::Reply> answer) {
  const std::optional<rpc::Reply> reply = co_await answer.within(spec_.write_timeout);
  --acks->open;
  if (reply && rpc::answered(reply->status)) {
    acks->count(topology().datacenter(replica));
  } else {
    hint(self, replica, what);
    acks->look();
  }
}

// One message goes to each other region, and whoever gets it there sends it on; answers come straight back.
Future<rpc::Reply> Node::ask(rpc::Instance& self, NodeIndex replica, NodeIndex by_way_of, const rpc::Envelope& message) {
  rpc::Instance* const callee = topology().instance(replica);
  if (replica == by_way_of) return network_.ask(self, callee, message);
  const rpc::Instance* const forwarder = topology().instance(by_way_of);
  auto [promise, future] = make_promise<rpc::Reply>();
  ++network_.hops;
  if (callee == nullptr || forwarder == nullptr || !forwarder->alive()) return std::move(future);
  rpc::Way way = network_.way(self.zone, callee->zone);
  way.there = network_.roads.one_way(self.zone, forwarder->zone) + network_.roads.one_way(forwarder->zone, callee->zone);
  network_.send(*callee, way, message, std::move(promise));
  return std::move(future);
}

void Node::hint(rpc::Instance& self, NodeIndex replica, const Request& what) {
  const NodeIndex own = topology().index_of(self);
  const Duration down_for = membership_ == nullptr ? Duration{0} : membership_->down_for(own, replica, now());
  if (!cassandra::should_hint(spec_.hints, down_for)) return;
  ++measures_.hints;
  hinted_ += Bytes{what.bytes};
  seat_of(self).hints[replica].push_back({what, now()});
}

}  // namespace streamtwin::stores
