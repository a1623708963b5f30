// What ails an agent's disk: something else fills it, or keeps it busy, or no layer of an image comes onto it. When the agent is gone,
// so is its disk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>

#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct DiskTrouble {
  Bytes filled{0};             ///< by something else
  Fraction speed{1};           ///< that is left
  bool nothing_comes = false;  ///< from the registry: the agent does not reach S3, where layers lie
};

class AgentDisk {
 public:
  using Number = std::size_t;

  Number begin(const DiskTrouble& trouble) {
    troubles_[next_] = trouble;
    return next_++;
  }
  void end(Number number) { troubles_.erase(number); }

  /// By all of them.
  Bytes filled() const {
    Bytes sum{0};
    for (const auto& [number, trouble] : troubles_) sum += trouble.filled;
    return sum;
  }
  Fraction speed() const {
    double left = 1;
    for (const auto& [number, trouble] : troubles_) left *= trouble.speed.value();
    return Fraction{left};
  }

  bool anything_comes() const {
    return std::none_of(troubles_.begin(), troubles_.end(), [](const auto& entry) { return entry.second.nothing_comes; });
  }

 private:
  std::map<Number, DiskTrouble> troubles_;
  Number next_ = 0;
};

}  // namespace streamtwin::titus
