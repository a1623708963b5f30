// The pseudo-random numbers by which tests and the artifacts that they are held against draw the same inputs: a linear congruential
// generator that is written in a line of any language (tests/conformance/oracle).
#pragma once

#include <cstdint>

namespace streamtwin {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  /// 0 to n - 1.
  int below(int n) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state_ >> 33) % static_cast<std::uint64_t>(n));
  }

 private:
  std::uint64_t state_;
};

}  // namespace streamtwin
