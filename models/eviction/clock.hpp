// CLOCK, which is FIFO with reinsertion or a second chance: the oldest goes first, but what was used meanwhile becomes the newest
// again, as many times as it was used up to what a counter of so many bits holds.
#pragma once

#include <algorithm>
#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class Clock final : public Played<Clock> {
 public:
  static constexpr std::array<std::string_view, 1> queues{"held"};
  static constexpr Place held = 1;

  Clock(Size capacity, int bits) : Played(capacity), uses_max_((1u << bits) - 1) {}

 private:
  friend Played;
  bool touch(Slot slot, Instant) {
    Item& item = items_[slot];
    item.uses = std::min(item.uses + 1, uses_max_);
    return true;
  }
  void evict(Size) {
    while (items_[oldest(0)].uses > 0) {
      const Slot spared = oldest(0);
      --items_[spared].uses;
      items_.move(spared, 0);
    }
    drop(oldest(0));
  }
  Slot insert(Key key, Size size, Instant) { return items_.add(key, size, 0); }

  std::uint32_t uses_max_;
};

}  // namespace streamtwin::eviction
