// A stack of Titus as a scenario describes it: a master with its agents in one region, apart from all other stacks.
#pragma once

#include <map>
#include <string>

#include "models/titus/agents/agent_groups_spec.hpp"
#include "models/titus/agents/cluster_autoscaler_spec.hpp"
#include "models/titus/eviction/disruption_budget_spec.hpp"
#include "models/titus/executor/executor_spec.hpp"
#include "models/titus/executor/orchestration_spec.hpp"
#include "models/titus/images/image_table.hpp"
#include "models/titus/jobs/jobs_spec.hpp"
#include "models/titus/load_balancing/load_balancing_spec.hpp"
#include "models/titus/network/network_spec.hpp"
#include "models/titus/placement/scheduler_spec.hpp"
#include "models/titus/relocation/relocation_spec.hpp"
#include "models/titus/stack/workload_spec.hpp"

namespace streamtwin::titus {

/// Work of Flex that is ended so that Critical can run. Planned at Netflix, where nothing of it was published: the rules are ours.
struct PreemptionSpec {
  bool enabled = false;
  Duration after = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled,
          {.name = "enabled",
           .doc = "Whether containers of Critical that find no place are given one on an agent of Flex, by killing batch containers "
                  "there, those of which least work is lost",
           .source = "planned at Netflix, not published: no"});
    visit(self.after, {.name = "after",
                       .doc = "How long a container of Critical must have waited for a place",
                       .source = assumption,
                       .min = 0,
                       .max = 86400});
  }
};

/// Of a map by names, for Checker::one_of.
template <class Map>
std::vector<std::string> names_in(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

fenzo::Resources resources_of(const ContainerSpec& container);

struct StackSpec {
  std::string region;
  std::map<std::string, AgentGroupSpec> agents;
  Without<CapacitySpec, "flex_buffer"> capacity;
  std::map<std::string, ImageSpec> images;
  std::map<std::string, BatchJobSpec> batch;
  std::map<std::string, ServiceJobSpec> services;
  Without<JobManagerSpec, "loop_idle"> jobs;
  Without<JobLimitsSpec, "gpus_max", "shared_memory", "runtime_limit"> limits;
  SchedulerSpec scheduler;
  ClusterScalingSpec scaling;
  OrchestrationSpec orchestration;
  ExecutorSpec executor;
  ImageRegistrySpec registry;
  NetworkSpec network;
  LoadBalancingSpec load_balancing;
  SystemBudgetSpec disruption_budget;
  Without<RelocationSpec, "staleness_max", "node_condition_interval", "node_condition_lasts", "bad_nodes_terminated"> relocation;
  PreemptionSpec preemption;
  Duration agents_up = 24h;
  Duration utc_offset{0};

  /// Of the containers of a capacity group; of an empty name, of the group DEFAULT.
  Tier tier_of(const std::string& capacity_group) const;
  /// What a container is placed by.
  fenzo::Resources placed_by(const ContainerSpec& container) const;
  /// Whether those on an agent may want more of it than they asked for, or more processors than it has.
  bool may_lack_processors() const;
  void check(Checker& checker) const;
  /// What jobs ask of zones. `zones`: of its region; `at`: where the stack is in a scenario.
  void check_zones(const std::vector<std::string>& zones, const std::string& at, Checker& checker) const;
  /// That so many containers of a job can each have an agent of their own, where it asks for that. `at`: of its constraints.
  template <class Job>
  void check_unique_hosts(const std::string& at, const Job& job, int size, Checker& checker) const {
    check_unique_hosts(at, job.container, tier_of(job.capacity_group), job.constraints.hard, size, checker);
  }
  /// That a container is within the stack's limits, and that some agent has room for it.
  void check_container(const std::string& at, const ContainerSpec& container, const std::string& capacity_group, Checker& checker) const;

 private:
  std::vector<const AgentGroupSpec*> groups_for(const ContainerSpec& container, Tier tier, const ConstraintSpec& hard) const;
  void check_constraints(const std::string& at, const ContainerSpec& container, Tier tier, const ConstraintsSpec& asked, int size,
                         Checker& checker) const;
  void check_unique_hosts(const std::string& at, const ContainerSpec& container, Tier tier, const ConstraintSpec& hard, int size,
                          Checker& checker) const;
  void check_fits(const std::string& at, const ContainerSpec& container, Tier tier, Checker& checker) const;
  void check_reservations(Checker& checker) const;
  void check_scaling(Checker& checker) const;

 public:
  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.region, {.name = "region", .doc = "Where it is; the first of the scenario's if absent", .names = "region"});
    visit(self.agents, {.name = "agents", .doc = "Its instance groups, by name"});
    visit(self.capacity, {.name = "capacity", .doc = "What is reserved for whom"});
    visit(self.images, {.name = "images", .doc = "What its registry has, by name"});
    visit(self.batch, {.name = "batch", .doc = "Streams of batch jobs, by name"});
    visit(self.services, {.name = "services", .doc = "Service jobs, by name"});
    visit(self.jobs, {.name = "jobs", .doc = "The job manager"});
    visit(self.limits, {.name = "limits", .doc = "What one container may ask for"});
    visit(self.scheduler, {.name = "scheduler", .doc = "How containers are placed"});
    visit(self.scaling, {.name = "scaling", .doc = "How agents follow the load"});
    visit(self.orchestration, {.name = "orchestration", .doc = "What starts and stops containers: Mesos or ECS"});
    visit(self.executor, {.name = "executor", .doc = "What happens to a container on its agent"});
    visit(self.registry, {.name = "registry", .doc = "Where images are pulled from"});
    visit(self.network, {.name = "network", .doc = "Addresses of containers"});
    visit(self.load_balancing, {.name = "load_balancing", .doc = "How containers are registered with load balancers"});
    visit(self.disruption_budget, {.name = "disruption_budget", .doc = "Evictions that the stack as a whole allows"});
    visit(self.relocation, {.name = "relocation", .doc = "How containers are moved away from agents"});
    visit(self.preemption, {.name = "preemption", .doc = "Whether Critical takes places away from Flex"});
    visit(self.utc_offset, {.name = "utc_offset",
                            .doc = "How far the scenario's clock is ahead of UTC, by which disruption windows go; -8 h is the Pacific "
                                   "standard time",
                            .source = assumption,
                            .min = -50400,
                            .max = 50400});
    visit(self.agents_up, {.name = "agents_up",
                           .doc = "How long agents that are found serving have been up: what they have run since is in their image cache",
                           .source = assumption,
                           .min = 0,
                           .max = 1e7});
  }
};

}  // namespace streamtwin::titus
