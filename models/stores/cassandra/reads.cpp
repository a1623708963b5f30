// A read as the node that coordinates it makes it.
#include <algorithm>
#include <utility>

#include "models/stores/cassandra/node.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {

/// Replicas that are asked the same, and those of them that have answered. Who waits goes on when enough have, or none is left that
/// could; answers that come after its end are not heard.
class Node::Round {
 public:
  struct Answer {
    NodeIndex replica;
    Version version;
  };
  /// Without `needed`, all that are asked.
  Round(Node& node, rpc::Instance& self, const cassandra::Needed* needed)
      : node_(node), self_(self), own_(node.topology().index_of(self)), needed_(needed) {}
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  void ask(NodeIndex replica, const rpc::Envelope& request) {
    if (replica == own_) return answer_here(request.body.as<Request>());
    ++open_;
    hearing_.spawn_service("an answer of a replica", hear(replica, node_.ask(self_, replica, replica, request), now()));
  }
  /// A replica was waited for without a process of its own; where it has not answered yet it is heard as any.
  void waited(NodeIndex replica, const std::optional<rpc::Reply>& reply, Future<rpc::Reply> answer, Instant sent) {
    if (reply) return note(replica, *reply, sent);
    ++open_;
    hearing_.spawn_service("an answer of a replica", hear(replica, std::move(answer), sent));
  }
  bool complete() const { return needed_ != nullptr ? needed_->met_by(heard_) : open_ == 0 && !failed_; }
  /// Until it is complete or nobody is left who could answer, at the longest until `deadline`.
  Task<> wait_until(Instant deadline) {
    if (complete() || open_ == 0 || deadline <= now()) co_return;
    auto [promise, settled] = make_promise<void>();
    settled_ = std::move(promise);
    co_await settled.within(deadline - now());
  }
  const cassandra::Needed* needed() const { return needed_; }
  const Few<Answer>& answers() const { return answers_; }
  Version newest() const {
    Version newest = never_written;
    for (const Answer& answer : answers_) newest = std::max(newest, answer.version);
    return newest;
  }
  bool agreed() const {
    const Version version = newest();
    return std::all_of(answers_.begin(), answers_.end(), [version](const Answer& answer) { return answer.version == version; });
  }

 private:
  void answer_here(const Request& asked) {
    if (asked.operation == Operation::write_replica) node_.keep(self_, asked);
    take(own_, seat_of(self_).data.read(asked.key));
  }
  void take(NodeIndex replica, Version version) {
    if (needed_ != nullptr && complete()) return;
    ++heard_[node_.topology().datacenter(replica)];
    answers_.push_back({replica, version});
  }
  void look() {
    if ((complete() || open_ == 0) && settled_.awaited() && !settled_.is_set()) settled_.set();
  }
  void note(NodeIndex replica, const rpc::Reply& reply, Instant sent) {
    if (!rpc::answered(reply.status)) {
      failed_ = true;
      return;
    }
    const Version* const version = reply.enclosed.get<Version>();
    node_.snitch_of(self_).heard(replica, now() - sent, now(), seat_of(self_).random);
    take(replica, version != nullptr ? *version : never_written);
  }
  Task<> hear(NodeIndex replica, Future<rpc::Reply> answer, Instant sent) {
    const rpc::Reply reply = co_await answer;
    --open_;
    note(replica, reply, sent);
    look();
  }

  Node& node_;
  rpc::Instance& self_;
  const NodeIndex own_;
  const cassandra::Needed* needed_;
  cassandra::ByDatacenter heard_;
  int open_ = 0;
  bool failed_ = false;
  Few<Answer> answers_;
  Promise<void> settled_;
  Scope hearing_;  ///< last: its processes use everything above
};

cassandra::DynamicSnitch& Node::snitch_of(rpc::Instance& self) {
  Seat& seat = seat_of(self);
  if (!seat.snitch) seat.snitch.emplace(topology().size(), spec_.snitch, now());
  return *seat.snitch;
}

cassandra::SpeculativeRetry& Node::speculation_of(rpc::Instance& self) {
  Seat& seat = seat_of(self);
  if (!seat.speculation) seat.speculation.emplace(spec_.speculative_retry, spec_.read_timeout, now());
  return *seat.speculation;
}

Node::Few<NodeIndex> Node::readable(rpc::Instance& self, std::span<const NodeIndex> replicas, cassandra::Consistency level) {
  const NodeIndex own = topology().index_of(self);
  const std::size_t here = topology().datacenter(own);
  const bool local = cassandra::is_local(level);
  Few<NodeIndex> found;
  std::size_t others = 0;  // where they begin: after the coordinator's own copy
  for (const NodeIndex replica : replicas) {
    const bool counts = !local || topology().datacenter(replica) == here;
    if (!counts || !alive(own, replica) || seat(replica).joining) continue;
    found.push_back(replica);
    if (replica != own) continue;
    std::rotate(found.begin(), found.end() - 1, found.end());
    others = 1;
  }
  topology().nearest_first(self.zone, std::span(found.data(), found.size()).subspan(others));
  snitch_of(self).sort({found.data(), found.size()}, now());
  return found;
}

Task<> Node::read(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  const Instant began = now();
  const Acknowledged::Write known = acknowledged_.newest(asked.key);
  Task<std::optional<Version>> reading =
      cassandra::is_serial(asked.level) ? read_agreed(self, request, reply) : fetch(self, request, began + spec_.read_timeout, reply);
  const std::optional<Version> found = co_await std::move(reading);
  if (!found) {
    ++(reply.status == rpc::Status::timed_out ? measures_.timed_out : measures_.unavailable);
    co_return;
  }
  ++measures_.reads;
  ++staleness_.reads;
  measures_.read_latency.record(now() - began);
  speculation_of(self).answered(now() - began, now());
  judge(known, *found, began);
  if (*found != never_written) reply.enclosed = rpc::Enclosure(*found);
}

// Nothing where the level cannot be met, which the reply says.
Task<std::optional<Version>> Node::fetch(rpc::Instance& self, const rpc::Envelope& request, Instant deadline, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  const cassandra::Needed needed(asked.level, topology().copies(), topology().datacenter(topology().index_of(self)));
  const Few<NodeIndex> candidates = readable(self, topology().replicas(asked.key), asked.level);
  cassandra::ByDatacenter there;
  for (const NodeIndex replica : candidates) ++there[topology().datacenter(replica)];
  if (!needed.met_by(there)) {
    reply.status = rpc::Status::failed;
    co_return std::nullopt;
  }
  if (const Duration wait = disk_wait(self); wait > Duration{0}) co_await delay(wait);
  Round round(*this, self, &needed);
  co_await gather(self, round, candidates, request, asked, deadline);
  if (!round.complete()) {
    reply.status = rpc::Status::timed_out;
    co_return std::nullopt;
  }
  Version found = round.newest();
  if (spec_.read_repair == ReadRepair::blocking && !round.agreed()) found = co_await repair(self, request, round, deadline, reply);
  if (!rpc::answered(reply.status)) co_return std::nullopt;
  co_return found;
}

namespace {

rpc::Envelope to_replica(rpc::Envelope request, Request what, Operation operation, Version version = never_written) {
  what.operation = operation;
  what.version = version;
  request.body = what;
  return request;
}

}  // namespace

// AbstractReadExecutor: one more is asked once, when those that are needed take long.
Task<> Node::gather(rpc::Instance& self, Round& round, const Few<NodeIndex>& candidates, const rpc::Envelope& request, Request asked,
                    Instant deadline) {
  const cassandra::Needed& needed = *round.needed();
  const rpc::Envelope message = to_replica(request, asked, Operation::read_replica);
  cassandra::SpeculativeRetry& speculation = speculation_of(self);
  const bool all = spec_.read_from == ReadFrom::all;
  bool another = speculation.asks_two_at_once();
  const NodeIndex own = topology().index_of(self);
  bool asks_itself = false;
  Few<NodeIndex> others;
  std::optional<NodeIndex> next;  // who would be asked as well
  cassandra::ByDatacenter asked_of;
  for (const NodeIndex candidate : candidates) {
    const std::size_t datacenter = topology().datacenter(candidate);
    const bool asks = all || needed.lacks(asked_of, datacenter) || std::exchange(another, false);
    if (!asks) {
      if (!next) next = candidate;
      continue;
    }
    ++asked_of[datacenter];
    if (candidate == own) {
      asks_itself = true;
    } else {
      others.push_back(candidate);
    }
  }
  const Duration wait = speculation.wait(now());
  const bool speculates = next && wait < spec_.read_timeout && asked.level != cassandra::Consistency::each_quorum;
  const Instant sent = now(), patient = speculates ? std::min(deadline, sent + wait) : deadline;
  if (asks_itself) round.ask(own, message);
  if (others.size() == 1) {
    Future<rpc::Reply> answer = ask(self, others.front(), others.front(), message);
    const std::optional<rpc::Reply> reply = co_await answer.within(patient - sent);
    round.waited(others.front(), reply, std::move(answer), sent);
  } else {
    for (const NodeIndex other : others) round.ask(other, message);
    co_await round.wait_until(patient);
  }
  if (speculates && !round.complete()) {
    ++measures_.speculative_retries;
    round.ask(*next, message);
  }
  if (!round.complete()) co_await round.wait_until(deadline);
}

// Digests differ: whoever has answered is read in full, and those that are behind are written before the answer goes out.
Task<Version> Node::repair(rpc::Instance& self, const rpc::Envelope& request, const Round& seen, Instant deadline, rpc::Reply& reply) {
  ++measures_.read_repairs;
  const auto asked = request.body.as<Request>();
  Round reading(*this, self, nullptr);
  for (const Round::Answer& answer : seen.answers()) reading.ask(answer.replica, to_replica(request, asked, Operation::read_replica));
  co_await reading.wait_until(deadline);
  const Version newest = std::max(seen.newest(), reading.newest());
  Round writing(*this, self, nullptr);
  for (const Round::Answer& answer : reading.answers()) {
    if (answer.version < newest) writing.ask(answer.replica, to_replica(request, asked, Operation::write_replica, newest));
  }
  co_await writing.wait_until(deadline);
  if (!reading.complete() || !writing.complete()) reply.status = rpc::Status::timed_out;
  co_return newest;
}

void Node::judge(const Acknowledged::Write& known, Version found, Instant began) {
  if (found >= known.version) return;
  ++measures_.stale_reads;
  ++staleness_.stale_reads;
  measures_.staleness.record(began - known.at);
  staleness_.staleness.record(began - known.at);
}

}  // namespace streamtwin::stores
