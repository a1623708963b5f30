// BBA-0: the buffer level alone sets the rate, along a line from the lowest rate at the reservoir to the
// highest at the upper knee; the level moves only when that line passes the next one. Huang et al., SIGCOMM
// 2014.
#pragma once

#include "models/clients/abr/config.hpp"
#include "models/clients/abr/situation.hpp"

namespace streamtwin::abr {

class Bba0 {
 public:
  Bba0(const RuleSpec& config, const Ladder& ladder, Duration)
      : reservoir_(config.buffer_capacity * config.bba_reservoir.value()),
        upper_knee_(config.buffer_capacity * config.bba_upper_knee.value()),
        ladder_(ladder) {}

  Duration reservoir() const { return reservoir_; }
  Duration upper_knee() const { return upper_knee_; }
  /// The rate that the buffer level maps to.
  BitRate map(Duration buffer) const {
    const BitRate low = ladder_.rate(0), high = ladder_.rate(ladder_.top());
    if (buffer <= reservoir_) return low;
    if (buffer >= upper_knee_) return high;
    return low + (high - low) * ((buffer - reservoir_) / (upper_knee_ - reservoir_));
  }

  Decision choose(RuleState& state, const Situation& now) const {
    if (now.buffer <= reservoir_) return {.level = 0};
    if (now.buffer >= upper_knee_) return {.level = ladder_.top()};
    const BitRate target = map(now.buffer);
    const Level last = state.last_level;
    const Level above = last < ladder_.top() ? last + 1 : last;
    const Level below = last > 0 ? last - 1 : last;
    if (target >= ladder_.rate(above)) {
      Level level = ladder_.top();
      while (level > 0 && !(ladder_.rate(level) < target)) --level;
      return {.level = level};
    }
    if (target <= ladder_.rate(below)) {
      Level level = 0;
      while (level < ladder_.top() && !(ladder_.rate(level) > target)) ++level;
      return {.level = level};
    }
    return {.level = last};
  }

 private:
  Duration reservoir_;
  Duration upper_knee_;
  Ladder ladder_;
};

}  // namespace streamtwin::abr
