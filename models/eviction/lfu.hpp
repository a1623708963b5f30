// The least often used goes first; of those used equally often, the one that has been so for longest. Items stand in one queue by
// how often they were used; of each number the newest is known, so that no use has to look for its place.
#pragma once

#include <array>
#include <vector>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class Lfu final : public Played<Lfu> {
 public:
  static constexpr std::array<std::string_view, 1> queues{"held"};
  static constexpr Place held = 1;

  explicit Lfu(Size capacity) : Played(capacity) {}

 private:
  friend Played;
  using Number = std::uint32_t;
  static constexpr Number none = UINT32_MAX;
  /// Items that were used equally often.
  struct Class {
    std::uint64_t uses = 0;
    Slot newest = nowhere;
    std::uint32_t items = 0;
    Number more = none;  ///< the next class of more uses
    Number less = none;
  };

  bool touch(Slot slot, Instant);
  void evict(Size) {
    leave(oldest(0));
    drop(oldest(0));
  }
  Slot insert(Key key, Size size, Instant);
  void forget(Slot slot) { leave(slot); }

  void enter(Slot slot, Number number);
  void leave(Slot slot);
  Number class_after(Number less, std::uint64_t uses);

  std::vector<Class> classes_;  ///< Item::uses is a position here
  Number least_ = none;
  Number free_ = none;  ///< linked through `more`
};

}  // namespace streamtwin::eviction
