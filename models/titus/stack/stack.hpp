// A stack of Titus in a run: jobs come (Arrivals) to the master (JobKeeper), wait for Fenzo (Placing), which puts them on agents
// (AgentPool), where they start, run and end (Nodes); agents follow the load (ClusterAutoscaler), and containers leave agents that are
// to be emptied as fast as disruption budgets allow (Relocation).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>

#include "models/titus/agents/removable_agents.hpp"
#include "models/titus/images/image_table.hpp"
#include "models/titus/stack/arrivals.hpp"
#include "models/titus/stack/preemption.hpp"
#include "models/titus/stack/relocation.hpp"
#include "models/titus/stack/service_cluster.hpp"
#include "models/titus/stack/stack_measures.hpp"
#include "models/titus/stack/stack_spec.hpp"

namespace streamtwin::titus {

struct StackInputs {
  std::string name;                        ///< "titus.us-east-1"
  std::map<std::string, ZoneIndex> zones;  ///< of its region
  Duration clock;                          ///< local time of day when the run begins
  Duration since_monday;                   ///< and of the week, in UTC
  ec2::LaunchSpec launch;
  ec2::LaunchLimit& launch_limit;
  Duration status_check;
};

/// How many come, on average.
Rate containers_of(const BatchJobSpec& spec);

/// What containers have of an agent.
struct Given {
  int containers = 0;
  fenzo::Resources resources;
};

class Stack {
 public:
  /// `spec` and `measures` outlive it.
  Stack(StackInputs inputs, const StackSpec& spec, AllStackMeasures& measures, std::unique_ptr<PluggedFitness> plugged = nullptr);
  ~Stack();

  /// A machine that may carry an agent of a group, in the order of the groups' names; before `start`.
  void add_machine(AgentGroupId group, ZoneIndex zone, Host& machine, ec2::Ledger::Meter meter = {}) {
    agents_.add_place(group, zone, machine, meter);
  }
  const AgentPool& agents() const { return agents_; }
  AgentPool& agents() { return agents_; }
  Relocation& relocation() { return relocation_; }
  /// Of an image by its name, which the stack has.
  void set_crashes(const std::string& image, Fraction share) { images_.set_crashes(image_ids_.at(image), share); }
  Registry& registry() { return registry_; }
  Executor& executor() { return executor_; }
  /// ECS refuses commands and tells of no states, until it has been restored as often as it has failed.
  void fail_ecs() { orchestration_->fail(); }
  void restore_ecs();
  std::shared_ptr<AgentDisk> disk_of(AgentId agent) const { return nodes_.disk_of(agent); }
  Given given(AgentId agent) const;

  /// What the containers of a service job run, and how many it has; before `settle`.
  void host(const std::string& service, Program& program, int desired) { hosted_[service] = {&program, desired}; }
  /// The run begins in the middle of the stack's life: what is there, while the platform is built.
  void settle();
  /// Batch jobs that somebody submits to `jobs`, each task of which runs the program; once it is settled.
  const JobKindOfStack& add_work(const std::string& name, const ContainerSpec& container, const std::string& capacity_group,
                                 const RetrySpec& retry, Program& program, JobObserver& observer);
  /// Another job like the service's, whose containers run the program.
  const JobKindOfStack& like_service(const std::string& service, Program& program);
  /// The job of a service that serves; nothing if there is no such service.
  std::optional<JobId> job_of(const std::string& service) const;
  /// Jobs that somebody submits to `jobs` as they come, and a service whose size they say; once it is settled.
  const JobKindOfStack& add_batch(const std::string& name, const BatchJobSpec& spec, JobObserver& observer);
  const JobKindOfStack& add_service(const std::string& name, const ContainerSpec& container, const std::string& capacity_group,
                                    JobObserver& observer);
  /// Containers of a kind have come at this rate: agents have its image as far as one has come to them.
  void warm_image_of(const JobKindOfStack& kind, Rate containers);
  JobKeeper& jobs() { return jobs_; }
  /// That have started, of a tier. O(agents).
  int agents_of(Tier tier) const;
  /// Gives what has been found since a place, as far as there is room.
  void place_what_was_found() { placing_.place_at_once(); }
  /// And what goes on.
  void start();
  /// A service job by its name, to have so many containers. False: there is none.
  bool desire(const std::string& service, int size);
  /// How many it is to have, 0 for one that there is not; and how many of those have not started.
  int desired(const std::string& service) const;
  int waiting(const std::string& service) const;
  /// A new job takes its place, in steps.
  bool roll_out(const std::string& service);
  /// A container is killed, and replaced. False for one that is not there, or on its way out.
  bool kill(ContainerId container) { return jobs_.kill(container, ReasonCode::killed); }

  /// Of free room, the part that lies in pieces too small for the tier's largest container. O(agents).
  void measure_stranded();
  void count_commands();
  void count_up_to_now();

 private:
  class AgentsToNodes;
  /// What balancers do with their targets is not modelled: who has them is enough for the key figures.
  struct Balancers final : RegistrationObserver {
    void registered(BalancerId, ContainerId) override {}
    void deregistered(BalancerId, ContainerId) override {}
  };

  void add_kinds();
  JobKindOfStack batch_kind(const std::string& name, const BatchJobSpec& spec);
  void guarantee_capacity_of_tiers();
  void find_what_runs();
  void warm_images();
  template <class JobSpec>
  JobKindOfStack kind_of(const std::string& name, const JobSpec& spec, JobKind kind);
  SecurityGroupsId security_groups(const std::string& job, const ContainerSpec& container);
  Task<> scale();
  Task<> remove_agents();

  const StackInputs inputs_;
  const StackSpec& spec_;
  AllStackMeasures& measures_;
  ImageTable images_;
  const std::map<std::string, ImageId> image_ids_;
  std::unique_ptr<Orchestration> orchestration_;
  Registry registry_;
  Addresses addresses_;
  Executor executor_;
  AgentPool agents_;
  Nodes nodes_;
  std::unique_ptr<AgentsToNodes> agents_to_nodes_;
  Placing placing_;
  Balancers balancers_;
  Registration registration_;
  JobKeeper jobs_;
  Relocation relocation_;
  Preemption preemption_;
  ClusterAutoscaler autoscaler_;
  RemovableAgents removable_;
  std::map<std::string, std::uint32_t> security_group_numbers_;
  std::uint64_t commands_throttled_ = 0;  ///< as counted in the measures
  struct Hosted {
    Program* program;
    int desired;
  };
  std::map<std::string, Hosted> hosted_;  ///< by service job
  struct Stream {
    const JobKindOfStack& kind;
    const BatchJobSpec& spec;
    Arrivals arrivals;
  };
  std::list<JobKindOfStack> kinds_;
  std::list<Stream> streams_;
  std::map<std::string, ServiceCluster> services_;
  Scope scope_;
};

}  // namespace streamtwin::titus
