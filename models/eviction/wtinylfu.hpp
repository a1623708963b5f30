// W-TinyLFU (ACM TOS 2017): a hundredth of the room is a window by recency. What leaves it gets into the main part, a segmented
// LRU, only if a sketch has seen it more often than what would have to go for it. Its sketch has 57 counters' bytes for each
// unit of the main part, so that it is for items that count as one.
#pragma once

#include <array>

#include "models/eviction/played.hpp"
#include "models/eviction/sketch.hpp"

namespace streamtwin::eviction {

class WTinyLfu final : public Played<WTinyLfu> {
 public:
  static constexpr std::array<std::string_view, 3> queues{"window", "probation", "protected"};
  static constexpr Place held = 3;

  static constexpr Size largest_item(Size capacity) { return static_cast<Size>(0.01 * static_cast<double>(capacity)); }

  explicit WTinyLfu(Size capacity)
      : Played(capacity),
        window_max_(largest_item(capacity)),
        main_max_(capacity - window_max_),
        probation_max_(static_cast<Size>(1.0 / 5 * static_cast<double>(main_max_))),
        safe_max_(static_cast<Size>(4.0 / 5 * static_cast<double>(main_max_))),
        sketch_(main_max_) {}

 private:
  friend Played;
  static constexpr Place window = 0, probation = 1, safe = 2;
  static constexpr std::uint64_t hits_per_unit = 32;  ///< of the main part, until all counters are halved

  bool touch(Slot slot, Instant);
  bool admits(Size size) const { return size <= window_max_ && size <= probation_max_; }
  void evict(Size);
  Slot insert(Key key, Size size, Instant) {
    sketch_.add(key);
    return items_.add(key, size, window);
  }

  Size main_size() const { return size_of(probation) + size_of(safe); }
  Slot main_victim() const { return empty(probation) ? oldest(safe) : oldest(probation); }
  void to_main(Slot slot);
  void cool();
  void count_hit(Key key);

  Size window_max_, main_max_, probation_max_, safe_max_;
  Sketch sketch_;
  std::uint64_t hits_ = 0;
};

}  // namespace streamtwin::eviction
