// LRU in which nothing lives longer than a time from when it was stored, however often it is used. What has expired goes when it
// is asked for, and otherwise keeps its room until it is evicted.
#pragma once

#include <array>
#include <vector>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class LruTtl final : public Played<LruTtl> {
 public:
  static constexpr std::array<std::string_view, 1> queues{"held"};
  static constexpr Place held = 1;

  /// A time to live of 0 is for ever.
  LruTtl(Size capacity, Duration time_to_live) : Played(capacity), time_to_live_(time_to_live) {}

 private:
  friend Played;
  bool touch(Slot slot, Instant now) {
    if (expiries_[slot] < now) {
      items_.remove(slot);
      return false;
    }
    items_.move(slot, 0);
    return true;
  }
  void evict(Size) { drop(oldest(0)); }
  Slot insert(Key key, Size size, Instant now) {
    const Slot slot = items_.add(key, size, 0);
    if (expiries_.size() < items_.slots()) expiries_.resize(items_.slots());
    expiries_[slot] = time_to_live_ > Duration{0} ? now + time_to_live_ : never;
    return slot;
  }

  Duration time_to_live_;
  std::vector<Instant> expiries_;  ///< by slot
};

}  // namespace streamtwin::eviction
