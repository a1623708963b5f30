// Which keys have come at all: what no cache could have held is a compulsory miss.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/eviction/policy.hpp"

namespace streamtwin::eviction {

/// Cost: O(1) per key, 16 to 32 bytes for each that is new.
class KeySet {
 public:
  KeySet() : table_(1024) {}
  void add(std::span<const Request> requests);
  std::size_t size() const { return count_ + has_zero_; }

 private:
  std::size_t home(Key key) const { return mix(key) & (table_.size() - 1); }
  void add(Key key);
  void grow();

  std::vector<Key> table_;  ///< open addressing, a power of two, at most half full; 0 is free
  std::size_t count_ = 0;
  bool has_zero_ = false;
};

}  // namespace streamtwin::eviction
