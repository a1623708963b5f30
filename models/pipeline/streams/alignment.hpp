// Where a task with several inputs stands with a checkpoint's barriers: an input whose barrier has come is not read on until all have
// come. apache/flink SingleCheckpointBarrierHandler.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace streamtwin::streams {

using CheckpointId = std::uint64_t;

class Alignment {
 public:
  explicit Alignment(std::size_t inputs) : blocked_(inputs, false) {}

  bool blocked(std::size_t input) const { return blocked_[input]; }
  /// A barrier has come. True when it is the last: the task's state is taken now, and all inputs are read on.
  bool arrived(std::size_t input, CheckpointId id) {
    if (id < id_) return false;  // of one that was given up
    if (id > id_) release();
    id_ = id;
    blocked_[input] = true;
    if (std::ranges::count(blocked_, true) < static_cast<std::ptrdiff_t>(blocked_.size())) return false;
    release();
    ++id_;
    return true;
  }
  /// It was given up.
  void abort(CheckpointId id) {
    if (id != id_) return;
    release();
    ++id_;
  }

 private:
  void release() { blocked_.assign(blocked_.size(), false); }

  std::vector<bool> blocked_;
  CheckpointId id_ = 0;  ///< older ones are over
};

}  // namespace streamtwin::streams
