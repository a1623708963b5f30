// Load balancers and gateways, and how clients find a region. The gateways of a region may proxy to another one.
#include "scenarios/composition/parts/edge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/parts/client_groups.hpp"
#include "scenarios/composition/parts/cloud.hpp"

namespace streamtwin {
namespace {

dns::GeoDns geo_dns_of(const places::Geography& geography) {
  std::vector<places::Place> places;
  for (std::size_t region = 0; region < geography.regions(); ++region) places.push_back(geography.place(static_cast<RegionIndex>(region)));
  return dns::GeoDns(std::move(places));
}

}  // namespace

EdgePart::EdgePart(Twin::Parts& parts)
    : edge(parts.mesh, parts.scenario.edge, parts.measures.edge, parts.policies.shedding.get()),
      names(parts.scenario.edge.geo_dns, geo_dns_of(parts.geography), Seed{parts.plan.seed}, edge,
            parts.scenario.edge.region_failover_after, parts.recorder) {
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    edge.add_node(parts.get<CloudPart>().add_machine("elb", zone, idle_cores), zone);
  }
}

void EdgePart::start() {
  edge.start();
  names.start();
}

namespace {

void check_health_checks(const Scenario& scenario, Checker& checker) {
  const edge::EdgeSpec& edge = scenario.edge;
  checker.require(edge.elb.health_check.timeout < edge.elb.health_check.interval, "edge.elb.health_check.timeout",
                  "a check must have timed out before the next one begins: shorter than the `interval`");
  checker.require(edge.target_group.health_check.timeout < edge.target_group.health_check.interval,
                  "edge.target_group.health_check.timeout",
                  "a check must have timed out before the next one begins: shorter than the `interval`");
}

constexpr std::string_view proxy_region = "proxy_region";

void check_proxy(const StepCheck& on) {
  const FaultSpec& step = on.step;
  on.require(on.scenario.has_edge(), "action", "the scenario has no gateways that could proxy");
  on.require(on.scenario.regions.size() > 1, "action", "there is no other region to proxy to");
  on.require(step.to != step.target || step.to.empty(), "to", "a region cannot be proxied to itself");
  const bool draws = chaos::parse_target(step.target).place != step.target;
  on.require(step.to.empty() || !draws, "to", "it may be one of those that are drawn; name the region that is proxied, or leave this out");
  if (!step.to.empty()) on.name("to", step.to, "region");
}

chaos::Effect evacuate(Twin::Parts& parts, const FaultSpec& step) {
  edge::Edge& edge = parts.get<EdgePart>().edge;
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::region);
  std::vector<RegionIndex> from;
  for (const std::string& region : chosen) from.push_back(parts.geography.region(region));
  const auto to = step.to.empty() ? std::nullopt : std::optional{parts.geography.region(step.to)};
  return {.text = [text = (to ? "proxied to " + step.to : "proxied to the nearest region") + chosen_names(step, chosen)] { return text; },
          .begin =
              [&edge, from, to] {
                for (const RegionIndex region : from) edge.evacuate(region, to);
              },
          .end =
              [&edge, from] {
                for (const RegionIndex region : from) edge.end_evacuation(region);
              }};
}

void check_client_dns(const StepCheck& on) {
  on.require(on.scenario.has_edge(), "action",
             "no client looks a name up here: requests come straight to services; of how services find each other `fail_dns`");
}

void check_resolvers(const StepCheck& on) {
  const std::vector<TargetKind> kinds = kinds_of(on.scenario, on.delivery, on.step.target);
  const bool groups = std::find(kinds.begin(), kinds.end(), TargetKind::client_group) != kinds.end();
  check_things(on, groups ? TargetKind::client_group : TargetKind::region);
}

/// Of clients at home in regions, or behind the resolvers of client groups.
std::vector<dns::NameTroubles*> troubles_of(Twin::Parts& parts, const FaultSpec& step, std::string& names) {
  dns::NameService& service = parts.get<EdgePart>().names;
  std::vector<dns::NameTroubles*> troubles;
  if (means_client_groups(parts, step)) {
    const GroupsMeant meant = groups_meant(parts, step);
    names = meant.names;
    for (const std::uint16_t group : meant.groups) troubles.push_back(&service.troubles_behind(group));
    return troubles;
  }
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::region);
  names = chosen_names(step, chosen);
  for (const std::string& region : chosen) troubles.push_back(&service.troubles_at(parts.geography.region(region)));
  return troubles;
}

chaos::Effect fail_client_dns(Twin::Parts& parts, const FaultSpec& step) {
  const registry::DnsTrouble trouble = step.answers.value_or(registry::DnsTrouble::missing);
  std::string names;
  const std::vector<dns::NameTroubles*> struck = troubles_of(parts, step, names);
  return {.text = [text = fmt::format("answers to clients are {}{}", name_of(trouble), names)] { return text; },
          .begin =
              [struck, trouble] {
                for (dns::NameTroubles* troubles : struck) troubles->begin(trouble, now());
              },
          .end =
              [struck, trouble] {
                for (dns::NameTroubles* troubles : struck) troubles->end(trouble, now());
              }};
}

std::vector<Action> edge_actions() {
  return {
      {.name = "fail_client_dns",
       .doc = "let DNS give clients no answers, stale or wrong ones when they look the platform up: those at home in a region, or those "
              "behind the resolvers of a client group. Who has an answer goes on with it until its time to live is over, or longer",
       .needs = {"target"},
       .reads = {"answers", "lasts"},
       .takes = {TargetKind::region, TargetKind::client_group},
       .check_target = check_resolvers,
       .bind = fail_client_dns,
       .check = check_client_dns},
      {.name = proxy_region,
       .doc = "evacuate a region: its gateways proxy a growing share of their requests to another one",
       .needs = {"target"},
       .reads = {"to", "lasts"},
       .takes = {TargetKind::region},
       .check_target = [](const StepCheck& on) { check_things(on, TargetKind::region); },
       .bind = evacuate,
       .check = check_proxy,
       .alone = true,
       .harms = false},
  };
}

}  // namespace

extern const PartKind edge_part;
const PartKind edge_part{.check = check_health_checks,
                         .present = [](const Scenario& scenario) { return scenario.has_edge(); },
                         .build = build_part<EdgePart>,
                         .actions = edge_actions};

}  // namespace streamtwin
