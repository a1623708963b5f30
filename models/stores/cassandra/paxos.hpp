// Lightweight transactions: what an item is next is agreed on by its replicas, by Paxos, one instance of it after another
// (apache/cassandra service/paxos/PaxosState, PrepareCallback, ContentionStrategy; service/StorageProxy.cas and doPaxos). Here is what a
// replica remembers, what a coordinator makes of the promises that it gets, and how long it keeps out of the way of others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "models/stores/cassandra/consistency.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

/// When an attempt was begun, by its coordinator's clock: the later one wins.
using Ballot = Instant;
/// What is to be written: the ballot under which it was proposed first, whoever finishes it, which becomes the item's version.
using Update = Instant;
/// No ballot; of an update that nothing is written.
inline constexpr Instant no_ballot{Duration{-std::numeric_limits<double>::infinity()}};

struct Accepted {
  Ballot ballot = no_ballot;
  Update update = no_ballot;
};

struct PromiseReply {
  bool given = false;
  Ballot latest = no_ballot;     ///< the newest ballot that the replica knew before
  Accepted accepted;             ///< the newest proposal that it has accepted
  Update committed = no_ballot;  ///< the newest one that it knows to be decided
  Instant data = no_ballot;      ///< the version of the item that it has
};

struct ProposeReply {
  bool accepted = false;
  Ballot latest = no_ballot;
};

/// What a replica remembers of one item, on its disk.
class Acceptor {
 public:
  /// Reads do not exclude each other: a read's ballot is only held against later writes' promises.
  PromiseReply prepare(Ballot ballot, bool writes);
  /// Of an update that is none: whatever an earlier ballot would still have written is not.
  ProposeReply propose(Ballot ballot, Update update);
  void commit(Update update) { committed_ = std::max(committed_, update); }

 private:
  Ballot latest_write() const { return std::max({promised_write_, accepted_.ballot, committed_}); }

  Ballot promised_ = no_ballot, promised_write_ = no_ballot;
  Accepted accepted_;
  Update committed_ = no_ballot;
};

/// What a coordinator does next, once enough replicas have answered.
enum class NextStep : std::uint8_t {
  go_on,     ///< nothing is in progress, and all know of the last decision
  give_way,  ///< somebody has promised a later ballot
  finish,    ///< what another one has begun may have been decided: it is proposed again
  spread,    ///< some do not know of the last decision
};

struct Promised {
  NextStep next = NextStep::go_on;
  Ballot at_least = no_ballot;  ///< the newest ballot that anybody knows
  Update update = no_ballot;    ///< finish: of what; spread: the last decision
  Instant data = no_ballot;     ///< the newest version of the item
};

Promised judge(std::span<const PromiseReply> promises);

enum class PaxosVariant : std::uint8_t { v1, v2 };

struct PaxosProperties {
  PaxosVariant variant = PaxosVariant::v1;
  Consistency level = Consistency::serial;
  Duration contention_timeout = 1800ms;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.variant, {.name = "variant", .doc = "How replicas come to agree", .source = "apache/cassandra Config paxos_variant"});
    visit(self.level, {.name = "level",
                       .doc = "Replicas that agree on a transaction, more than half of which must: `serial` or `local_serial`",
                       .source = "datastax/java-driver reference.conf basic.request.serial-consistency"});
    visit(self.contention_timeout,
          {.name = "contention_timeout",
           .doc = "How long a coordinator tries while others are ahead of it; then nobody knows whether it has written",
           .source = "apache/cassandra Config cas_contention_timeout",
           .min = 1e-3,
           .max = 60});
  }
};

/// How long a coordinator waits that was beaten so many times. v1: anything up to 100 ms. v2: by what transactions have taken of late,
/// the longer the more often.
struct TransactionLatencies {
  Duration median{0}, p95{0};
};
Duration contention_wait(PaxosVariant variant, int times, TransactionLatencies of_late, Random& random);

}  // namespace streamtwin::cassandra

namespace streamtwin {
template <>
inline constexpr auto enum_names<cassandra::PaxosVariant> = std::to_array<EnumName<cassandra::PaxosVariant>>({
    {cassandra::PaxosVariant::v1, "v1", "prepare, read, propose and commit, each a round trip; a read takes three"},
    {cassandra::PaxosVariant::v2, "v2", "promises bring the data, and nobody waits for the commit: two round trips, a read one"},
});
}  // namespace streamtwin
