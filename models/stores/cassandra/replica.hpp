// What one replica has of the items: of each the newest version that it was told of (apache/cassandra: the last write wins).
// The values themselves live nowhere. A write is in the memtable and in the commit log at once, and that on the disk with the next
// periodic sync: whoever loses its machine loses what came since, whoever loses its process nothing.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/stores/item_request.hpp"

namespace streamtwin::stores {

/// Cost: an entry for each item that was written in the run.
class Replica {
 public:
  /// apache/cassandra cassandra.yaml commitlog_sync_period.
  static constexpr Duration sync_period = 10s;

  /// False when it has a newer version, which stays.
  bool write(std::uint64_t key, Version version, Instant now) {
    Version& kept = items_.try_emplace(key, never_written).first->second;
    if (version < kept) return false;
    if (const double period = period_of(now); period != period_) {
      period_ = period;
      unsynced_.clear();
    }
    unsynced_.emplace_back(key, kept);
    kept = version;
    return true;
  }
  Version read(std::uint64_t key) const {
    const auto item = items_.find(key);
    return item == items_.end() ? never_written : item->second;
  }
  /// Its machine crashes.
  void crash(Instant now) {
    if (period_of(now) != period_) return;
    for (auto lost = unsynced_.rbegin(); lost != unsynced_.rend(); ++lost) items_[lost->first] = lost->second;
    unsynced_.clear();
  }
  std::size_t items() const { return items_.size(); }
  /// In no order that means anything.
  const std::unordered_map<std::uint64_t, Version>& all() const { return items_; }

 private:
  static double period_of(Instant now) { return std::floor(in_seconds(now) / in_seconds(sync_period)); }

  std::unordered_map<std::uint64_t, Version> items_;
  std::vector<std::pair<std::uint64_t, Version>> unsynced_;  ///< what was there before each write since the last sync
  double period_ = -1;
};

}  // namespace streamtwin::stores
