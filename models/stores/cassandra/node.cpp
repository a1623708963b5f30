#include "models/stores/cassandra/node.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {

Replica& replica_of(const rpc::Instance& node) { return static_cast<NodeState&>(*node.state).seat.data; }

Node::Node(rpc::Network& network, const CassandraSpec& spec, const rpc::Service& service, Recorder& recorder)
    : network_(network), spec_(spec), service_(service), driver_(network), measures_(recorder), staleness_(recorder, service.name) {}

Seat& Node::seat_of(ZoneIndex zone, int number) {
  if (seats_.size() <= zone) seats_.resize(zone + std::size_t{1});
  std::deque<Seat>& in_zone = seats_[zone];
  while (in_zone.size() <= static_cast<std::size_t>(number)) in_zone.emplace_back();
  return in_zone[static_cast<std::size_t>(number)];
}

std::unique_ptr<rpc::HandlerState> Node::make_state(rpc::Instance& self) {
  Seat& seat = seat_of(self.zone, self.number);
  // A volume goes to the machine that takes over, as long as its own one has power: after an outage nothing is lost.
  const bool lost = seat.machine != nullptr && seat.machine != &self.machine && !seat.machine->is_on();
  if (lost && started_) {
    seat.data = {};
    seat.debt = {};
    seat.agreements.clear();
    seat.hints.clear();
    seat.joining = true;
  }
  seat.machine = &self.machine;
  seat.snitch.reset();
  seat.speculation.reset();
  seat.random = self.stream("cassandra");
  return std::make_unique<NodeState>(seat);
}

void Node::lay_out() {
  topology_.emplace(network_.geography, service_, spec_);
  for (NodeIndex node = 0; node < topology_->size(); ++node) {
    seats_of_nodes_.push_back(&seat_of(topology_->zone(node), topology_->number(node)));
  }
}

Task<rpc::Reply> Node::request(const rpc::Instance& client, rpc::Envelope request, ItemRequest item) {
  const Operation operation = item.access == Access::read    ? Operation::read
                              : item.access == Access::write ? Operation::write
                                                             : Operation::compare_and_set;
  return driver_.ask(client, service_, spec_, std::move(request),
                     {.key = item.key, .version = item.version, .bytes = item.bytes, .operation = operation});
}

Task<> Node::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  const bool late = spec_.message_delays != cassandra::MessageDelays::none;
  switch (asked.operation) {
    case Operation::write: return write(self, request, reply);
    case Operation::read: return read(self, request, reply);
    case Operation::compare_and_set: return compare_and_set(self, request, reply);
    case Operation::nothing:
    case Operation::promise_to_read:
    case Operation::promise_to_write:
      if (late) return agree_late(self, request, reply);
      agree(self, request, reply);
      break;
    case Operation::commit_replica:
    case Operation::write_replica:
      if (late) return keep_late(self, asked);
      keep(self, asked);
      break;
    case Operation::read_replica: return tell(self, asked, reply);
  }
  return {};
}

void Node::keep(rpc::Instance& self, const Request& asked) {
  Seat& seat = seat_of(self);
  seat.data.write(asked.key, asked.version, now());
  if (asked.operation == Operation::commit_replica) seat.agreements[asked.key].commit(asked.version);
  seat.debt.wrote(Bytes{asked.bytes}, spec_.stored, spec_.compaction, now());
}

Task<> Node::keep_late(rpc::Instance& self, Request asked) {
  Seat& seat = seat_of(self);
  co_await delay(cassandra::draw_delay(spec_.message_delays, cassandra::Leg::write, seat.random));
  keep(self, asked);
  co_await delay(cassandra::draw_delay(spec_.message_delays, cassandra::Leg::acknowledgement, seat.random));
}

Task<> Node::tell(rpc::Instance& self, const Request& asked, rpc::Reply& reply) {
  if (spec_.message_delays != cassandra::MessageDelays::none || disk_wait(self) > Duration{0}) return tell_late(self, asked, reply);
  const Version version = seat_of(self).data.read(asked.key);
  if (version != never_written) reply.enclosed = rpc::Enclosure(version);
  return {};
}

Task<> Node::tell_late(rpc::Instance& self, Request asked, rpc::Reply& reply) {
  Seat& seat = seat_of(self);
  co_await delay(disk_wait(self) + cassandra::draw_delay(spec_.message_delays, cassandra::Leg::read, seat.random));
  reply.enclosed = rpc::Enclosure(seat.data.read(asked.key));
  co_await delay(cassandra::draw_delay(spec_.message_delays, cassandra::Leg::answer, seat.random));
}

Duration Node::disk_wait(const rpc::Instance& self) const {
  const double slowdown = seat_of(self).debt.slowdown(spec_.compaction, now());
  return slowdown == 0 ? Duration{0} : service_.instance_spec.cost.mean() * (spec_.disk.value() * slowdown);
}

bool Node::avoided(NodeIndex node, ZoneIndex near) {
  if (seat(node).joining) return true;
  if (membership_ == nullptr || membership_->calm()) return false;
  for (int step = 0; step < network_.geography.zones_of(network_.geography.region_of(near)); ++step) {
    const ZoneIndex zone = network_.neighbour(near, step);
    if (network_.roads.one_way(zone, near) == rpc::never_arrives) continue;  // it would tell them, and they do not hear it
    for (int number = 0; number < service_.slots(zone); ++number) {
      const NodeIndex told_by = topology().index_of(zone, number);
      const rpc::Instance* const there = topology().instance(told_by);
      if (told_by != node && there != nullptr && there->alive()) return !alive(told_by, node);
    }
  }
  return false;
}

}  // namespace streamtwin::stores
