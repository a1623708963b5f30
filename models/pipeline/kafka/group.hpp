// The coordinator of a group of consumers: who is a member, who has which partitions, and when they are dealt out anew. apache/kafka
// GroupCoordinator (the classic protocol), RangeAssignor, CooperativeStickyAssignor.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "models/pipeline/kafka/group_spec.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::kafka {

using MemberId = std::uint32_t;

/// Each partition in the order of members: neighbours together, and those who come first have one more where it does not come out even.
std::map<MemberId, std::vector<int>> deal_by_range(const std::vector<MemberId>& members, int partitions);
/// Everybody keeps what it has up to an even share, and what is free then goes to whoever has least.
std::map<MemberId, std::vector<int>> deal_sticky(const std::map<MemberId, std::vector<int>>& owned, int partitions);

class Group {
 public:
  enum class State { empty, preparing, stable };
  enum class Beat { good, join_again, unknown };

  Group(const GroupSpec& spec, int partitions) : spec_(spec), partitions_(partitions) {}

  State state() const { return state_; }
  std::uint32_t generation() const { return generation_; }  ///< counts the deals
  bool has(MemberId member) const { return members_.contains(member); }

  /// A member, a new one or one that comes back to a rebalance, with what it still has. Its share is known when `generation` has changed.
  void join(MemberId member, std::vector<int> owned, Instant now);
  Beat heartbeat(MemberId member, Instant now);
  void leave(MemberId member, Instant now);
  /// Sessions run out, and a rebalance ends, when all have come or the time for it is over.
  void advance(Instant now);
  /// When `advance` has something to do next.
  Instant next() const;
  /// What a member has since the last deal.
  const std::vector<int>& share(MemberId member) const { return members_.at(member).share; }

 private:
  struct Member {
    Instant heard{};
    bool joined = false;  ///< the present rebalance
    std::vector<int> owned, share;
  };
  void prepare(Instant now, Instant until);
  void deal(Instant now);
  bool all_joined() const;

  GroupSpec spec_;
  int partitions_;
  State state_ = State::empty;
  std::uint32_t generation_ = 0;
  std::map<MemberId, Member> members_;
  Instant earliest_{};  ///< of the end of the rebalance
  Instant latest_ = never;
};

}  // namespace streamtwin::kafka
