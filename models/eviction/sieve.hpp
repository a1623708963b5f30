// SIEVE (NSDI 2024): items stay in the order in which they came. A hand goes from the oldest to the newest and begins again; it
// takes the first that was not used since it last came by, and stays there.
#pragma once

#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class Sieve final : public Played<Sieve> {
 public:
  static constexpr std::array<std::string_view, 1> queues{"held"};
  static constexpr Place held = 1;

  explicit Sieve(Size capacity) : Played(capacity) {}

 private:
  friend Played;
  bool touch(Slot slot, Instant) {
    items_[slot].uses = 1;
    return true;
  }
  void evict(Size) {
    Slot at = hand_ == nowhere ? oldest(0) : hand_;
    while (items_[at].uses > 0) {
      items_[at].uses = 0;
      at = items_[at].newer == nowhere ? oldest(0) : items_[at].newer;
    }
    hand_ = items_[at].newer;
    drop(at);
  }
  Slot insert(Key key, Size size, Instant) { return items_.add(key, size, 0); }
  void forget(Slot slot) {
    if (hand_ == slot) hand_ = items_[slot].newer;
  }

  Slot hand_ = nowhere;
};

}  // namespace streamtwin::eviction
