// S3-FIFO (SOSP 2023): a tenth of the room is a queue of what is new. What is used twice there moves to the main queue, a CLOCK
// of two bits; the rest leaves, and goes to the main queue at once if it comes back while its ghost is remembered.
#pragma once

#include <algorithm>
#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class S3Fifo final : public Played<S3Fifo> {
 public:
  static constexpr std::array<std::string_view, 3> queues{"small", "main", "ghost"};
  static constexpr Place held = 2;

  /// What is as large as the small queue gets no further than its door, unless a ghost of it is remembered.
  static constexpr Size largest_item(Size capacity) { return std::max<Size>(small_part(capacity), 1) - 1; }

  /// `fills`: until something has been evicted, what small has no room for goes to main.
  S3Fifo(Size capacity, bool fills)
      : Played(capacity),
        small_max_(small_part(capacity)),
        main_max_(capacity - small_max_),
        ghost_max_(static_cast<Size>(0.90 * static_cast<double>(capacity))),
        fills_(fills) {}

 private:
  friend Played;
  static constexpr Place small = 0, main = 1, ghost = 2;
  static constexpr Size small_part(Size capacity) { return static_cast<Size>(0.10 * static_cast<double>(capacity)); }
  static constexpr std::uint32_t uses_to_move = 2, uses_kept_max = 3;

  bool touch(Slot slot, Instant) {
    ++items_[slot].uses;
    return true;
  }
  void recall(Key key) {
    const Slot slot = items_.find(key);
    remembered_ = slot != nowhere;
    if (remembered_) items_.remove(slot);
  }
  bool admits(Size size) const { return size <= small_max_; }
  void evict(Size) {
    fills_ = false;
    size_of(main) > main_max_ || empty(small) ? evict_main() : evict_small();
  }
  void evict_main() {
    while (items_[oldest(main)].uses > 0) {
      const Slot spared = oldest(main);
      items_[spared].uses = std::min(items_[spared].uses, uses_kept_max) - 1;
      items_.move(spared, main);
    }
    drop(oldest(main));
  }
  void evict_small() {
    while (!empty(small) && items_[oldest(small)].uses >= uses_to_move) {
      const Slot moved = oldest(small);
      items_[moved].uses = 0;
      items_.move(moved, main);
    }
    if (!empty(small)) retire(oldest(small), ghost, ghost_max_);
  }
  Slot insert(Key key, Size size, Instant) {
    if (remembered_) return items_.add(key, size, main);
    if (fills_ && size_of(small) >= small_max_) return items_.add(key, size, main);
    return size < small_max_ ? items_.add(key, size, small) : nowhere;
  }

  Size small_max_, main_max_, ghost_max_;
  bool fills_;
  bool remembered_ = false;
};

}  // namespace streamtwin::eviction
