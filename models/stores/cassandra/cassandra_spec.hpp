// How a cluster of Cassandra keeps its copies, as a scenario describes it.
#pragma once

#include <optional>

#include "models/stores/cassandra/compaction.hpp"
#include "models/stores/cassandra/consistency.hpp"
#include "models/stores/cassandra/failure_detector.hpp"
#include "models/stores/cassandra/hints.hpp"
#include "models/stores/cassandra/message_delays.hpp"
#include "models/stores/cassandra/paxos.hpp"
#include "models/stores/cassandra/snitch.hpp"
#include "models/stores/cassandra/speculative_retry.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::stores {

/// Whom a coordinator reads from.
enum class ReadFrom : std::uint8_t { closest, all };
/// What it does when replicas disagree.
enum class ReadRepair : std::uint8_t { blocking, none };

/// How a node that comes to the place of one that is lost gets its data.
struct ReplacementSpec {
  Duration ring_delay = 30s;
  Bytes stream_throughput{24 * 1024 * 1024};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.ring_delay, {.name = "ring_delay",
                            .doc = "How long it listens to gossip before it begins",
                            .source = "apache/cassandra StorageService RING_DELAY",
                            .min = 0,
                            .max = 3600});
    visit(self.stream_throughput, {.name = "stream_throughput",
                                   .doc = "Bytes per second that each of the others sends it at most",
                                   .source = "apache/cassandra Config stream_throughput_outbound 24 MiB/s",
                                   .min = 1e3,
                                   .max = 1e12});
  }
};

/// What a run drives of the failure detector: gossip is regular before the run, and nobody pauses for as long as it takes.
using DrivenDetector = Without<cassandra::DetectorProperties, "samples", "first_interval", "longest_interval", "longest_pause">;

/// apache/cassandra: a ring of nodes in all regions, each region a datacenter and each of its zones a rack.
struct CassandraSpec {
  std::optional<int> replicas;
  cassandra::Consistency read_level = cassandra::Consistency::local_quorum;
  cassandra::Consistency write_level = cassandra::Consistency::local_quorum;
  Duration request_timeout = 2s;
  Duration read_timeout = 5s;
  Duration write_timeout = 2s;
  int tokens = 1;
  cassandra::SpeculationProperties speculative_retry;
  cassandra::SnitchProperties snitch;
  cassandra::HintProperties hints;
  DrivenDetector failure_detector;
  ReadFrom read_from = ReadFrom::closest;
  ReadRepair read_repair = ReadRepair::blocking;
  cassandra::MessageDelays message_delays = cassandra::MessageDelays::none;
  Bytes stored{50e9};
  cassandra::CompactionProperties compaction;
  cassandra::PaxosProperties transactions;
  ReplacementSpec replacement;
  Fraction disk{0.5};

  /// In a region of so many zones.
  int copies_in(int zones) const { return replicas.value_or(std::min(3, zones)); }
  /// How many of those a read asks, those that are asked more than once counted so often.
  int read_here(int zones) const {
    const bool one = read_level == cassandra::Consistency::one || read_level == cassandra::Consistency::local_one;
    const bool all = read_level == cassandra::Consistency::all || read_from == ReadFrom::all;
    if (is_serial(read_level)) return copies_in(zones) + (agrees_in_two() ? 0 : copies_in(zones) - 1 + read_in_transaction(zones));
    return all ? copies_in(zones) : one ? 1 : cassandra::quorum_of(copies_in(zones));
  }
  /// What a transaction asks besides promises, votes and the commit.
  int read_in_transaction(int zones) const { return agrees_in_two() ? 0 : cassandra::quorum_of(copies_in(zones)) - 1; }
  /// How often each replica is asked for a write, where such a share of writes are transactions: of its own region, or of others.
  double asked_of_each(Fraction are_transactions, bool own_region) const {
    const bool takes_part = own_region || transactions.level == cassandra::Consistency::serial;
    return 1 + are_transactions.value() * (takes_part ? 2 : 0);
  }
  bool agrees_in_two() const { return transactions.variant == cassandra::PaxosVariant::v2; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.replicas, {.name = "replicas",
                          .doc = "Copies of an item in each region, as far as possible in different zones; 3 if absent, or one to "
                                 "each zone where there are fewer",
                          .source = "apache/cassandra NetworkTopologyStrategy, replication factor 3 over 3 zones",
                          .min = 1,
                          .max = 9});
    visit(self.read_level,
          {.name = "read_level", .doc = "Which replicas must answer a read", .source = "Netflix's active-active: local_quorum"});
    visit(self.write_level,
          {.name = "write_level", .doc = "Which replicas must acknowledge a write; all are sent it", .source = "as `read_level`"});
    visit(self.request_timeout, {.name = "request_timeout",
                                 .doc = "How long a client's driver waits before it asks another coordinator",
                                 .source = "datastax/java-driver reference.conf basic.request.timeout",
                                 .min = 1e-3,
                                 .max = 60});
    visit(self.read_timeout, {.name = "read_timeout",
                              .doc = "Longest wait of a coordinator for the replicas that a read needs",
                              .source = "apache/cassandra Config read_request_timeout",
                              .min = 1e-3,
                              .max = 60});
    visit(self.write_timeout, {.name = "write_timeout",
                               .doc = "Longest wait for an acknowledgement, after which a hint is kept for the replica",
                               .source = "apache/cassandra Config write_request_timeout",
                               .min = 1e-3,
                               .max = 60});
    visit(self.tokens, {.name = "tokens",
                        .doc = "Tokens of a node: one, as Priam assigns them evenly, or so many at random",
                        .source = "Netflix/Priam TokenManager; vnodes: 256 in 3.x, 16 in 4.x",
                        .min = 1,
                        .max = 256});
    visit(self.speculative_retry, {.name = "speculative_retry", .doc = "When another replica is asked as well, since one takes long"});
    visit(self.snitch, {.name = "snitch", .doc = "Which replicas are asked first"});
    visit(self.hints, {.name = "hints", .doc = "What is kept for replicas that do not acknowledge"});
    visit(self.failure_detector, {.name = "failure_detector", .doc = "When nodes take each other for dead, by what gossip tells them"});
    visit(self.read_from, {.name = "read_from",
                           .doc = "Which replicas are sent a read: `all` is Dynamo's way, of which the first answers count",
                           .source = "apache/cassandra AbstractReadExecutor"});
    visit(self.read_repair, {.name = "read_repair",
                             .doc = "What becomes of replicas that a read finds behind",
                             .source = "apache/cassandra TableParams read_repair BLOCKING"});
    visit(self.message_delays, {.name = "message_delays",
                                .doc = "What each message between coordinator and replica takes besides",
                                .source = "Bailis et al., VLDB 2012, table 3"});
    visit(self.stored,
          {.name = "stored", .doc = "What a node keeps, and one in its place has to be sent", .source = assumption, .min = 0, .max = 1e14});
    visit(self.transactions, {.name = "transactions", .doc = "How replicas agree on what is written only where nobody else has written"});
    visit(self.compaction, {.name = "compaction", .doc = "What writes cost the disk later"});
    visit(self.replacement, {.name = "replacement", .doc = "How a node that takes the place of another gets its data"});
    visit(self.disk, {.name = "disk",
                      .doc = "Part of a node's work on a request in which it waits for its disk, which a slow one makes longer",
                      .source = assumption,
                      .min = 0,
                      .max = 1});
  }
};

}  // namespace streamtwin::stores

namespace streamtwin {
template <>
inline constexpr auto enum_names<stores::ReadFrom> = std::to_array<EnumName<stores::ReadFrom>>({
    {stores::ReadFrom::closest, "closest", "as many as must answer, the closest"},
    {stores::ReadFrom::all, "all", "all, of which the first count"},
});
template <>
inline constexpr auto enum_names<stores::ReadRepair> = std::to_array<EnumName<stores::ReadRepair>>({
    {stores::ReadRepair::blocking, "blocking", "they are written before the read is answered"},
    {stores::ReadRepair::none, "none", "they stay as they are"},
});
}  // namespace streamtwin
