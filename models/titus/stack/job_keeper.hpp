// The master's jobs: they come, their tasks wait, are launched, run and end, and whatever ends too early is replaced. Replays
// Netflix/titus-control-plane DefaultV3JobOperations with the reconcilers of batch and service jobs.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/titus/eviction/system_quota.hpp"
#include "models/titus/jobs/job_tasks.hpp"
#include "models/titus/jobs/timeouts.hpp"
#include "models/titus/load_balancing/registration.hpp"
#include "models/titus/stack/container_key.hpp"
#include "models/titus/stack/measures.hpp"
#include "models/titus/stack/nodes.hpp"
#include "models/titus/stack/placing.hpp"
#include "models/titus/grid_token_bucket.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::titus {

/// Who hears of the ends of jobs. Told last: may submit others and end this one.
class JobObserver {
 public:
  /// A task of a batch job has ended as it should.
  virtual void task_done(JobId job, Slot task) = 0;
  /// Of a job of any kind: one more runs, or one less. Told to know it: may submit and end nothing.
  virtual void task_started(JobId /*job*/, Slot /*task*/) {}
  virtual void task_stopped(JobId /*job*/) {}
  /// It is gone, whether or not all its tasks were done.
  virtual void job_ended(JobId job) = 0;

 protected:
  ~JobObserver() = default;
};

/// What all jobs of a stream have in common, in numbers.
struct JobKindOfStack {
  std::string name;
  JobKind kind = JobKind::batch;
  std::string bucket;
  Tier tier = Tier::flex;
  fenzo::Resources needs;
  fenzo::Cores wants;          ///< processors, while one of its containers runs
  bool may_be_slowed = false;  ///< its agents may have fewer than are wanted
  AskedConstraints constraints;
  ImageId image = 0;
  SecurityGroupsId security_groups = 0;
  RetrySpec retry;
  bool retry_on_run_time_limit = false;
  Duration run_time_limit = WorkOrder::for_ever;
  std::optional<BalancerId> balancer;  ///< of which its containers are targets
  DisruptionBudgetSpec budget;
  Program* program = nullptr;  ///< what its containers run; null: nothing but time passes
  JobObserver* observer = nullptr;
  /// How long a container runs that is left alone, and how it ends then.
  std::function<std::pair<Duration, ReasonCode>(Random&)> life;
};

class JobKeeper final : private PlacementObserver, private NodeObserver, private AgentObserver {
 public:
  JobKeeper(const std::string& name, const JobManagerSpec& spec, Placing& placing, Nodes& nodes, AgentPool& agents,
            Registration& registration, const OrchestrationSpec& orchestration, std::uint64_t seed, StackMeasures& measures);

  /// After whoever else hears of agents.
  void start();

  /// Nothing when as many jobs are active as may be.
  std::optional<JobId> submit(const JobKindOfStack& kind, int size);
  /// As the run begins: a job that came so long ago, with tasks of which those are left that have not ended, each with the time that
  /// it has still to run. Their placement follows. None: there was no such job.
  std::optional<JobId> find(const JobKindOfStack& kind, int size, Duration ago, std::uint64_t number);
  void desire(JobId job, int size);
  /// So many of its containers are no targets of its load balancer any more.
  void take_out_of_service(JobId job, int count);
  /// Its containers are killed, and it is gone.
  void end(JobId job);
  /// Tells a container to end, for this reason. False for one that is on its way out.
  bool kill(ContainerId container, ReasonCode reason);
  /// The same, so that another can have its place: its owners are asked for no retry, as after an eviction.
  bool preempt(ContainerId container);

  struct Seen {
    const JobKindOfStack& kind;
    const JobTask& task;
    const ContainerRequest* request;
  };
  /// Nothing when it has ended.
  std::optional<Seen> seen(ContainerId container) const;
  /// Containers that have a place on the agent.
  const std::vector<ContainerId>& on_agent(AgentId agent) const;
  /// Accepted and not ended. O(jobs); for the audit.
  std::size_t alive() const;
  /// Guaranteed to a capacity group and not yet in use by it, or waited for.
  void set_reservation(const std::string& bucket, const fenzo::Resources& reserved) { groups_[bucket].reserved = reserved; }

  /// Containers of a job that wait for a place since then, or for longer. O(tasks).
  int waiting_since(JobId job, Instant then) const;
  /// Whether none of its containers has had a place. O(tasks).
  bool untouched(JobId job) const;

  /// Null when it has ended.
  const JobTasks* find_job(JobId job) const;
  const JobKindOfStack* find_kind(JobId job) const;
  /// A container that waits may go to this agent of the other tier, which takes no others until then. False: it does not wait.
  bool lend(ContainerId container, AgentId agent);

 private:
  /// The container in a slot of a job.
  struct Attempt {
    Request request;
    std::uint32_t number = 0;
    std::optional<AgentId> agent;
    std::uint32_t generation = 0;      ///< of that agent
    std::uint32_t place_on_agent = 0;  ///< in on_agent_
    Instant launched{};
    InterfaceUse interface;
    bool reserved = false;
    bool preempted = false;
    StateVersions news;
    std::optional<WorkOrder> found;  ///< running as the run begins
  };
  struct Job {
    Job(const JobKindOfStack& its_kind, const JobTerms& terms, const JobManagerSpec& spec) : kind(its_kind), tasks(terms, spec) {}
    const JobKindOfStack& kind;
    JobTasks tasks;
    std::vector<Attempt> attempts;  ///< by slot
    std::uint64_t stream = 0;       ///< whose random numbers are its own
    Instant turn_at = never;        ///< when a reconciliation is planned
    int out_of_service = 0;
  };
  struct Group {
    fenzo::Resources reserved, held;
  };

  void placed(const ContainerRequest& request, AgentId agent, InterfaceUse interface) override;
  void reported(ContainerId container, std::uint32_t version, TaskState state, ReasonCode reason) override;
  void agent_started(const Agent& agent) override { lose_all(agent.id); }
  void agent_lost(const Agent& agent) override;
  void agent_stopped(const Agent& agent) override { lose_all(agent.id); }

  Job& add_job(const JobKindOfStack& kind, int size, std::uint64_t number);
  void reconcile(JobId id);
  Task<> reconcile_later(JobId id);
  void accept(JobId id, Job& job, Slot slot);
  void stop(JobId id, Job& job, Slot slot);
  void enter(JobId id, Job& job, Slot slot, TaskState state, ReasonCode reason);
  void has_started(JobId id, Job& job, Slot slot);
  void finish(JobId id, Job& job, Slot slot, ReasonCode reason);
  void count_end(const Job& job, const JobTask& task, ReasonCode reason, bool preempted);
  void tell_quality(AgentId agent, const JobTask& task, ReasonCode reason);
  void count_given(AgentId agent, const ContainerRequest& request, int containers);
  void leave_agent(Attempt& attempt);
  WorkOrder order_of(const Job& job, Slot slot) const;
  Job* find(JobId id);
  Attempt* attempt_of(const ContainerKey& key, Job*& job);

  Task<> watch_deadlines();
  bool deal_with(const StateDeadlines::Entry& entry);
  Task<> end_at_limit(ContainerId container);
  Task<> notice_loss(std::vector<ContainerId> lost);
  void lose_all(AgentId agent);
  void lose(ContainerId container);

  const JobManagerSpec spec_;
  Placing& placing_;
  Nodes& nodes_;
  AgentPool& agents_;
  Registration& registration_;
  const Duration lost_after_;
  const std::optional<StartThrottleSpec> throttle_;  ///< of services' tasks
  const std::uint64_t seed_;
  StackMeasures& measures_;
  std::unordered_map<JobId, std::unique_ptr<Job>> jobs_;  ///< looked up only
  JobId next_job_ = 0;
  std::unordered_map<std::string, std::uint64_t> numbers_;  ///< jobs of a kind so far
  std::map<std::string, Group> groups_;
  std::vector<std::vector<ContainerId>> on_agent_;
  StateDeadlines deadlines_;
  GridTokenBucket stuck_tokens_;
  Subscription agents_subscription_;
  Scope scope_;
};

}  // namespace streamtwin::titus
