// 2Q (VLDB 1994): what is new stands in a queue of a quarter of the room, whether it is used there or not. Its ghosts are
// remembered for as much as half the room; what comes back meanwhile is kept by recency.
#pragma once

#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class TwoQ final : public Played<TwoQ> {
 public:
  static constexpr std::array<std::string_view, 3> queues{"in", "main", "out"};
  static constexpr Place held = 2;

  static constexpr Size largest_item(Size capacity) { return capacity / 4; }

  explicit TwoQ(Size capacity) : Played(capacity), in_max_(largest_item(capacity)), main_max_(capacity - in_max_), out_max_(capacity / 2) {}

 private:
  friend Played;
  static constexpr Place in = 0, main = 1, out = 2;

  bool touch(Slot slot, Instant) {
    if (items_[slot].place == main) items_.move(slot, main);
    return true;
  }
  void recall(Key key) {
    const Slot slot = items_.find(key);
    remembered_ = slot != nowhere;
    if (remembered_) items_.remove(slot);
  }
  bool admits(Size size) const { return size <= in_max_; }
  void evict(Size) { size_of(in) > in_max_ ? retire(oldest(in), out, out_max_) : drop(oldest(main)); }
  Slot insert(Key key, Size size, Instant) {
    if (!remembered_) return items_.add(key, size, in);
    while (size_of(main) + size > main_max_) drop(oldest(main));
    return items_.add(key, size, main);
  }

  Size in_max_, main_max_, out_max_;
  bool remembered_ = false;
};

}  // namespace streamtwin::eviction
