#include "models/titus/jobs/job_tasks.hpp"

#include <algorithm>

#include "models/titus/jobs/scale_down.hpp"
#include "sim-core/check.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

JobTasks::JobTasks(const JobTerms& terms, const JobManagerSpec& manager) : terms_(terms), manager_(manager), desired_(terms.size) {
  streamtwin::check(terms.size >= 0, "a job's size is not below zero");
}

void JobTasks::desire(int size) {
  streamtwin::check(terms_.kind == JobKind::service && size >= 0, "a service's desired size is not below zero, a batch job's is fixed");
  desired_ = size;
}

void JobTasks::kill() {
  if (state_ == JobState::accepted) state_ = JobState::kill_initiated;
}

void JobTasks::count(TaskState state, int by) {
  not_started_ += is_active_not_started(state) ? by : 0;
  running_ += is_running(state) ? by : 0;
  started_ += state == TaskState::started ? by : 0;
}

void JobTasks::enter(Slot slot, TaskState state, ReasonCode reason, Instant now) {
  JobTask& task = tasks_[slot].task;
  // The time in Started ends with what is after it: Disconnected is not.
  if (is_terminating(state) && !is_terminating(task.state) && task.started != never) task.ran = now - task.started;
  count(task.state, -1);
  count(state, +1);
  if (state == TaskState::started && task.started == never) task.started = now;
  task.state = state;
  task.reason = reason;
  task.since = now;
  ++task.version;
}

void JobTasks::launch(Slot slot, AgentId agent, std::uint32_t zone, Instant now) {
  streamtwin::check(occupied(slot) && task(slot).state == TaskState::accepted, "an accepted task is launched");
  tasks_[slot].task.agent = agent;
  tasks_[slot].task.zone = zone;
  enter(slot, TaskState::launched, ReasonCode::normal, now);
}

void JobTasks::move(Slot slot, TaskState state, ReasonCode reason, Instant now) {
  streamtwin::check(occupied(slot) && may_move(task(slot).state, state), "a task's state goes forwards, or to Disconnected and back");
  if (state == TaskState::finished) return finish(slot, reason, now);
  if (state == TaskState::kill_initiated && !task(slot).kill_reason) tasks_[slot].task.kill_reason = reason;
  enter(slot, state, reason, now);
}

bool JobTasks::kill(Slot slot, ReasonCode reason, Instant now) {
  streamtwin::check(occupied(slot), "a task that is there is killed");
  if (is_terminating(task(slot).state)) return false;
  if (!task(slot).kill_reason) tasks_[slot].task.kill_reason = reason;
  enter(slot, TaskState::kill_initiated, reason, now);
  return true;
}

void JobTasks::kill_again(Slot slot, Instant now) {
  streamtwin::check(occupied(slot) && task(slot).state == TaskState::kill_initiated, "a task that is being killed is killed again");
  enter(slot, TaskState::kill_initiated, ReasonCode::stuck_in_killing_state, now);
  ++tasks_[slot].task.kill_attempts;
}

void JobTasks::finish(Slot slot, ReasonCode reason, Instant now) {
  streamtwin::check(occupied(slot) && task(slot).state != TaskState::finished, "a task ends once");
  enter(slot, TaskState::finished, reason, now);
  JobTask& task = tasks_[slot].task;
  const bool replaced = state_ == JobState::accepted &&
                        (terms_.kind == JobKind::service ? reason != ReasonCode::scaled_down && task.kill_reason != ReasonCode::scaled_down
                                                         : batch_replaces(task, terms_.retry, terms_.retry_on_runtime_limit));
  if (replaced) {
    const Duration wait = replacement_delay(task, terms_.retry, manager_);
    const Duration throttle = terms_.throttle ? throttle_delay(task, *terms_.throttle) : Duration{0};
    task.held_back = throttle > wait;
    task.retry_at = add_exactly(now, std::max(wait, throttle));
    waiting_.push_back({task.retry_at, slot});
    std::push_heap(waiting_.begin(), waiting_.end(), later);
  } else if (terms_.kind == JobKind::service) {
    vacate(slot);
  } else {
    ++done_;
  }
}

void JobTasks::vacate(Slot slot) {
  tasks_[slot].occupied = false;
  --occupied_;
  vacant_.push_back(slot);
}

void JobTasks::create(Slot slot, const JobTask& task) {
  tasks_[slot] = {task, true};
  count(TaskState::accepted, +1);
  turn_.created.push_back(slot);
}

void JobTasks::create_fresh(Instant now) {
  Slot slot = slots();
  JobTask task;
  if (vacant_.empty()) {
    tasks_.emplace_back();
  } else {
    slot = vacant_.back();
    vacant_.pop_back();
    task.version = tasks_[slot].task.version + 1;
  }
  task.since = now;
  ++occupied_;
  create(slot, task);
}

Instant JobTasks::next_turn(Instant now) const {
  if (turn_.more) return now;
  return next_retry() > now ? next_retry() : never;
}

const JobTasks::Turn& JobTasks::reconcile(Instant now) {
  turn_.created.clear();
  turn_.killed.clear();
  turn_.completed = turn_.more = false;
  if (state_ == JobState::finished) return turn_;
  if (state_ == JobState::kill_initiated) {
    kill_all(now);
  } else {
    int allowance = std::max(0, manager_.active_not_started_max - not_started_);
    const int missing = desired_ - occupied_;
    replace_waiting(allowance, now);
    if (missing > 0) fill_up(std::min(missing, allowance), now);
    if (missing < 0) scale_down(now);
    if (terms_.kind == JobKind::batch && done_ == desired_ && turn_.created.empty()) {
      state_ = JobState::finished;
      turn_.completed = true;
    }
  }
  return turn_;
}

/// Waits that have not ended take of the allowance, too. A service that has enough running forgets those that ended.
void JobTasks::replace_waiting(int& allowance, Instant now) {
  const int running = running_;
  if (terms_.kind == JobKind::service && running >= desired_) {
    for (const Wait& wait : waiting_) vacate(wait.slot);
    waiting_.clear();
    return;
  }
  int left = std::min(allowance, waiting());
  allowance -= left;
  for (; left > 0 && running < desired_ && next_retry() <= now; --left) {
    std::pop_heap(waiting_.begin(), waiting_.end(), later);
    const Slot slot = waiting_.back().slot;
    waiting_.pop_back();
    create(slot, replacement_of(task(slot), manager_, now));
  }
}

/// Of a batch job the indices follow one another: whoever ends leaves its slot to its replacement.
void JobTasks::fill_up(int count, Instant now) {
  for (; count > 0; --count) create_fresh(now);
}

void JobTasks::scale_down(Instant now) {
  const int to_remove = std::min(manager_.store_updates_max, occupied_ - desired_ - waiting());
  if (to_remove <= 0) return;
  std::vector<ScaleDownCandidate> candidates;
  candidates.reserve(static_cast<std::size_t>(occupied_));
  for (Slot slot = 0; slot < slots(); ++slot) {
    const JobTask& task = tasks_[slot].task;
    if (tasks_[slot].occupied) candidates.push_back({slot, task.state, task.zone, task.agent, task.since});
  }
  for (const Slot slot : tasks_to_give_up(candidates, candidates.size() - static_cast<std::size_t>(to_remove))) {
    if (kill(slot, ReasonCode::scaled_down, now)) turn_.killed.push_back(slot);
  }
  turn_.more = !turn_.killed.empty() && to_remove == manager_.store_updates_max;
}

void JobTasks::kill_all(Instant now) {
  for (const Wait& wait : waiting_) {
    if (terms_.kind == JobKind::service)
      vacate(wait.slot);
    else
      ++done_;
  }
  waiting_.clear();
  for (; kill_cursor_ < slots(); ++kill_cursor_) {
    if (static_cast<int>(turn_.killed.size()) == manager_.store_updates_max) break;
    if (tasks_[kill_cursor_].occupied && kill(kill_cursor_, ReasonCode::killed, now)) turn_.killed.push_back(kill_cursor_);
  }
  turn_.more = kill_cursor_ < slots();
  if (not_started_ == 0 && started_ == 0) {
    state_ = JobState::finished;
    turn_.completed = true;
  }
}

int JobTasks::evicted_fewer_than(int times) const {
  return static_cast<int>(std::count_if(tasks_.begin(), tasks_.end(), [times](const Place& place) {
    return place.occupied && static_cast<std::int64_t>(place.task.eviction_resubmits) < times;
  }));
}

}  // namespace streamtwin::titus
