#include "models/pipeline/kafka/group.hpp"

#include <algorithm>

namespace streamtwin::kafka {
namespace {

using Shares = std::map<MemberId, std::vector<int>>;

std::vector<int> nobodys(const Shares& shares, int partitions) {
  std::vector<bool> taken(static_cast<std::size_t>(partitions), false);
  for (const auto& [member, share] : shares) {
    for (const int partition : share) taken[static_cast<std::size_t>(partition)] = true;
  }
  std::vector<int> free;
  for (int p = 0; p < partitions; ++p) {
    if (!taken[static_cast<std::size_t>(p)]) free.push_back(p);
  }
  return free;
}

}  // namespace

Shares deal_by_range(const std::vector<MemberId>& members, int partitions) {
  Shares shares;
  const int count = static_cast<int>(members.size());
  int next = 0;
  for (int i = 0; i < count; ++i) {
    std::vector<int>& share = shares[members[static_cast<std::size_t>(i)]];
    for (int end = next + partitions / count + (i < partitions % count ? 1 : 0); next < end; ++next) share.push_back(next);
  }
  return shares;
}

Shares deal_sticky(const Shares& owned, int partitions) {
  Shares shares = owned;
  const auto members = static_cast<int>(owned.size());
  int with_one_more = partitions % members;
  for (auto& [member, share] : shares) {
    auto most = static_cast<std::size_t>(partitions / members);
    if (share.size() > most && with_one_more > 0) ++most, --with_one_more;
    if (share.size() > most) share.resize(most);
  }
  for (const int partition : nobodys(shares, partitions)) {
    const auto least = std::ranges::min_element(shares, {}, [](const auto& entry) { return entry.second.size(); });
    least->second.push_back(partition);
  }
  for (auto& [member, share] : shares) std::ranges::sort(share);
  return shares;
}

void Group::join(MemberId member, std::vector<int> owned, Instant now) {
  const bool empty = members_.empty();
  Member& joins = members_[member];
  joins = {.heard = now, .joined = joins.joined, .owned = std::move(owned), .share = joins.share};
  if (state_ != State::preparing) prepare(now, empty ? now + spec_.initial_delay : now);
  joins.joined = true;
  advance(now);
}

Group::Beat Group::heartbeat(MemberId member, Instant now) {
  const auto found = members_.find(member);
  if (found == members_.end()) return Beat::unknown;
  found->second.heard = now;
  return state_ == State::preparing && !found->second.joined ? Beat::join_again : Beat::good;
}

void Group::leave(MemberId member, Instant now) {
  if (members_.erase(member) == 0) return;
  if (members_.empty()) {
    state_ = State::empty;
    return;
  }
  if (state_ == State::stable) prepare(now, now);
  advance(now);
}

void Group::prepare(Instant now, Instant until) {
  state_ = State::preparing;
  earliest_ = until;
  latest_ = std::max(until, now + spec_.poll_interval);
  for (auto& [id, member] : members_) member.joined = false;
}

// A member that waits for the deal need not be heard of.
void Group::advance(Instant now) {
  std::vector<MemberId> silent;
  for (const auto& [id, member] : members_) {
    if (!member.joined && now - member.heard >= spec_.session) silent.push_back(id);
  }
  for (const MemberId id : silent) leave(id, now);
  if (state_ != State::preparing || now < earliest_) return;
  if (now >= latest_) std::erase_if(members_, [](const auto& entry) { return !entry.second.joined; });
  if (members_.empty()) {
    state_ = State::empty;
  } else if (all_joined()) {
    deal(now);
  }
}

// What moves is free only when whoever has it has given it up, and has come again.
void Group::deal(Instant now) {
  Shares shares;
  if (spec_.rebalance == Rebalance::eager) {
    std::vector<MemberId> ids;
    for (const auto& [id, member] : members_) ids.push_back(id);
    shares = deal_by_range(ids, partitions_);
  } else {
    Shares owned;
    for (const auto& [id, member] : members_) owned[id] = member.owned;
    shares = deal_sticky(owned, partitions_);
    for (auto& [id, share] : shares) {
      std::erase_if(share, [&, self = id](int partition) {
        return std::ranges::any_of(
            owned, [&](const auto& other) { return other.first != self && std::ranges::count(other.second, partition) > 0; });
      });
    }
  }
  ++generation_;
  state_ = State::stable;
  latest_ = never;
  for (auto& [id, member] : members_) {
    member.joined = false;
    member.heard = now;
    member.share = shares[id];
  }
}

Instant Group::next() const {
  Instant next = never;
  for (const auto& [id, member] : members_) {
    if (!member.joined) next = std::min(next, member.heard + spec_.session);
  }
  if (state_ == State::preparing) next = std::min(next, all_joined() ? earliest_ : latest_);
  return next;
}

bool Group::all_joined() const {
  return std::ranges::all_of(members_, [](const auto& entry) { return entry.second.joined; });
}

}  // namespace streamtwin::kafka
