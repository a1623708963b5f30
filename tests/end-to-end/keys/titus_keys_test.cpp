// No dead keys among those of Titus: each gets another legal value on a small stack on which everything breaks once.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const Settings on_ecs{"titus.main.orchestration.era=ecs"};
const Settings balanced{
    "titus.main.services.api.load_balanced=true", "titus.main.orchestration.mesos.refused=0 s",
    "titus.main.load_balancing={burst: 1, refill: 1, call_failures: 40 %, cool_down: 20 s, bucket: 2 s, max_time: 3 s}"};
const Settings two_critical_services{"titus.main.orchestration.mesos.refused=0 s",
                                     "titus.main.services.shop={capacity_group: api, desired: 9, mean_time_to_crash: 1 min}"};
const Settings quick_refresh{"titus.main.services.api.disruption_budget={policy: unhealthy_tasks, unhealthy_max: 9, rate: per_interval}"};

/// What must be in force for a key, or for all that begin so, to matter. The longest beginning counts.
const std::map<std::string, Settings> beside_titus{
    {"titus.*.agents_up", {"titus.main.agents_up=60 s", "titus.main.batch.encodes.rate=0.05 /min"}},
    {"titus.*.agents.*.min", {"titus.main.batch.encodes.rate=0.05 /min", "titus.main.scaling.flex={min_idle: 0, max_idle: 0}"}},
    {"titus.*.disruption_budget.capacity", {"titus.main.disruption_budget={capacity: 1, refill: 0, initial: 5}"}},
    {"titus.*.disruption_budget.initial", {"titus.main.disruption_budget={capacity: 100, refill: 0, initial: 1}"}},
    {"titus.*.preemption", {"titus.main.preemption={enabled: true, after: 5 s}", "titus.main.batch.encodes.rate=3 /min"}},
    {"titus.*.batch.*.retry.delay_max", {"titus.main.batch.encodes.retry={policy: exponential, retries: 4, delay: 2 s, delay_max: 4 s}"}},
    {"titus.*.capacity.guarantee", {"titus.main.capacity.groups.api.instances=14"}},
    {"titus.*.jobs.active_jobs_max", {"titus.main.jobs.active_jobs_max=4"}},
    {"titus.*.jobs.launched_timeout", {"titus.main.executor.preparing=30 s"}},
    {"titus.*.jobs.system_retryer_delay", {"titus.main.jobs.system_retryer_always=true"}},
    {"titus.*.load_balancing", balanced},
    {"titus.*.registry.attempts", {"titus.main.registry.failures=50 %"}},
    {"titus.*.scheduler.critical_tier_spreading", two_critical_services},
    {"titus.*.scheduler.job_spreading_counts_all", two_critical_services},
    {"titus.*.scheduler.security_groups_within",
     {"titus.main.services.api.container.security_groups=[a]",
      "titus.main.services.shop={capacity_group: api, desired: 6, mean_time_to_crash: 1 min, container: {security_groups: [a, b]}}"}},
    {"titus.*.network.back_off_", {"titus.main.scheduler.launching_max=5"}},
    {"titus.*.scaling.removable_timeout", {"titus.main.scaling.removes=false"}},
    {"titus.*.services.*.disruption_budget.evictions_max", quick_refresh},
    {"titus.*.services.*.disruption_budget.interval", quick_refresh},
    {"titus.*.services.*.disruption_budget.share",
     {"titus.main.services.api.disruption_budget={policy: unhealthy_tasks, unhealthy_max: 5, rate: percentage_per_interval, share: 30 %}"}},
    {"titus.*.services.*.disruption_budget.relocations_max",
     {"titus.main.services.api={mean_time_to_crash: 1 h, disruption_budget: {policy: relocation_limit, relocations_max: 1, rate: unlimited}}",
      "method=[{at: 3 min, action: refresh_agents, target: main/critical, instances: 1}]"}},
    {"titus.*.services.*.disruption_budget.unhealthy_max",
     {"titus.main.services.api.disruption_budget={policy: unhealthy_tasks, unhealthy_max: 2, rate: unlimited}"}},
    {"titus.*.orchestration.ecs", on_ecs},
    {"titus.*.orchestration.ecs.service_throttle",
     {"titus.main.orchestration={era: ecs, ecs: {service_throttle: {failures: 2, first: 4 s, most: 12 s}}}",
      "titus.main.images.api.crashes=60 %"}},
    {"titus.*.utc_offset", {"titus.main.disruption_budget.windows=[{hours: [{first: 12, last: 12}]}]"}},
    {"titus.*.batch.*.constraints", {"titus.main.scheduler={balanced_zones: 2, launching_max: 5}"}},
    {"titus.*.batch.*.constraints.hard.active_host",
     {"titus.main.agents={flex: {min: 2, desired: 2, max: 2}, old: {type: m4.4xlarge, state: phased_out, min: 4, desired: 4, max: 4}}",
      "titus.main.capacity.groups.encoding.instances=1"}},
    {"titus.*.services.*.constraints.hard.active_host",
     {"titus.main.agents={critical: {min: 1, desired: 1, max: 1}, old: {tier: critical, type: m4.4xlarge, state: phased_out, min: 3, "
      "desired: 3, max: 3}}"}},
    {"titus.*.services.*.constraints", {"titus.main.scheduler={balanced_zones: 2, launching_max: 5}"}},
    {"titus.*.batch.*.container.busy", {"titus.main.agents.flex.cpu_overcommit=3", "titus.main.batch.encodes.rate=3 /min"}},
    {"titus.*.services.*.container.busy", {"titus.main.agents={critical: {cpu_overcommit: 5}, flex: {cpu_overcommit: 3}}"}},
    {"titus.*.executor.overhead.counted", {"titus.main.executor.overhead.cpus=2"}},
    {"titus.*.scaling.fenzo", {"titus.main.scaling={by: fenzo, fenzo: {min_idle: 1, max_idle: 2, cool_down: 60 s, tasks_per_agent: 2}}"}},
    {"titus.*.scheduler.balanced_zones", {"titus.main.services.shop={desired: 8, constraints: {soft: {zone_balance: true}}}"}},
    {"titus.*.scheduler.ecs_strategies", {"titus.main.scheduler.placement=ecs"}},
    {"titus.*.services.*.rolling_update.up_timeout",
     {"titus.main.services.shop.rolling_update.up_timeout=15 s", "titus.main.executor.boot=25 s"}},
    {"titus.*.services.*.rolling_update.up", {"titus.main.services.shop={desired: 8, rolling_update: {steps: [50 %], up: 50 %}}"}},
};

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> titus_exceptions{
    {"titus.*.batch.*.container.security_groups", "an empty list; that of names has a test of its own"},
    {"titus.*.services.*.container.security_groups", "an empty list; that of names has a test of its own"},
    {"titus.*.services.*.drain", "matters to instances of a service: HostedService.AContainerThatIsToldToEndDrains"},
    {"titus.*.images.*.layers", "matters where some layers of an image are on an agent and others are not"},
    {"titus.*.batch.*.constraints.soft.active_host", "agents that are phased out are the last resort anyway"},
    {"titus.*.services.*.constraints.soft.active_host", "agents that are phased out are the last resort anyway"},
    {"titus.*.executor.error_hides_credentials", "matters after 45 minutes, when credentials are renewed; it has a test of its own"},
    {"titus.*.load_balancing.bucket", "which of two balancers goes first is seen by nobody here"},
    {"titus.*.load_balancing.refill", "two balancers have a batch a second at most"},
    {"titus.*.network.between_detaches", "matters where more than one interface has been unused for an hour"},
    {"titus.*.network.between_looks", "matters where an interface has been unused for an hour"},
    {"titus.*.scheduler.interface_cooling", "matters where all interfaces of an agent have had other security groups of late"},
    {"titus.*.network.unassign_timeout", "matters where EC2's calls take longer than a minute"},
    {"titus.*.network.create_call", "matters where the VPC has no interface left that is attached to nobody"},
};

// `limits` decide what is refused: a test of their own.
TEST(TitusKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "titus.yaml",
                      .beginnings = {"titus."},
                      .beside = beside_titus,
                      .exceptions = titus_exceptions,
                      .elsewhere = {"titus.*.limits."}},
                     100);
}

}  // namespace
}  // namespace streamtwin::language
