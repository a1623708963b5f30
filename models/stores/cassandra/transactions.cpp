// Transactions and reads on which replicas agree, as the node that coordinates them makes them (apache/cassandra
// service/StorageProxy.cas, beginAndRepairPaxos, proposePaxos; service/paxos/Paxos).
#include "models/stores/cassandra/node.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::stores {

using cassandra::NextStep;
using cassandra::PaxosVariant;
using cassandra::PromiseReply;
using cassandra::ProposeReply;

/// A question to all who take part, and what they have answered. Answers that come after its end are not heard.
template <class Answer>
class Node::Poll {
 public:
  Poll(Node& node, rpc::Instance& self) : node_(node), self_(self) {}
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;

  void ask(NodeIndex replica, const rpc::Envelope& question) {
    if (replica == node_.topology().index_of(self_)) return answers_.push_back(own_answer(question));
    ++open_;
    hearing_.spawn_service("an answer in an agreement", hear(node_.ask(self_, replica, replica, question)));
  }
  /// Until `enough`, or all have answered who will, at the longest until `deadline`.
  template <class Enough>
  Task<> wait(Enough enough, Instant deadline) {
    while (!enough() && open_ > 0 && now() < deadline) {
      auto [promise, heard] = make_promise<void>();
      heard_ = std::move(promise);
      co_await heard.within(deadline - now());
    }
  }
  std::span<const Answer> answers() const { return {answers_.data(), answers_.size()}; }
  int count(bool Answer::*what) const {
    return static_cast<int>(std::count_if(answers_.begin(), answers_.end(), [what](const Answer& answer) { return answer.*what; }));
  }
  int size() const { return static_cast<int>(answers_.size()); }

 private:
  Answer own_answer(const rpc::Envelope& question) {
    if constexpr (std::is_same_v<Answer, PromiseReply>) {
      return node_.promise(self_, question.body.as<Request>());
    } else {
      return node_.vote(self_, question.body.as<Proposal>());
    }
  }
  Task<> hear(Future<rpc::Reply> answer) {
    const rpc::Reply reply = co_await answer;
    --open_;
    if (const Answer* const said = reply.enclosed.get<Answer>()) answers_.push_back(*said);
    if (heard_.awaited() && !heard_.is_set()) heard_.set();
  }

  Node& node_;
  rpc::Instance& self_;
  int open_ = 0;
  Few<Answer> answers_;
  Promise<void> heard_;
  Scope hearing_;  ///< last: its processes use everything above
};

/// One agreement on an item, attempt after attempt.
class Node::Agreement {
 public:
  enum class End : std::uint8_t { reached, unavailable, unknown };
  static rpc::Status status_of(End end) {
    return end == End::reached ? rpc::Status::ok : end == End::unknown ? rpc::Status::timed_out : rpc::Status::failed;
  }

  Agreement(Node& node, rpc::Instance& self, const rpc::Envelope& request, cassandra::Consistency level)
      : node_(node), self_(self), request_(request), key_(request.body.as<Request>().key), level_(level) {}

  /// Writes where the item still has the version that is expected.
  Task<End> compare_and_set(Version expected) {
    for (;;) {
      const End begun = co_await begin(true);
      if (begun != End::reached) co_return begun;
      const End read = co_await read_data();
      if (read != End::reached) co_return read;
      set_ = data_ == expected;
      if (!set_ && v2()) co_return End::reached;  // nothing is in progress that could make it hold
      const Vote vote = co_await propose(set_ ? ballot_ : cassandra::no_ballot, false);
      if (vote == Vote::split) co_return End::unknown;
      if (vote == Vote::refused) {
        co_await give_way();
        continue;
      }
      if (!set_) co_return End::reached;
      const bool committed = co_await commit(ballot_);
      co_return committed ? End::reached : End::unknown;
    }
  }

  /// What is in progress is finished, or can never be; then what all know.
  Task<End> read() {
    for (;;) {
      const End begun = co_await begin(!v2());
      if (begun != End::reached || v2()) co_return begun;
      const Vote vote = co_await propose(cassandra::no_ballot, false);
      if (vote == Vote::split) co_return End::unknown;
      if (vote == Vote::accepted) co_return co_await read_data();
      co_await give_way();
    }
  }

  bool set() const { return set_; }
  Version data() const { return set_ ? ballot_ : data_; }
  Duration took() const { return now() - began_; }
  int round_trips() const { return round_trips_; }

 private:
  enum class Vote : std::uint8_t { accepted, refused, split };

  bool v2() const { return properties_.variant == PaxosVariant::v2; }
  Instant deadline() const { return began_ + (v2() ? properties_.contention_timeout : node_.spec_.write_timeout); }

  // Until enough have promised not to listen to earlier ballots, and nothing is left to do for others.
  Task<End> begin(bool writes) {
    while (now() - began_ < properties_.contention_timeout) {
      if (!find_who_takes_part()) co_return End::unavailable;
      ballot_ = next_ballot();
      Poll<PromiseReply> promises(node_, self_);
      Request asked{.key = key_, .version = ballot_, .operation = writes ? Operation::promise_to_write : Operation::promise_to_read};
      ask_all(promises, asked);
      const auto enough = [&] { return promises.count(&PromiseReply::given) < promises.size() || promises.size() >= needed_; };
      co_await promises.wait(enough, deadline());
      const cassandra::Promised seen = cassandra::judge(promises.answers());
      at_least_ = std::max(at_least_, seen.at_least);
      data_ = seen.data;
      if (seen.next == NextStep::give_way) {
        co_await give_way();
        continue;
      }
      if (promises.size() < needed_) co_return End::unknown;
      if (seen.next == NextStep::go_on) co_return End::reached;
      co_await help(seen);
    }
    co_return End::unknown;
  }

  Task<> help(const cassandra::Promised& seen) {
    if (seen.next == NextStep::spread) {
      node_.send_to_all(self_, envelope(commit_of(seen.update)), needed_for_commit(), Operation::commit_replica);
      co_return;
    }
    ++node_.measures_.finished_for_others;
    const Vote vote = co_await propose(seen.update, true);
    if (vote == Vote::accepted) {
      co_await commit(seen.update);
    } else {
      co_await give_way();
    }
  }

  // v2: with the promises.
  Task<End> read_data() {
    if (v2()) co_return End::reached;
    ++round_trips_;
    const auto quorum = cassandra::is_local(level_) ? cassandra::Consistency::local_quorum : cassandra::Consistency::quorum;
    rpc::Reply reply;
    const rpc::Envelope message = envelope({.key = key_, .operation = Operation::read, .level = quorum});
    const std::optional<Version> found = co_await node_.fetch(self_, message, began_ + node_.spec_.read_timeout, reply);
    if (!found) co_return reply.status == rpc::Status::timed_out ? End::unknown : End::unavailable;
    data_ = *found;
    co_return End::reached;
  }

  // Who finishes what another one has begun need not know who of those who refuse had accepted it before.
  Task<Vote> propose(cassandra::Update update, bool for_another) {
    Poll<ProposeReply> votes(node_, self_);
    ask_all(votes, Proposal{.key = key_, .ballot = ballot_, .update = update});
    const int all = static_cast<int>(taking_part_.size());
    const auto enough = [&] {
      const int accepted = votes.count(&ProposeReply::accepted);
      return accepted >= needed_ || (for_another && all - (votes.size() - accepted) < needed_);
    };
    co_await votes.wait(enough, deadline());
    for (const ProposeReply& vote : votes.answers()) at_least_ = std::max(at_least_, vote.latest);
    const int accepted = votes.count(&ProposeReply::accepted);
    if (accepted >= needed_) co_return Vote::accepted;
    co_return for_another || (accepted == 0 && votes.size() == all) ? Vote::refused : Vote::split;
  }

  // v2: whoever comes next sees to it that it is known.
  Task<bool> commit(cassandra::Update update) {
    const rpc::Envelope message = envelope(commit_of(update));
    if (v2()) {
      node_.send_to_all(self_, message, needed_for_commit(), Operation::commit_replica);
      co_return true;
    }
    ++round_trips_;
    co_return co_await node_.spread(self_, message, needed_for_commit(), Operation::commit_replica);
  }

  Task<> give_way() {
    ++node_.measures_.beaten;
    Seat& seat = seat_of(self_);
    cassandra::TransactionLatencies of_late;
    if (!seat.transactions.empty()) {
      of_late = {seat.transactions.percentile(Fraction{0.5}), seat.transactions.percentile(Fraction{0.95})};
    }
    co_await delay(cassandra::contention_wait(properties_.variant, ++times_beaten_, of_late, seat.random));
  }

  // One that is being filled takes part, too; with two of them nobody could tell whose majorities meet.
  bool find_who_takes_part() {
    const std::span<const NodeIndex> replicas = node_.topology().replicas(key_);
    const NodeIndex own = node_.topology().index_of(self_);
    const cassandra::ByDatacenter pending = node_.pending_among(replicas);
    int all = 0, filled = 0;
    taking_part_.clear();
    for (const NodeIndex replica : replicas) {
      const std::size_t datacenter = node_.topology().datacenter(replica);
      if (cassandra::is_local(level_) && datacenter != node_.topology().datacenter(own)) continue;
      ++all;
      const bool is_filled = pending[datacenter] > 0 && node_.seat(replica).joining;
      filled += is_filled;
      if (node_.alive(own, replica) || is_filled) taking_part_.push_back(replica);
    }
    needed_ = cassandra::quorum_of(all + filled);
    return filled <= 1 && static_cast<int>(taking_part_.size()) >= needed_;
  }

  cassandra::Ballot next_ballot() {
    cassandra::Ballot& last = seat_of(self_).last_ballot;
    const Duration tick = 1us;  // apache/cassandra utils/UUIDGen
    return last = std::max({now(), last + tick, at_least_ + tick});
  }

  cassandra::Needed needed_for_commit() {
    const std::span<const NodeIndex> replicas = node_.topology().replicas(key_);
    const std::size_t own = node_.topology().datacenter(node_.topology().index_of(self_));
    return {node_.spec_.write_level, node_.topology().copies(), own, node_.pending_among(replicas)};
  }
  Request commit_of(cassandra::Update update) const {
    return {.key = key_, .version = update, .bytes = request_.body.as<Request>().bytes, .operation = Operation::commit_replica};
  }
  rpc::Envelope envelope(const Request& body) const {
    rpc::Envelope message = request_;
    message.body = body;
    return message;
  }
  template <class Answer, class Question>
  void ask_all(Poll<Answer>& poll, const Question& question) {
    ++round_trips_;
    rpc::Envelope message = request_;
    message.body = question;
    for (const NodeIndex replica : taking_part_) poll.ask(replica, message);
  }

  Node& node_;
  rpc::Instance& self_;
  const rpc::Envelope& request_;
  const std::uint64_t key_;
  const cassandra::Consistency level_;
  const cassandra::PaxosProperties& properties_ = node_.spec_.transactions;
  const Instant began_ = now();
  Few<NodeIndex> taking_part_;
  int needed_ = 0, times_beaten_ = 0, round_trips_ = 0;
  cassandra::Ballot ballot_, at_least_ = cassandra::no_ballot;
  Version data_ = never_written;
  bool set_ = false;
};

PromiseReply Node::promise(rpc::Instance& self, const Request& asked) {
  Seat& seat = seat_of(self);
  PromiseReply reply = seat.agreements[asked.key].prepare(asked.version, asked.operation == Operation::promise_to_write);
  reply.data = seat.data.read(asked.key);
  return reply;
}

ProposeReply Node::vote(rpc::Instance& self, const Proposal& proposal) {
  return seat_of(self).agreements[proposal.key].propose(proposal.ballot, proposal.update);
}

void Node::agree(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  reply.enclosed = asked.operation == Operation::nothing ? rpc::Enclosure(vote(self, request.body.as<Proposal>()))
                                                         : rpc::Enclosure(promise(self, asked));
}

Task<> Node::agree_late(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  Random& random = seat_of(self).random;
  co_await delay(cassandra::draw_delay(spec_.message_delays, cassandra::Leg::write, random));
  agree(self, request, reply);
  co_await delay(cassandra::draw_delay(spec_.message_delays, cassandra::Leg::acknowledgement, random));
}

Task<> Node::compare_and_set(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  const auto asked = request.body.as<Request>();
  Agreement agreement(*this, self, request, spec_.transactions.level);
  const Agreement::End end = co_await agreement.compare_and_set(asked.version);
  if (end != Agreement::End::reached) {
    reply.status = Agreement::status_of(end);
    ++(end == Agreement::End::unknown ? measures_.unknown : measures_.unavailable);
    co_return;
  }
  ++measures_.transactions;
  if (!agreement.set()) ++measures_.not_set;
  measures_.round_trips.add(agreement.round_trips());
  measures_.transaction_latency.record(agreement.took());
  seat_of(self).transactions.add(agreement.took(), now());
  if (agreement.set()) acknowledged_.written(asked.key, agreement.data(), now());
  reply.enclosed = rpc::Enclosure(Compared{agreement.set(), agreement.data()});
}

Task<std::optional<Version>> Node::read_agreed(rpc::Instance& self, const rpc::Envelope& request, rpc::Reply& reply) {
  Agreement agreement(*this, self, request, request.body.as<Request>().level);
  const Agreement::End end = co_await agreement.read();
  reply.status = Agreement::status_of(end);
  if (end != Agreement::End::reached) co_return std::nullopt;
  co_return agreement.data();
}

}  // namespace streamtwin::stores
