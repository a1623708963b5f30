// What a node has had and has no longer: whether an item that is asked for in vain would still live, had there been room.
#pragma once

#include <optional>
#include <vector>

#include "models/eviction/items.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::evcache {

/// Cost: O(1) per operation, 40 bytes for each key and 16 to 32 for the index.
class Departed {
 public:
  /// `expiry`: when its life ends, or would have ended.
  void add(eviction::Key key, Instant expiry);
  /// It is stored again.
  void remove(eviction::Key key);
  std::optional<Instant> expiry_of(eviction::Key key) const;

 private:
  eviction::Items keys_{0};
  std::vector<Instant> expiries_;  ///< by slot
};

}  // namespace streamtwin::evcache
