// A job's tasks, and the difference between what is wanted and what is there. Facts: Netflix/titus-control-plane
// BatchDifferenceResolver, ServiceDifferenceResolver, DifferenceResolverUtils, KillInitiatedActions.
//
// Where upstream goes over all tasks of a job in each turn, counters and a heap of waits are kept: a change of a task is O(1), its
// replacement O(log n); scaling down and killing the job are O(n log n) once. An end of a batch task costs no memory: its
// replacement takes its slot. Which of many tasks gets the last allowed replacement is upstream the order of a hash map; here it
// is the one whose wait ends first.
#pragma once

#include <span>
#include <vector>

#include "models/titus/ids.hpp"
#include "models/titus/jobs/retry.hpp"

namespace streamtwin::titus {

struct JobTerms {
  JobKind kind = JobKind::batch;
  int size = 1;  ///< of a batch job; of a service the desired one as it begins
  RetrySpec retry;
  bool retry_on_runtime_limit = false;
  std::optional<StartThrottleSpec> throttle = std::nullopt;
};

class JobTasks {
 public:
  /// What one turn of the reconciler decided, and has done to the tasks already.
  struct Turn {
    std::vector<Slot> created;  ///< tasks that are accepted now: to the scheduler's queue with them
    std::vector<Slot> killed;   ///< tasks in KillInitiated now: their agents are to be told, or they leave the queue
    bool completed = false;     ///< the job is finished as of this turn
    bool more = false;          ///< a limit was met: another turn would do more
  };

  JobTasks(const JobTerms& terms, const JobManagerSpec& manager);

  /// Brings the tasks nearer to what is wanted. The turn's lists are those of the last call.
  const Turn& reconcile(Instant now);
  /// When reconcile() has more to do although no task changes; `never` if only a change brings that about.
  Instant next_turn(Instant now) const;
  /// When the first wait ends, or has ended if a limit holds its task up; `never` while none waits.
  Instant next_retry() const { return waiting_.empty() ? never : waiting_.front().at; }

  /// A service's wish. What else changes capacity: capacity.hpp.
  void desire(int size);
  /// No task is created from now on; reconcile() kills those that are there.
  void kill();

  /// The scheduler has placed an accepted task.
  void launch(Slot slot, AgentId agent, std::uint32_t zone, Instant now);
  /// Forwards, to Disconnected or back from it: see may_move(). Back from it includes the state that it had.
  void move(Slot slot, TaskState state, ReasonCode reason, Instant now);
  /// To KillInitiated, for what reason: evicted, killed, scaled_down, stuck_in_state, ... False if it is on its way out already.
  bool kill(Slot slot, ReasonCode reason, Instant now);
  /// One more attempt at killing it.
  void kill_again(Slot slot, Instant now);
  /// What its agent said of its end. Whether and when it is replaced is decided here: task(slot).retry_at.
  void finish(Slot slot, ReasonCode reason, Instant now);

  JobState state() const { return state_; }
  const JobTerms& terms() const { return terms_; }
  int desired() const { return desired_; }
  const JobTask& task(Slot slot) const { return tasks_[slot].task; }
  /// There is a task, or one that waits for its replacement or, of a batch job, has ended for good.
  bool occupied(Slot slot) const { return slot < tasks_.size() && tasks_[slot].occupied; }
  /// One more than the largest slot that has ever been occupied.
  Slot slots() const { return static_cast<Slot>(tasks_.size()); }
  int occupied_slots() const { return occupied_; }
  int active_not_started() const { return not_started_; }
  /// Holding resources: launched to disconnected.
  int running() const { return running_; }
  int started() const { return started_; }
  /// Ended, and to be replaced.
  int waiting() const { return static_cast<int>(waiting_.size()); }
  /// Of a batch job: ended for good.
  int done() const { return done_; }
  /// Tasks that have been evicted fewer times than that. O(n).
  int evicted_fewer_than(int times) const;

 private:
  struct Place {
    JobTask task;
    bool occupied = false;
  };
  struct Wait {
    Instant at;
    Slot slot = 0;
  };
  static bool later(const Wait& a, const Wait& b) { return a.at > b.at || (a.at == b.at && a.slot > b.slot); }

  void enter(Slot slot, TaskState state, ReasonCode reason, Instant now);
  void count(TaskState state, int by);
  void create(Slot slot, const JobTask& task);
  void create_fresh(Instant now);
  void vacate(Slot slot);
  void replace_waiting(int& allowance, Instant now);
  void fill_up(int allowance, Instant now);
  void scale_down(Instant now);
  void kill_all(Instant now);

  JobTerms terms_;
  JobManagerSpec manager_;
  JobState state_ = JobState::accepted;
  int desired_;
  std::vector<Place> tasks_;
  std::vector<Slot> vacant_;   // of a service, the last one vacated is taken first
  std::vector<Wait> waiting_;  // a heap
  Slot kill_cursor_ = 0;
  int occupied_ = 0, not_started_ = 0, running_ = 0, started_ = 0, done_ = 0;
  Turn turn_;
};

}  // namespace streamtwin::titus
