#include "models/titus/jobs/timeouts.hpp"

#include <algorithm>

namespace streamtwin::titus {

std::optional<Duration> state_timeout(JobKind kind, TaskState state, const JobManagerSpec& manager) {
  switch (state) {
    case TaskState::launched: return manager.launched_timeout;
    case TaskState::start_initiated:
      return kind == JobKind::batch ? manager.batch_start_initiated_timeout : manager.service_start_initiated_timeout;
    case TaskState::kill_initiated: return manager.kill_initiated_timeout;
    default: return std::nullopt;
  }
}

Duration runtime_limit(std::optional<Duration> wanted, const JobLimitsSpec& limits) {
  return std::clamp(wanted.value_or(limits.runtime_limit), limits.runtime_limit_min, limits.runtime_limit_max);
}

StuckAction stuck_action(TaskState state, std::uint32_t kill_attempts, const JobManagerSpec& manager) {
  if (state != TaskState::kill_initiated) return StuckAction::kill;
  return kill_attempts + 1 >= static_cast<std::uint32_t>(manager.kill_attempts) ? StuckAction::finish : StuckAction::kill_again;
}

void StateDeadlines::enter(JobId job, Slot slot, std::uint32_t version, JobKind kind, TaskState state, Instant now) {
  const std::optional<Duration> timeout = state_timeout(kind, state, manager_);
  if (!timeout) return;
  std::size_t queue = 0;
  if (state == TaskState::start_initiated) queue = kind == JobKind::batch ? 1 : 2;
  if (state == TaskState::kill_initiated) queue = 3;
  queues_[queue].push_back({add_exactly(now, *timeout), job, slot, version});
}

Instant StateDeadlines::next() const {
  Instant next = never;
  for (const std::deque<Entry>& queue : queues_) {
    if (!queue.empty()) next = std::min(next, queue.front().at);
  }
  return next;
}

std::size_t StateDeadlines::size() const {
  std::size_t size = 0;
  for (const std::deque<Entry>& queue : queues_) size += queue.size();
  return size;
}

}  // namespace streamtwin::titus
