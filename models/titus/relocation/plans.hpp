// Who has to leave an agent, and until when the owner of a self-managed job may move it. Facts: Netflix/titus-control-plane
// task-relocation util/RelocationPredicates, RelocationUtil, workflow/step/MustBeRelocatedSelfManagedTaskCollectorStep.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>

#include "models/titus/ids.hpp"
#include "models/titus/relocation/relocation_spec.hpp"

namespace streamtwin::titus {

struct RelocationAgent {
  AgentId id = 0;
  bool group_leaves = false;  ///< its group is to be removed
  bool leaves = false;        ///< it is tagged for relocation
  bool leaves_now = false;    ///< its tasks are evicted whatever the quotas say
  bool stays = false;         ///< tagged as not to be relocated: it does not leave with its group
};

/// Whether the descheduler empties it.
constexpr bool is_evacuated(const RelocationAgent& agent) { return (agent.group_leaves && !agent.stays) || agent.leaves; }

struct RelocationJob {
  bool self_managed = false;
  Duration relocation_time{0};  ///< of a self-managed one
  bool exempt = false;          ///< from the system's time windows
  bool stays = false;
  std::optional<Instant> leave_by;      ///< tasks created until then are to be moved
  std::optional<Instant> leave_by_now;  ///< and those until then at once
};

struct RelocationTask {
  std::uint64_t id = 0;     ///< whichever number its owner gives it
  std::uint32_t job = 0;    ///< index in the view's jobs
  std::uint32_t agent = 0;  ///< index in the view's agents
  Instant created{};
  bool starts_or_runs = true;  ///< StartInitiated or Started: others have no plan made
  bool leaves = false;
  bool leaves_now = false;
  bool stays = false;
};

/// What one turn looks at: tasks that have an agent and have not ended. Those of agents that do not leave, and of jobs that need
/// not, may be left out.
struct RelocationView {
  std::span<const RelocationAgent> agents;
  std::span<const RelocationJob> jobs;
  std::span<const RelocationTask> tasks;

  const RelocationJob& job_of(const RelocationTask& task) const { return jobs[task.job]; }
  const RelocationAgent& agent_of(const RelocationTask& task) const { return agents[task.agent]; }
};

/// Whether a task is evicted without regard to quotas.
bool leaves_now(const RelocationView& view, const RelocationTask& task);
/// Whether the task or its job asks for it, wherever it is.
bool is_asked_to_leave(const RelocationView& view, const RelocationTask& task);
/// Whether its owner is to be told in advance.
bool needs_plan(const RelocationView& view, const RelocationTask& task);

struct RelocationPlan {
  Instant decided{};
  Instant relocate_at{};
};

/// The plans of self-managed jobs' tasks.
class RelocationPlans {
 public:
  /// Makes the plans that are needed as of now, keeps earlier deadlines, and forgets what is needed no more. O(tasks).
  void collect(const RelocationView& view, Instant now);
  /// Null if nothing is planned: then nothing holds the task.
  const RelocationPlan* find(std::uint64_t task) const;
  void set(std::uint64_t task, RelocationPlan plan) { plans_[task] = plan; }
  void forget(std::uint64_t task) { plans_.erase(task); }
  std::size_t size() const { return plans_.size(); }

 private:
  std::unordered_map<std::uint64_t, RelocationPlan> plans_;
};

/// Whether a turn of the workflow at `now` evicts, too.
bool deschedules(Instant last, Instant now, const RelocationSpec& spec);

}  // namespace streamtwin::titus
