// Events of a window that moves on in steps. Facts: Netflix/titus-control-plane common/util/histogram RollingCount. The steps lie on
// a grid that begins with the first window: until that has passed nothing is forgotten. A step is whole milliseconds, so that a
// window that is no multiple of its steps is a little shorter. O(1) on average, O(steps) at most.
#pragma once

#include <cstdint>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::titus {

class RollingCount {
 public:
  /// Throws std::invalid_argument unless the window has a millisecond at least for each of its steps.
  RollingCount(Duration window, int steps, Instant start);

  /// Time never goes backwards.
  std::int64_t count(Instant now) { return add(0, now); }
  /// A negative number gives back. What the window holds with it.
  std::int64_t add(std::int64_t number, Instant now);

 private:
  void forget_until(std::int64_t now);
  std::int64_t& at(std::int64_t step) { return counts_[static_cast<std::size_t>((first_ + step) % steps_)]; }

  std::int64_t steps_;
  std::int64_t step_;   // in ms, as those below
  std::int64_t start_;  // of the window
  std::int64_t now_;
  std::int64_t first_ = 0;            // where the window's first step stands
  std::vector<std::int64_t> counts_;  // of each step all that came until its end
};

}  // namespace streamtwin::titus
