// Sessions as a leader keeps them (apache/zookeeper SessionTrackerImpl, ExpiryQueue): one that has not been touched for its time-out
// ends at the next multiple of a tick.
#pragma once

#include <map>
#include <vector>

#include "models/places/ids.hpp"
#include "models/registry/consensus/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::consensus {

/// Cost: O(log n) per touch, O(n) per tick.
class Sessions {
 public:
  explicit Sessions(const ConsensusProperties& properties) : properties_(properties) {}

  bool has(InstanceId id) const { return touched_.contains(id); }
  void touch(InstanceId id, Instant now) { touched_[id] = now; }
  void close(InstanceId id) { touched_.erase(id); }
  /// A new leader knows of no touch, and begins anew with all.
  void touch_all(Instant now) {
    for (auto& [id, touched] : touched_) touched = now;
  }
  std::size_t size() const { return touched_.size(); }

  /// Takes out those that have ended, in the order of their ids.
  std::vector<InstanceId> expire(Instant now) {
    std::vector<InstanceId> ended;
    for (const auto& [id, touched] : touched_) {
      if (end_of(touched) <= now) ended.push_back(id);
    }
    for (const InstanceId id : ended) touched_.erase(id);
    return ended;
  }

 private:
  Instant end_of(Instant touched) const {
    const std::int64_t tick = to_nanoseconds(properties_.tick);
    return instant_of_nanoseconds((to_nanoseconds(touched + properties_.session_timeout) / tick + 1) * tick);
  }

  ConsensusProperties properties_;
  std::map<InstanceId, Instant> touched_;
};

}  // namespace streamtwin::consensus
