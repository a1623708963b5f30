// The master's scheduler: containers wait in the tiers of the queue, agents' resources come as offers, and twice a second Fenzo
// says which container goes where. Replays Netflix/titus-control-plane DefaultSchedulingService with Netflix/Fenzo
// TaskSchedulingService: an iteration takes place when there is something new, or after a while.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/titus/agents/agent_pool.hpp"
#include "models/titus/agents/quality.hpp"
#include "models/titus/executor/orchestration.hpp"
#include "models/titus/fenzo/scheduler.hpp"
#include "models/titus/fenzo/tiered_queue.hpp"
#include "models/titus/placement/container_request.hpp"
#include "models/titus/placement/ecs_placement.hpp"
#include "models/titus/placement/fitness.hpp"
#include "models/titus/placement/interface_fitness.hpp"
#include "models/titus/placement/job_constraints.hpp"
#include "models/titus/placement/scheduler_spec.hpp"
#include "models/titus/placement/system_constraints.hpp"
#include "models/titus/placement/tally.hpp"
#include "models/titus/stack/fenzo_scaling.hpp"
#include "models/titus/stack/measures.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::titus {

using Request = std::shared_ptr<const ContainerRequest>;

/// Who hears where containers go.
class PlacementObserver {
 public:
  virtual void placed(const ContainerRequest& request, AgentId agent, InterfaceUse interface) = 0;

 protected:
  ~PlacementObserver() = default;
};

class Placing final : private AgentObserver {
 public:
  Placing(const std::string& name, const SchedulerSpec& scheduler, const CapacitySpec& capacity, const ClusterScalingSpec& scaling,
          AgentPool& agents, Orchestration& orchestration, StackMeasures& measures, std::unique_ptr<PluggedFitness> plugged = nullptr);

  void report_to(PlacementObserver& observer) { observer_ = &observer; }
  /// After the agents that are found serving.
  void start();

  /// Security groups of a job by their numbers.
  SecurityGroupsId add_security_groups(std::vector<std::uint32_t> groups) { return tally_.add_security_groups(std::move(groups)); }
  /// The bucket of a capacity group, which is that of the group DEFAULT for an empty name.
  const std::string& bucket(const std::string& group) const;
  Tier tier_of(const std::string& bucket) const;
  /// What a container must have of any agent, to be asked first.
  fenzo::HardConstraint system_constraint() const { return system_; }
  const JobConstraints& constraints() const { return constraints_; }
  /// Whether what its job asks for, of its own, holds on an agent now.
  bool suits(const ContainerRequest& request, AgentId agent) const;
  /// Whether its job's containers are counted by agent.
  bool counts_jobs() const { return !spec_.job_spreading_counts_all || spec_.placement == PlacementBy::ecs; }

  void enqueue(const Request& request);
  /// Killed while it waited.
  void withdraw(const Request& request);
  void started(const ContainerRequest& request, AgentId agent);
  /// It was placed there, and has ended.
  void ended(const Request& request, AgentId agent, std::uint32_t generation, bool was_started, InterfaceUse interface);
  static constexpr const char* interfaces = "ENIs";  ///< the set of an agent's network interfaces
  void failed(AgentId agent, AgentFault fault);

  /// A container that waits may go to this agent of the other tier, which takes no others until that has its place; the tier has as
  /// much more, and the other one as much less, until the container ends.
  void lend(const Request& on_loan);
  bool is_lent(AgentId agent) const { return agent < offers_.size() && offers_[agent].lent; }

  /// As the run begins: iterations without time until all that can be has a place. What is placed has started.
  void place_at_once();

  /// What the last iteration found no place for, for the autoscaler.
  const std::vector<UnplacedTask>& unplaced() const { return unplaced_; }
  /// The next iteration tells of that.
  void want_failures() { failures_wanted_ = true; }

 private:
  /// What an agent has to give that nobody has been offered.
  struct Offers {
    std::string host;  ///< empty: there has been no agent
    std::uint32_t generation = 0;
    std::optional<HostNumber> number;
    fenzo::Resources free;  ///< to be offered
    bool under_way = false;
    bool lent = false;
  };

  void agent_started(const Agent& agent) override;
  void agent_lost(const Agent& agent) override { agent_gone(agent); }
  void agent_stopped(const Agent& agent) override { agent_gone(agent); }
  void agent_changed(const Agent& agent) override;
  void agent_gone(const Agent& agent);
  void offer_again(AgentId agent, const fenzo::Resources& resources, bool rejected = false);
  Task<> offer(AgentId agent, std::uint32_t generation);
  void send_offer(AgentId agent);
  void open_agent(AgentId agent);
  void give_back(const ContainerRequest& request);
  void number_host(AgentId agent);
  std::string host_name(AgentId agent, std::uint32_t generation) const;
  void count_capacity(const Agent& agent, int agents);
  InterfaceUse use_of(const fenzo::Assignment& assignment) const;
  void place(const Request& request, AgentId agent, InterfaceUse interface);
  void iterate_as_ecs();
  std::optional<AgentId> choose_as_ecs(const ContainerRequest& request, std::vector<ecs::Candidate>& candidates);
  AgentFacts facts_of(const Agent& agent) const;
  fenzo::SchedulerProperties properties(const SchedulerSpec& spec) const;
  void set_guarantees();

  Task<> iterate();
  void run_once();
  void begin_iteration();
  void send_offers();
  Task<> refresh_guarantees();
  fenzo::IterationResult run_iteration();
  void take(const fenzo::IterationResult& result);
  void remember_failures(const fenzo::IterationResult& result);
  void refresh_quality();

  const SchedulerSpec spec_;
  const CapacitySpec capacity_;
  AgentPool& agents_;
  Orchestration& orchestration_;
  StackMeasures& measures_;
  PlacementObserver* observer_ = nullptr;
  const FenzoScaling scaling_;
  PlacementTally tally_;
  JobConstraints constraints_;
  InterfaceFitness interface_fitness_;
  std::shared_ptr<const fenzo::Fitness> fitness_;
  std::shared_ptr<const SystemConstraints> system_constraints_;
  fenzo::HardConstraint system_;
  fenzo::TieredQueue queue_{2};
  fenzo::Scheduler scheduler_;
  AssignmentCounter counter_;
  AgentQuality quality_;
  std::map<std::string, Tier> buckets_;
  std::vector<Offers> offers_;                                                    ///< by agent
  std::unordered_map<std::string, std::pair<AgentId, fenzo::Resources>> leases_;  ///< that Fenzo has, by id
  std::vector<fenzo::Lease> new_leases_;
  std::vector<std::optional<AgentId>> agent_of_host_;  ///< by number
  std::deque<Request> ecs_queue_;                      ///< where ECS places containers
  std::vector<fenzo::Task> ended_;                     ///< to leave the queue
  std::vector<UnplacedTask> unplaced_;
  fenzo::Resources on_loan_;  ///< of Flex, to Critical
  std::size_t waiting_ = 0;
  std::uint64_t lease_number_ = 0;
  bool changed_ = false, failures_wanted_ = false;
  Instant last_iteration_{};
  Random random_;
  Subscription agents_subscription_;
  Scope scope_;
};

}  // namespace streamtwin::titus
