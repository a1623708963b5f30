// The least recently used goes first.
#pragma once

#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class Lru final : public Played<Lru> {
 public:
  static constexpr std::array<std::string_view, 1> queues{"held"};
  static constexpr Place held = 1;

  explicit Lru(Size capacity) : Played(capacity) {}

 private:
  friend Played;
  bool touch(Slot slot, Instant) {
    items_.move(slot, 0);
    return true;
  }
  void evict(Size) { drop(oldest(0)); }
  Slot insert(Key key, Size size, Instant) { return items_.add(key, size, 0); }
};

}  // namespace streamtwin::eviction
