// What is to run on a stack: streams of batch jobs, and service jobs that are there all the time.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/titus/eviction/disruption_budget_spec.hpp"
#include "models/titus/jobs/jobs_spec.hpp"
#include "models/titus/jobs/rolling_update_spec.hpp"
#include "models/titus/placement/constraints_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// What a container asks for, within the stack's `limits`.
struct ContainerSpec {
  double cpus = 1;
  Bytes memory{512e6};
  Bytes disk{10e9};
  BitRate network{128e6};
  std::string image;
  std::vector<std::string> security_groups;
  Fraction busy{1};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view least = "as little as may be: Netflix/titus-control-plane JobConfiguration";
    visit(self.cpus, {.name = "cpus", .doc = "Processors that a container is given", .source = least, .min = 0.01, .max = 1000});
    visit(self.memory, {.name = "memory", .doc = "Memory that a container is given; Titus counts MiB", .source = least});
    visit(self.disk, {.name = "disk", .doc = "Disk space that a container is given; Titus counts MiB", .source = least});
    visit(self.network, {.name = "network", .doc = "Bandwidth that a container is given", .source = least});
    visit(self.image, {.name = "image", .doc = "The image that it runs, one of the stack's `images`", .required = true});
    visit(self.security_groups, {.name = "security_groups",
                                 .doc = "Security groups of its address: containers that have the same can share a network interface. If "
                                        "absent, one of its job's name"});
    visit(self.busy, {.name = "busy",
                      .doc = "Part of its processors that it wants while it runs: what it gets less is felt where an agent has not enough",
                      .source = assumption});
  }
};

inline constexpr Field hourly_weights_field{.name = "hourly_weights",
                                            .doc = "How many come at each local hour from midnight on, in any scale; all alike if absent",
                                            .min = 0,
                                            .max = 1e6};

/// `who`: would never come.
inline void check_hourly_weights(const std::vector<double>& weights, std::string_view who, Checker& checker) {
  checker.require(weights.empty() || weights.size() == 24, "hourly_weights", "expected 24 numbers, one for each hour from midnight on");
  const bool some = std::any_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
  checker.require(weights.empty() || some, "hourly_weights",
                  std::string(who) + " would ever come; at least one hour needs a weight above 0");
}

/// Jobs that come, run and end.
struct BatchJobSpec {
  ContainerSpec container;
  std::string capacity_group;
  ConstraintsSpec constraints;
  Rate rate;
  std::vector<double> hourly_weights;
  double tasks = 1;
  double tasks_sigma = 0;
  int tasks_max = 1000;
  Duration run_time = 10min;
  double run_time_sigma = 0.8;
  Duration run_time_limit = 432000s;
  bool retry_on_run_time_limit = false;
  Fraction fails{0.01};
  RetrySpec retry;

  void check(Checker& checker) const { check_hourly_weights(hourly_weights, "no job", checker); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.container, {.name = "container", .doc = "What each of its containers asks for"});
    visit(self.capacity_group,
          {.name = "capacity_group", .doc = "Whose capacity it uses; if absent that of the group DEFAULT, which is in Flex"});
    visit(self.constraints, {.name = "constraints", .doc = "What it asks of the agents that its containers go to"});
    visit(self.rate, {.name = "rate", .doc = "Jobs that come, on average over the day", .min = 0, .max = 1e4, .required = true});
    visit(self.hourly_weights, hourly_weights_field);
    visit(self.tasks, {.name = "tasks", .doc = "Median number of containers of a job", .source = assumption, .min = 1, .max = 1000});
    visit(self.tasks_sigma, {.name = "tasks_sigma",
                             .doc = "Deviation of the logarithm of that number; 0: all jobs have as many",
                             .source = assumption,
                             .min = 0,
                             .max = 3});
    visit(self.tasks_max, {.name = "tasks_max",
                           .doc = "Most containers of a job",
                           .source = "Netflix/titus-control-plane JobConfiguration maxBatchJobSize: 1000",
                           .min = 1,
                           .max = 1000});
    visit(self.run_time,
          {.name = "run_time", .doc = "Median time that a container runs until it is done", .source = assumption, .min = 1e-3, .max = 1e6});
    visit(self.run_time_sigma,
          {.name = "run_time_sigma", .doc = "Deviation of the logarithm of that time", .source = assumption, .min = 0, .max = 3});
    visit(self.run_time_limit, {.name = "run_time_limit",
                                .doc = "A container is killed when it has run for so long",
                                .source = "Netflix/titus-control-plane JobConfiguration defaultRuntimeLimitSec: 5 days",
                                .min = 5,
                                .max = 864000});
    visit(self.retry_on_run_time_limit, {.name = "retry_on_run_time_limit",
                                         .doc = "Whether one that was killed then is tried again",
                                         .source = "Netflix/titus-control-plane BatchJobExt: no"});
    visit(self.fails, {.name = "fails",
                       .doc = "Share of the containers that end with an error, at a time of their run as likely as another",
                       .source = assumption});
    visit(self.retry, {.name = "retry", .doc = "How often and when one that failed is tried again"});
  }
};

/// A service: so many containers, all the time.
struct ServiceJobSpec {
  ContainerSpec container;
  std::string capacity_group;
  ConstraintsSpec constraints;
  std::optional<int> desired;
  Duration drain = 90s;
  bool increase_desired_disabled = false;
  bool decrease_desired_disabled = false;
  RollingUpdateSpec rolling_update;
  Duration mean_time_to_crash{0};
  Without<RetrySpec, "retries"> retry;  ///< of a service whoever ends is replaced
  std::optional<DisruptionBudgetSpec> disruption_budget;
  bool load_balanced = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.container, {.name = "container", .doc = "What each of its containers asks for"});
    visit(self.capacity_group,
          {.name = "capacity_group", .doc = "Whose capacity it uses; if absent that of the group DEFAULT, which is in Flex"});
    visit(self.constraints, {.name = "constraints", .doc = "What it asks of the agents that its containers go to"});
    visit(self.desired, {.name = "desired",
                         .doc = "Containers that it is to have; absent where they are the instances of a service of the same name that "
                                "`runs_on: titus`, which says how many there are",
                         .min = 0,
                         .max = 10000});
    visit(self.drain, {.name = "drain",
                       .doc = "How long a container with an instance of a service goes on serving when it has been told to end and has "
                              "left the registry, as long as it is not killed before",
                       .source = "by Eureka's defaults lists are up to 90 s old; Titus waits 120 s: assumption",
                       .min = 0,
                       .max = 300});
    visit(self.increase_desired_disabled, {.name = "increase_desired_disabled",
                                           .doc = "Whether nobody may make it larger, as while it is being deployed",
                                           .source = "Netflix/titus-control-plane ServiceJobProcesses: no"});
    visit(self.decrease_desired_disabled, {.name = "decrease_desired_disabled",
                                           .doc = "Whether nobody may make it smaller",
                                           .source = "Netflix/titus-control-plane ServiceJobProcesses: no"});
    visit(self.rolling_update, {.name = "rolling_update", .doc = "How `roll_out` replaces its containers by those of a new job"});
    visit(self.mean_time_to_crash, {.name = "mean_time_to_crash",
                                    .doc = "Mean time until a container crashes of itself; 0 s: never",
                                    .source = assumption,
                                    .min = 0,
                                    .max = 1e9});
    visit(self.retry, {.name = "retry", .doc = "How long it waits before one that ended is replaced"});
    visit(self.disruption_budget,
          {.name = "disruption_budget",
           .doc = "How many of them may be moved at a time; if absent the job counts as self-managed, with a minute to move them"});
    visit(self.load_balanced,
          {.name = "load_balanced", .doc = "Whether its containers are targets of a load balancer", .source = assumption});
  }
};

}  // namespace streamtwin::titus
