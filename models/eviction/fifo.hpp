// The oldest goes first, whether it was used or not.
#pragma once

#include <array>

#include "models/eviction/played.hpp"

namespace streamtwin::eviction {

class Fifo final : public Played<Fifo> {
 public:
  static constexpr std::array<std::string_view, 1> queues{"held"};
  static constexpr Place held = 1;

  explicit Fifo(Size capacity) : Played(capacity) {}

 private:
  friend Played;
  void evict(Size) { drop(oldest(0)); }
  Slot insert(Key key, Size size, Instant) { return items_.add(key, size, 0); }
};

}  // namespace streamtwin::eviction
