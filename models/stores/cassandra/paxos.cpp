#include "models/stores/cassandra/paxos.hpp"

#include "sim-core/math.hpp"

namespace streamtwin::cassandra {

PromiseReply Acceptor::prepare(Ballot ballot, bool writes) {
  PromiseReply reply{.latest = std::max(promised_, latest_write()), .accepted = accepted_, .committed = committed_};
  reply.given = ballot > (writes ? reply.latest : latest_write());
  if (ballot > reply.latest) {
    promised_ = ballot;
    if (writes) promised_write_ = ballot;
  }
  return reply;
}

ProposeReply Acceptor::propose(Ballot ballot, Update update) {
  const Ballot latest = std::max(promised_, latest_write());
  if (ballot < latest) return {false, latest};
  accepted_ = {ballot, update};
  return {true, latest};
}

Promised judge(std::span<const PromiseReply> promises) {
  Promised seen;
  Accepted newest;
  Update decided = no_ballot;
  bool refused = false;
  for (const PromiseReply& promise : promises) {
    refused = refused || !promise.given;
    seen.at_least = std::max(seen.at_least, promise.latest);
    seen.data = std::max(seen.data, promise.data);
    if (promise.accepted.ballot > newest.ballot) newest = promise.accepted;
    decided = std::max(decided, promise.committed);
  }
  const auto knows_less = [decided](const PromiseReply& promise) { return promise.committed < decided; };
  if (refused) {
    seen.next = NextStep::give_way;
  } else if (newest.update > decided) {
    seen.next = NextStep::finish;
    seen.update = newest.update;
  } else if (std::any_of(promises.begin(), promises.end(), knows_less)) {
    seen.next = NextStep::spread;
    seen.update = decided;
  }
  return seen;
}

namespace {

// apache/cassandra service/paxos/ContentionStrategy: the default bounds, of which the shortest gives way where they are too near each
// other, and qexp(1.5): of as many parts of the range as it was beaten times, the later ones are the likelier.
Duration back_off(int times, TransactionLatencies of_late, Random& random) {
  constexpr Duration longest = 100ms;
  Duration most = of_late.p95;
  for (int i = 0; i < times && most < longest; ++i) most *= 1.8;
  most = std::clamp<Duration>(most, 10ms, longest);
  const Duration apart = std::max<Duration>(5ms, of_late.median * 0.5);
  Duration least = of_late.median * 0.66;
  if (least + apart > most) {
    most = std::min(least + apart, longest);
    least = std::max(Duration{0}, most - apart);
  }
  if (times <= 1) return least + (most - least) * random.uniform();
  const Duration part = (most - least) / times;
  const double chance = random.uniform();
  const int which = static_cast<int>(times * chance * math::sqrt(chance));
  return most - part * (which + random.uniform());
}

}  // namespace

Duration contention_wait(PaxosVariant variant, int times, TransactionLatencies of_late, Random& random) {
  constexpr Duration anything_up_to = 100ms;  // apache/cassandra service/StorageProxy: nextInt(100)
  return variant == PaxosVariant::v1 ? anything_up_to * random.uniform() : back_off(times, of_late, random);
}

}  // namespace streamtwin::cassandra
