// What the job manager is set to, what a container may ask for, and how a job retries its tasks, as a scenario describes them.
// Facts: Netflix/titus-control-plane JobManagerConfiguration, JobConfiguration, jobmanager/model/job/retry.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

enum class RetryPolicy : std::uint8_t { immediate, delayed, exponential };

struct RetrySpec {
  RetryPolicy policy = RetryPolicy::immediate;
  int retries = 0;
  Duration delay = 1s;
  Duration delay_max = 30s;

  void check(Checker& checker) const {
    checker.require(policy != RetryPolicy::exponential || delay_max >= delay, "delay_max", "is not below `delay`, where it begins");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.policy, {.name = "policy", .doc = "How long a task that failed waits for its replacement", .source = assumption});
    visit(self.retries, {.name = "retries",
                         .doc = "Replacements of a batch job's task; those after errors of the system and after evictions are not counted. "
                                "Tasks of a service are replaced without end",
                         .source = assumption,
                         .min = 0,
                         .max = 1e6});
    visit(self.delay, {.name = "delay",
                       .doc = "The wait, or the first one of an exponential policy; an immediate one has none",
                       .source = assumption,
                       .min = 0,
                       .max = 86400});
    visit(self.delay_max,
          {.name = "delay_max", .doc = "Where the doubling of an exponential policy ends", .source = assumption, .min = 0, .max = 86400});
  }
};

/// How ECS's service scheduler holds back tasks of a service that do not get as far as running.
struct StartThrottleSpec {
  bool enabled = true;
  int failures = 3;
  Duration first = 10s;
  Duration most = 15min;

  void check(Checker& checker) const { checker.require(most >= first, "most", "is not below `first`, where it begins"); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled",
                         .doc = "Whether a service's task waits longer and longer to be replaced when it and those before it have ended "
                                "before they ran. It is never given up; one that has run begins anew, and so does the next version",
                         .source = "Amazon ECS developer guide, service throttle logic; of tasks that Titus starts: assumption"});
    visit(self.failures, {.name = "failures",
                          .doc = "Ends before running, one after the other, until the first such wait",
                          .source = "the guide says repeatedly: assumption",
                          .min = 1,
                          .max = 1000});
    visit(self.first, {.name = "first",
                       .doc = "The first wait; each further one is twice as long",
                       .source = "the guide says incrementally: assumption",
                       .min = 0,
                       .max = 86400});
    visit(self.most, {.name = "most", .doc = "The longest wait", .source = "Amazon ECS developer guide: 15 min", .min = 0, .max = 86400});
  }
};

struct JobManagerSpec {
  Duration launched_timeout = 300s;
  Duration batch_start_initiated_timeout = 720s;
  Duration service_start_initiated_timeout = 300s;
  Duration kill_initiated_timeout = 600s;
  int kill_attempts = 2;
  int stuck_burst = 1;
  Rate stuck_rate{1};
  int active_not_started_max = 300;
  int store_updates_max = 300;
  Duration retryer_reset = 300s;
  Duration retry_interval_min = 1s;
  Duration system_retryer_delay = 1s;
  Duration system_retryer_delay_max = 30s;
  bool system_retryer_always = false;
  int active_jobs_max = 20000;
  Duration loop_active{0.001};
  Duration loop_idle{0.1};

  void check(Checker& checker) const {
    checker.require(system_retryer_delay_max >= system_retryer_delay, "system_retryer_delay_max",
                    "is not below `system_retryer_delay`, where it begins");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit);
};

/// What one container may ask for, and how large and how long a job may be.
struct JobLimitsSpec {
  double cpus_min = 1;
  double cpus_max = 96;
  int gpus_max = 16;
  Bytes memory_min{512e6};
  Bytes memory_max{750'000e6};
  Bytes disk_min{10'000e6};
  Bytes disk_max{1'550'000e6};
  BitRate network_min{128e6};
  BitRate network_max{40'000e6};
  Bytes shared_memory{64e6};
  int batch_size_max = 1000;
  int service_size_max = 10000;
  Duration runtime_limit = 432000s;
  Duration runtime_limit_min = 5s;
  Duration runtime_limit_max = 864000s;

  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit);
};

struct ContainerNeeds {
  double cpus = 1;
  int gpus = 0;
  Bytes memory{512e6};
  Bytes disk{10'000e6};
  BitRate network{128e6};
};

/// Why no container may ask for this; null if it may: "96 CPUs at most" and the like.
std::optional<std::string> why_refused(const ContainerNeeds& needs, const JobLimitsSpec& limits);

template <class Self, class Visitor>
void JobManagerSpec::describe(Self& self, Visitor& visit) {
  constexpr std::string_view source = "Netflix/titus-control-plane JobManagerConfiguration";
  visit(self.launched_timeout, {.name = "launched_timeout",
                                .doc = "A task that an agent has and that does not begin to start within this time is stuck",
                                .source = source,
                                .min = 1,
                                .max = 86400});
  visit(self.batch_start_initiated_timeout, {.name = "batch_start_initiated_timeout",
                                             .doc = "The same of a batch task whose start has begun",
                                             .source = source,
                                             .min = 1,
                                             .max = 86400});
  visit(self.service_start_initiated_timeout, {.name = "service_start_initiated_timeout",
                                               .doc = "The same of a service's task whose start has begun",
                                               .source = source,
                                               .min = 1,
                                               .max = 86400});
  visit(self.kill_initiated_timeout, {.name = "kill_initiated_timeout",
                                      .doc = "After this a task that is being killed is killed once more",
                                      .source = source,
                                      .min = 1,
                                      .max = 86400});
  visit(self.kill_attempts, {.name = "kill_attempts",
                             .doc = "After so many attempts a task counts as ended, whatever it does",
                             .source = source,
                             .min = 1,
                             .max = 100});
  visit(self.stuck_burst, {.name = "stuck_burst",
                           .doc = "Stuck tasks of all jobs that are dealt with at once; the others wait for tokens",
                           .source = "Netflix/titus-control-plane V3JobManagerModule, FixedIntervalTokenBucketConfiguration: 1",
                           .min = 1,
                           .max = 1e6});
  visit(self.stuck_rate, {.name = "stuck_rate",
                          .doc = "Tokens for them that come back",
                          .source = "Netflix/titus-control-plane V3JobManagerModule, FixedIntervalTokenBucketConfiguration: 1 a second",
                          .min = 1e-3,
                          .max = 1e6});
  visit(self.active_not_started_max,
        {.name = "active_not_started_max",
         .doc = "Tasks of a job that are active and have not started, those being killed included, beside which no more "
                "are created",
         .source = source,
         .min = 1,
         .max = 1e6});
  visit(self.store_updates_max, {.name = "store_updates_max",
                                 .doc = "Tasks of a job that are killed in one turn of the reconciler",
                                 .source = source,
                                 .min = 1,
                                 .max = 1e6});
  visit(self.retryer_reset, {.name = "retryer_reset",
                             .doc = "A task that ran so long is replaced at once, and waits grow from the beginning",
                             .source = source,
                             .min = 0,
                             .max = 864000});
  visit(self.retry_interval_min, {.name = "retry_interval_min",
                                  .doc = "Shortest wait for the replacement of one that did not",
                                  .source = source,
                                  .min = 0,
                                  .max = 3600});
  visit(self.system_retryer_delay,
        {.name = "system_retryer_delay",
         .doc = "First wait of the system's own retryer, which doubles; the longer one of it and the policy counts",
         .source = "Netflix/titus-control-plane JobManagerConfiguration systemRetryerMinDelayMs",
         .min = 0,
         .max = 3600});
  visit(self.system_retryer_delay_max, {.name = "system_retryer_delay_max",
                                        .doc = "Where its doubling ends",
                                        .source = "Netflix/titus-control-plane JobManagerConfiguration systemRetryerMaxDelayMs",
                                        .min = 0,
                                        .max = 86400});
  visit(self.system_retryer_always,
        {.name = "system_retryer_always",
         .doc = "Whether it counts for every task, and not only for those that a new master read from the store",
         .source = "Netflix/titus-control-plane TaskRetryers.getNextTaskRetryer: only where a task has no retryer yet"});
  visit(self.active_jobs_max,
        {.name = "active_jobs_max", .doc = "Jobs beside which no more are accepted", .source = source, .min = 1, .max = 1e7});
  visit(self.loop_active,
        {.name = "loop_active", .doc = "The reconciler's pause where something is to be done", .source = source, .min = 1e-4, .max = 60});
  visit(self.loop_idle, {.name = "loop_idle", .doc = "The reconciler's pause otherwise", .source = source, .min = 1e-4, .max = 60});
}

template <class Self, class Visitor>
void JobLimitsSpec::describe(Self& self, Visitor& visit) {
  constexpr std::string_view source = "Netflix/titus-control-plane JobConfiguration";
  visit(self.cpus_min, {.name = "cpus_min", .doc = "CPUs of a container at least", .source = source, .min = 0, .max = 1e4});
  visit(self.cpus_max, {.name = "cpus_max", .doc = "CPUs of a container at most", .source = source, .min = 0, .max = 1e4});
  visit(self.gpus_max, {.name = "gpus_max", .doc = "GPUs of a container at most", .source = source, .min = 0, .max = 1e4});
  visit(self.memory_min, {.name = "memory_min", .doc = "Memory of a container at least", .source = source, .min = 0, .max = 1e15});
  visit(self.memory_max, {.name = "memory_max", .doc = "Memory of a container at most", .source = source, .min = 0, .max = 1e15});
  visit(self.disk_min, {.name = "disk_min", .doc = "Disk of a container at least", .source = source, .min = 0, .max = 1e16});
  visit(self.disk_max, {.name = "disk_max", .doc = "Disk of a container at most", .source = source, .min = 0, .max = 1e16});
  visit(self.network_min, {.name = "network_min", .doc = "Network of a container at least", .source = source, .min = 0, .max = 1e13});
  visit(self.network_max, {.name = "network_max", .doc = "Network of a container at most", .source = source, .min = 0, .max = 1e13});
  visit(self.shared_memory,
        {.name = "shared_memory", .doc = "Shared memory of one that does not say", .source = source, .min = 0, .max = 1e15});
  visit(self.batch_size_max, {.name = "batch_size_max", .doc = "Tasks of a batch job at most", .source = source, .min = 1, .max = 1e7});
  visit(self.service_size_max, {.name = "service_size_max", .doc = "Tasks of a service at most", .source = source, .min = 1, .max = 1e7});
  visit(self.runtime_limit, {.name = "runtime_limit",
                             .doc = "A batch task that has been started for so long is killed, if its job does not say when",
                             .source = "Netflix/titus-control-plane JobConfiguration: 5 days",
                             .min = 0,
                             .max = 1e8});
  visit(self.runtime_limit_min, {.name = "runtime_limit_min",
                                 .doc = "Smallest such limit that a job may have",
                                 .source = "Netflix/titus-control-plane BatchJobExt: 5 s",
                                 .min = 0,
                                 .max = 1e8});
  visit(self.runtime_limit_max, {.name = "runtime_limit_max",
                                 .doc = "Largest such limit that a job may have",
                                 .source = "Netflix/titus-control-plane JobConfiguration: 10 days",
                                 .min = 0,
                                 .max = 1e8});
}

}  // namespace streamtwin::titus

namespace streamtwin {
template <>
inline constexpr auto enum_names<titus::RetryPolicy> = std::to_array<EnumName<titus::RetryPolicy>>({
    {titus::RetryPolicy::immediate, "immediate", "after the shortest wait"},
    {titus::RetryPolicy::delayed, "delayed", "always after the same"},
    {titus::RetryPolicy::exponential, "exponential", "after one that doubles"},
});
}  // namespace streamtwin
