#include "models/stores/cassandra/node.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {
namespace {

struct NodeState final : rpc::HandlerState {
  Replica replica;
};

rpc::Envelope to_replica(rpc::Envelope request, Operation operation, std::uint64_t key, Version version = never_written) {
  request.body = Request{.key = key, .version = version, .operation = operation};
  return request;
}

}  // namespace

Replica& replica_of(const rpc::Instance& node) { return static_cast<NodeState&>(*node.state).replica; }

std::unique_ptr<rpc::HandlerState> Node::make_state(rpc::Instance&) { return std::make_unique<NodeState>(); }

Task<> Node::handle(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  switch (asked.operation) {
    case Operation::write: return write(self, request, reply);
    case Operation::read: return read(self, request, reply);
    case Operation::write_replica: replica_of(self).write(asked.key, asked.version); break;
    case Operation::read_replica: reply.enclosed = rpc::Enclosure(replica_of(self).read(asked.key)); break;
  }
  return {};
}

/// Other replicas that are asked the same at once, and those of them that have answered. Who waits goes on when enough have,
/// or none is left that could; answers that come after its end are not heard.
class Node::Round {
 public:
  struct Answer {
    rpc::Instance* replica;
    Version version;
  };
  Round(rpc::Network& network, rpc::Instance& self, int needed) : network_(network), self_(self), needed_(needed) {}
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  void ask(rpc::Instance* replica, const rpc::Envelope& request) {
    ++open_;
    hearing_.spawn_service("an answer of a replica", hear(replica, network_.ask(self_, replica, request)));
  }
  bool complete() const { return static_cast<int>(answers_.size()) >= needed_; }
  /// Nobody who was asked can answer any more.
  bool over() const { return open_ == 0; }
  /// Until it is complete or over, at the longest until `deadline`.
  Task<> wait_until(Instant deadline) {
    if (complete() || over() || deadline <= now()) co_return;
    auto [promise, settled] = make_promise<void>();
    settled_ = std::move(promise);
    co_await settled.within(deadline - now());
  }
  const OfReplicas<Answer>& answers() const { return answers_; }

 private:
  Task<> hear(rpc::Instance* replica, Future<rpc::Reply> answer) {
    const rpc::Reply reply = co_await answer;
    --open_;
    if (rpc::answered(reply.status)) {
      const Version* const version = reply.enclosed.get<Version>();
      answers_.push_back({replica, version != nullptr ? *version : never_written});
    }
    if ((complete() || over()) && settled_.awaited() && !settled_.is_set()) settled_.set();
  }

  rpc::Network& network_;
  rpc::Instance& self_;
  const int needed_;
  int open_ = 0;
  OfReplicas<Answer> answers_;
  Promise<void> settled_;
  Scope hearing_;  ///< last: its processes use everything above
};

Node::OfReplicas<rpc::Instance*> Node::others(const rpc::Instance& self) const {
  const int zones = network_.geography.zones_of(network_.geography.region_of(self.zone));
  OfReplicas<rpc::Instance*> found;
  for (int step = 1; step < std::min(spec_.replicas, zones); ++step) {
    found.push_back(self.service.slot(network_.neighbour(self.zone, step), self.number));
  }
  return found;
}

// The work that the coordinator has done on the request includes the write of its own copy.
Task<> Node::write(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  replica_of(self).write(asked.key, asked.version);
  const OfReplicas<rpc::Instance*> replicas = others(self);
  Round round(network_, self, static_cast<int>(replicas.size() + 1) / 2);
  rpc::Envelope message = to_replica(request, Operation::write_replica, asked.key, asked.version);
  message.deadline = never;  // one that nobody waits for any more is made nevertheless
  for (rpc::Instance* const replica : replicas) round.ask(replica, message);
  co_await round.wait_until(now() + spec_.request_timeout);
  if (!round.complete()) reply.status = rpc::Status::failed;
}

Task<> Node::read(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  const Instant deadline = now() + spec_.request_timeout;
  const OfReplicas<rpc::Instance*> replicas = others(self);
  const int needed = static_cast<int>(replicas.size() + 1) / 2;
  Round round(network_, self, needed);
  const rpc::Envelope message = to_replica(request, Operation::read_replica, asked.key);
  auto next = replicas.begin();
  for (int i = 0; i < needed; ++i) round.ask(*next++, message);
  co_await round.wait_until(std::min(deadline, now() + spec_.speculative_retry));
  while (!round.complete() && next != replicas.end() && now() < deadline) {
    round.ask(*next++, message);
    co_await round.wait_until(deadline);
  }
  if (!round.complete()) {
    reply.status = rpc::Status::failed;
    co_return;
  }
  const Version own = replica_of(self).read(asked.key);
  const bool agreed = std::all_of(round.answers().begin(), round.answers().end(), [&](const auto& a) { return a.version == own; });
  if (!agreed) co_await repair(self, request, round, deadline, reply);
}

// Digests differ: whoever has answered is read in full, and those that are behind are written before the answer goes out.
Task<> Node::repair(rpc::Instance& self, const rpc::Envelope& request, const Round& seen, Instant deadline, rpc::Reply& reply) {
  const std::uint64_t key = request.body.as<Request>().key;
  Round reading(network_, self, static_cast<int>(seen.answers().size()));
  for (const Round::Answer& answer : seen.answers()) reading.ask(answer.replica, to_replica(request, Operation::read_replica, key));
  co_await reading.wait_until(deadline);
  Version newest = replica_of(self).read(key);
  for (const Round::Answer& answer : reading.answers()) newest = std::max(newest, answer.version);
  replica_of(self).write(key, newest);
  OfReplicas<rpc::Instance*> behind;
  for (const Round::Answer& answer : reading.answers()) {
    if (answer.version < newest) behind.push_back(answer.replica);
  }
  Round writing(network_, self, static_cast<int>(behind.size()));
  for (rpc::Instance* const replica : behind) writing.ask(replica, to_replica(request, Operation::write_replica, key, newest));
  co_await writing.wait_until(deadline);
  if (!reading.complete() || !writing.complete()) reply.status = rpc::Status::failed;
}

}  // namespace streamtwin::stores
