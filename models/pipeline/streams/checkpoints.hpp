// When a job takes checkpoints, and which of them have been completed: one at a time, given up when it takes too long, and so many of
// those borne. apache/flink CheckpointCoordinator, CheckpointFailureManager.
#pragma once

#include <algorithm>
#include <optional>

#include "models/pipeline/streams/alignment.hpp"
#include "models/pipeline/streams/job_spec.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::streams {

class Checkpoints {
 public:
  Checkpoints(const CheckpointSpec& spec, std::size_t tasks, Instant now) : spec_(spec), tasks_(tasks), next_(now + spec.interval) {}

  /// When the next is to begin, or the present one is given up.
  Instant next() const { return under_way_ ? began_ + spec_.timeout : next_; }
  /// A new one begins.
  CheckpointId begin(Instant now) {
    under_way_ = true;
    began_ = now;
    next_ = std::max(next_ + spec_.interval, now);
    acknowledged_ = 0;
    return ++id_;
  }
  std::optional<CheckpointId> under_way() const { return under_way_ ? std::optional(id_) : std::nullopt; }
  Instant began() const { return began_; }
  /// A task has kept its state. Whether the checkpoint is complete with it.
  bool acknowledge(CheckpointId id, Instant now) {
    if (!under_way_ || id != id_ || ++acknowledged_ < tasks_) return false;
    end(now);
    failures_ = 0;
    return true;
  }
  /// The job begins again: what was under way is no failure of a checkpoint.
  void drop(Instant now) {
    if (under_way_) end(now);
    next_ = std::max(next_, now + spec_.interval);
  }
  /// It is given up. Whether the job fails with it.
  bool give_up(Instant now) {
    end(now);
    return ++failures_ > spec_.failures;
  }

 private:
  void end(Instant now) {
    under_way_ = false;
    next_ = std::max(next_, now + spec_.pause);
  }

  CheckpointSpec spec_;
  std::size_t tasks_, acknowledged_ = 0;
  CheckpointId id_ = 0;
  bool under_way_ = false;
  Instant next_, began_{};
  int failures_ = 0;  ///< since the last that was completed
};

}  // namespace streamtwin::streams
