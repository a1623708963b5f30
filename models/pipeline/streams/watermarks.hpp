// How far event time has come, for whoever hears of it from several inputs. apache/flink BoundedOutOfOrdernessWatermarks and
// StatusWatermarkValve.
#pragma once

#include <algorithm>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::streams {

inline constexpr Instant no_watermark = at(Duration{-1e18});

/// Of one source: no event older than `bound` before the newest is waited for.
class SourceWatermark {
 public:
  explicit SourceWatermark(Duration bound) : bound_(bound) {}
  void saw(Instant event) { newest_ = std::max(newest_, event); }
  Instant watermark() const { return newest_ == no_watermark ? no_watermark : newest_ - bound_; }

 private:
  Duration bound_;
  Instant newest_ = no_watermark;
};

/// The least of all inputs, without those that are idle; it never goes back.
class Watermarks {
 public:
  explicit Watermarks(std::size_t inputs) : inputs_(inputs) {}

  void heard(std::size_t input, Instant watermark) {
    inputs_[input].watermark = std::max(inputs_[input].watermark, watermark);
    inputs_[input].idle = false;
    move();
  }
  void idle(std::size_t input) {
    inputs_[input].idle = true;
    move();
  }
  Instant current() const { return current_; }

 private:
  struct Input {
    Instant watermark = no_watermark;
    bool idle = false;
  };
  void move() {
    Instant least = never;
    for (const Input& input : inputs_) {
      if (!input.idle) least = std::min(least, input.watermark);
    }
    if (least < never) current_ = std::max(current_, least);
  }

  std::vector<Input> inputs_;
  Instant current_ = no_watermark;
};

}  // namespace streamtwin::streams
