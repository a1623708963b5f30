// A node's place in its store: what is on its disk outlives its process, and is gone with a machine that stays off.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "models/rpc/handler.hpp"
#include "models/stores/cassandra/compaction.hpp"
#include "models/stores/cassandra/paxos.hpp"
#include "models/stores/cassandra/replica.hpp"
#include "models/stores/cassandra/request.hpp"
#include "models/stores/cassandra/snitch.hpp"
#include "models/stores/cassandra/speculative_retry.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::stores {

struct Hint {
  Request write;
  Instant since;
};

struct Seat {
  // On the disk.
  Replica data;
  cassandra::CompactionDebt debt;
  std::map<cassandra::NodeIndex, std::deque<Hint>> hints;
  std::unordered_map<std::uint64_t, cassandra::Acceptor> agreements;  ///< by key; looked up only

  const Host* machine = nullptr;  ///< that it has, or had last
  bool joining = false;           ///< its data are still on their way to it: it is written to, and not read from

  // In the process.
  std::set<cassandra::NodeIndex> handing_over;  ///< to whom it delivers hints
  std::optional<cassandra::DynamicSnitch> snitch;
  std::optional<cassandra::SpeculativeRetry> speculation;
  cassandra::DecayingLatencies transactions;
  cassandra::Ballot last_ballot = cassandra::no_ballot;
  Random random;
};

struct NodeState final : rpc::HandlerState {
  explicit NodeState(Seat& its_seat) : seat(its_seat) {}
  Seat& seat;
};

}  // namespace streamtwin::stores
