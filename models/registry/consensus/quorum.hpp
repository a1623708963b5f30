// Which servers of an ensemble serve (apache/zookeeper Leader, Learner, FastLeaderElection): a leader with a majority, and who hears
// it. Half a tick passes between two looks, in which an election (200 ms) fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/registry/consensus/properties.hpp"

namespace streamtwin::consensus {

class Quorum {
 public:
  Quorum(const ConsensusProperties& properties, std::size_t servers, Instant now)
      : tick_(properties.tick), follows_for_(properties.sync_limit * properties.tick), heard_(servers, now), majority_seen_(now) {
    if (servers > 0) leader_ = 0;
  }

  /// Once in half a tick: `connects(a, b)` says whether two servers are up and reach each other, `connects(a, a)` whether it is up.
  template <class Connects>
  void look(Instant now, Connects&& connects) {
    if (leader_) {
      if (!connects(*leader_, *leader_)) {
        led_by_nobody();
      } else {
        if (reached(*leader_, connects) > heard_.size() / 2) majority_seen_ = now;
        for (std::size_t s = 0; s < heard_.size(); ++s) {
          if (connects(*leader_, s)) heard_[s] = now;
        }
        if (now - majority_seen_ > tick_) led_by_nobody();
      }
    }
    if (!leader_) elect(now, connects);
  }

  std::optional<std::size_t> leader() const { return leader_; }
  /// Counts the leaders that there have been, from 0.
  std::uint64_t epoch() const { return epoch_; }
  /// Whether a server that is up answers clients.
  bool serves(std::size_t server, Instant now) const { return leader_ && now - heard_[server] <= follows_for_; }

 private:
  void led_by_nobody() { leader_.reset(); }

  template <class Connects>
  std::size_t reached(std::size_t from, Connects&& connects) const {
    std::size_t count = 0;
    for (std::size_t s = 0; s < heard_.size(); ++s) count += connects(from, s) ? 1 : 0;
    return count;
  }

  // Whoever still waits for the last leader does not vote: it hears that there is none when its patience is over.
  template <class Connects>
  void elect(Instant now, Connects&& connects) {
    const auto looks = [&](std::size_t s) { return connects(s, s) && now - heard_[s] > follows_for_; };
    for (std::size_t candidate = 0; candidate < heard_.size(); ++candidate) {
      if (!looks(candidate)) continue;
      std::size_t votes = 0;
      for (std::size_t s = 0; s < heard_.size(); ++s) votes += looks(s) && connects(candidate, s) ? 1 : 0;
      if (votes <= heard_.size() / 2) continue;
      leader_ = candidate;
      majority_seen_ = now;
      ++epoch_;
      for (std::size_t s = 0; s < heard_.size(); ++s) {
        if (connects(candidate, s)) heard_[s] = now;
      }
      return;
    }
  }

  Duration tick_, follows_for_;
  std::vector<Instant> heard_;  ///< by server: when it last heard the leader
  Instant majority_seen_;
  std::optional<std::size_t> leader_;
  std::uint64_t epoch_ = 0;
};

}  // namespace streamtwin::consensus
