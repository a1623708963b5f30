// How a stack's master places containers, as a scenario describes it.
#pragma once

#include <array>
#include <vector>

#include "models/titus/placement/ecs_placement.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

enum class PlacementBy : std::uint8_t { fenzo, ecs };

struct SchedulerSpec {
  PlacementBy placement = PlacementBy::fenzo;
  std::vector<ecs::Strategy> ecs_strategies{ecs::Strategy::spread_zones, ecs::Strategy::spread_agents};
  Duration interval = 500ms;
  Duration forced = 5s;
  int batch = 500;
  Duration lease_expiry = 300s;
  int rejected_hosts_max = 4;
  int launching_max = 1;
  int containers_max = 120;
  bool critical_service_spreading = true;
  bool critical_tier_spreading = true;
  bool fenzo_interfaces = false;
  Duration interface_cooling = 300s;
  Duration tier_sla_refresh = 30s;
  Duration failure_retention = 900s;
  Fraction good_enough{0.9};
  bool security_groups_within = true;
  int balanced_zones = 3;
  bool job_spreading_counts_all = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/titus-control-plane SchedulerConfiguration";
    visit(self.placement, {.name = "placement",
                           .doc = "Who says which container goes where",
                           .source = "Titus kept Fenzo when it moved to ECS: Netflix/titus-control-plane"});
    visit(self.ecs_strategies, {.name = "ecs_strategies",
                                .doc = "How ECS chooses an agent: each leaves the best of those that the one before it has left",
                                .source = "Amazon ECS developer guide, the default of a service: spread over zones, then the fewest tasks",
                                .min = 1});
    visit(self.interval, {.name = "interval", .doc = "Time between iterations", .source = source, .min = 1e-3, .max = 3600});
    visit(self.forced, {.name = "forced",
                        .doc = "An iteration takes place after so long though nothing has changed",
                        .source = source,
                        .min = 1e-3,
                        .max = 86400});
    visit(self.batch, {.name = "batch",
                       .doc = "Tasks that an iteration places at most; those that find no agent do not count",
                       .source = source,
                       .min = 1,
                       .max = 1e6});
    visit(self.lease_expiry, {.name = "lease_expiry",
                              .doc = "An offer that is unused for so long is rejected, and its agent's resources are offered anew",
                              .source = "Netflix/titus-control-plane MasterConfiguration mesos.lease.offer.expiry.secs: 300 s",
                              .min = 1,
                              .max = 864000});
    visit(self.rejected_hosts_max, {.name = "rejected_hosts_max",
                                    .doc = "Agents of which offers are rejected in that time at most",
                                    .source = "Netflix/Fenzo TaskScheduler.Builder maxOffersToReject: 4",
                                    .min = 1,
                                    .max = 1e6});
    visit(self.launching_max, {.name = "launching_max",
                               .doc = "Containers that an agent starts at once: the launch guard. An agent gets no further ones meanwhile",
                               .source = source,
                               .min = 1,
                               .max = 10000});
    visit(self.containers_max,
          {.name = "containers_max", .doc = "Containers on an agent at most", .source = source, .min = 1, .max = 10000});
    visit(self.critical_service_spreading, {.name = "critical_service_spreading",
                                            .doc = "Whether services of the tier critical are spread over agents, rather than packed",
                                            .source = source});
    visit(self.critical_tier_spreading, {.name = "critical_tier_spreading",
                                         .doc = "Whether the number of tasks on an agent counts for them, rather than how full it is",
                                         .source = source});
    visit(self.fenzo_interfaces,
          {.name = "fenzo_interfaces",
           .doc = "Whether network interfaces are rated by Fenzo's own scores, rather than by what they last carried",
           .source = source});
    visit(self.interface_cooling, {.name = "interface_cooling",
                                   .doc = "For so long after its last use an interface is the less wanted with other security groups",
                                   .source = source});
    visit(self.tier_sla_refresh, {.name = "tier_sla_refresh",
                                  .doc = "How often the queue learns what tiers and capacity groups may have",
                                  .source = source,
                                  .min = 1e-3});
    visit(self.failure_retention,
          {.name = "failure_retention", .doc = "How long failures of containers count against their agent", .source = source});
    visit(self.good_enough,
          {.name = "good_enough",
           .doc = "A host above this score is taken without looking further; with the weights as they are none gets there",
           .source = "Netflix/titus-control-plane TitusFitnessCalculator.fitnessGoodEnoughFunction"});
    visit(self.security_groups_within,
          {.name = "security_groups_within",
           .doc = "Whether security groups count as equal to others that have them all and more, as in Titus; else they must be the same",
           .source = "Netflix/titus-control-plane FitnessCalculatorFunctions.areSecurityGroupsEqual"});
    visit(self.balanced_zones, {.name = "balanced_zones",
                                .doc = "Zones that a job's balance over zones expects: while one of them has none of its containers, "
                                       "the others get no second one where the balance is hard",
                                .source = "Netflix/titus-control-plane V3ZoneBalancedHardConstraintEvaluator EXPECTED_NUM_ZONES: 3",
                                .min = 1,
                                .max = 26});
    visit(
        self.job_spreading_counts_all,
        {.name = "job_spreading_counts_all",
         .doc = "Whether the spreading of a job counts tasks of all jobs, as in Titus, which compares a job with itself; else only its own",
         .source = "Netflix/titus-control-plane JobSpreadingFitnessCalculator"});
  }
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::PlacementBy> = std::to_array<EnumName<titus::PlacementBy>>({
    {titus::PlacementBy::fenzo, "fenzo", "Fenzo, with Titus's queue, fitness and constraints"},
    {titus::PlacementBy::ecs, "ecs", "ECS's own strategies, first come, first served; no tiers' shares, no reservations"},
});

}  // namespace streamtwin
