// What ails an agent's disk: something else fills it, or keeps it busy. When the agent is gone, so is its disk.
#pragma once

#include <cstddef>
#include <map>

#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct DiskTrouble {
  Bytes filled{0};    ///< by something else
  Fraction speed{1};  ///< that is left
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

 private:
  std::map<Number, DiskTrouble> troubles_;
  Number next_ = 0;
};

}  // namespace streamtwin::titus
