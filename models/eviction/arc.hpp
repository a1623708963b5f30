// ARC (FAST 2003): items used once and items used more often share the room as a target says, which ghosts of both move.
#pragma once

#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class Arc final : public Played<Arc> {
 public:
  static constexpr std::array<std::string_view, 4> queues{"once", "often", "once_ghost", "often_ghost"};
  static constexpr Place held = 2;

  explicit Arc(Size capacity) : Played(capacity) {}

  /// The room that items used once are meant to have, of the capacity.
  double target() const { return target_; }

 private:
  friend Played;
  static constexpr Place once = 0, often = 1, once_ghost = 2, often_ghost = 3;
  enum class Remembered : std::uint8_t { nothing, used_once, used_often };

  bool touch(Slot slot, Instant) {
    items_.move(slot, often);
    return true;
  }
  void recall(Key key);
  void evict(Size incoming);
  Slot insert(Key key, Size size, Instant) { return items_.add(key, size, remembered_ == Remembered::nothing ? once : often); }

  void replace();
  void to_ghost(Place from, Place ghost);

  double target_ = 0;
  Remembered remembered_ = Remembered::nothing;
};

}  // namespace streamtwin::eviction
