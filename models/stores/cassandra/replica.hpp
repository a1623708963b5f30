// What one replica has of the items: of each the newest version that it was told of (apache/cassandra: the last write wins).
// The values themselves live nowhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <unordered_map>

#include "sim-core/units.hpp"

namespace streamtwin::stores {

/// When an item was written, by the clock of whoever wrote it. Items from before the run have no version.
using Version = Instant;
inline constexpr Version never_written{Duration{-std::numeric_limits<double>::infinity()}};

/// Cost: an entry for each item that was written in the run.
class Replica {
 public:
  /// False when it has a newer version, which stays.
  bool write(std::uint64_t key, Version version) {
    Version& kept = items_.try_emplace(key, never_written).first->second;
    if (version < kept) return false;
    kept = version;
    return true;
  }
  Version read(std::uint64_t key) const {
    const auto item = items_.find(key);
    return item == items_.end() ? never_written : item->second;
  }
  std::size_t items() const { return items_.size(); }

 private:
  std::unordered_map<std::uint64_t, Version> items_;  ///< looked up only
};

}  // namespace streamtwin::stores
