// A task as its job keeps it: the last of a chain of replacements.
#pragma once

#include <cstdint>
#include <optional>

#include "models/titus/ids.hpp"
#include "models/titus/jobs/task_state.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// A task's place in its job, which its replacement takes over; of a batch job the index.
using Slot = std::uint32_t;

struct JobTask {
  Instant since{};           ///< of the present state
  Instant started = never;   ///< when it was first seen to run
  Duration ran{0};           ///< from then until it was killed or ended
  Instant retry_at = never;  ///< of one that has finished and is replaced: when
  AgentId agent = 0;         ///< from Launched on
  std::uint32_t zone = 0;
  std::uint32_t version = 0;    ///< changes with each change of the state, and with each replacement
  std::uint32_t resubmits = 0;  ///< replacements before it
  std::uint32_t system_resubmits = 0;
  std::uint32_t eviction_resubmits = 0;
  std::uint32_t retries = 0;        ///< how far its retryer is: replacements since one ran long enough
  std::uint32_t failed_starts = 0;  ///< before it, one after the other: ended before they ran, and nobody had told them to
  std::uint32_t kill_attempts = 0;
  TaskState state = TaskState::accepted;
  ReasonCode reason = ReasonCode::normal;  ///< of the present state
  std::optional<ReasonCode> kill_reason;   ///< why it was first killed
  bool restored = false;                   ///< read from the store by a new master: it has no retryer yet
  bool has_system_retryer = false;         ///< it comes after such a one
  bool held_back = false;                  ///< its replacement waits since starts have failed again and again
};

inline bool has_system_error(const JobTask& task) {
  return (is_terminating(task.state) && is_system_error(task.reason)) || (task.kill_reason && is_system_error(*task.kill_reason));
}
inline bool failed_to_start(const JobTask& task) { return task.state == TaskState::finished && task.started == never && !task.kill_reason; }
inline bool was_evicted(const JobTask& task) { return task.state == TaskState::finished && task.kill_reason == ReasonCode::evicted; }

}  // namespace streamtwin::titus
