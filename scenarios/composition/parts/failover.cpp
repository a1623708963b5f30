#include "scenarios/composition/parts/failover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "models/services/call_graph.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/edge.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/composition/parts/load.hpp"
#include "scenarios/composition/parts/members.hpp"
#include "scenarios/composition/twin/actions.hpp"

namespace streamtwin {
namespace {

using failover::ProcedureKind;
using failover::Reserve;
using failover::ServiceStrength;

constexpr int hours_of_a_week = 7 * 24;

/// Whether a service can have more instances for the loss of a region: what holds data is sized for all members, and what scales
/// itself follows the load.
bool can_grow(const services::ServiceSpec& service) {
  return service.runs_on == services::RunsOn::ec2 && !service.cache && !service.store && !service.scaling;
}

}  // namespace

UsualWeek::UsualWeek(Twin::Parts& parts) {
  if (parts.find<MembersPart>() != nullptr) add_members(parts);
  for (const workload::Workload& workload : parts.get<LoadPart>().load.all()) {
    if (workload.spec().entry != workload::Entry::edge) continue;
    Load load{.target = workload.spec().target, .shares = {}, .rate = {}};
    for (std::size_t r = 0; r < parts.geography.regions(); ++r)
      load.shares.push_back(workload.share_of(static_cast<RegionIndex>(r)).value());
    const auto arrivals = std::make_shared<workload::Arrivals>(workload.spec(), parts.begin_of_measurement(),
                                                               std::vector<workload::LoadStep>{}, parts.plan.load);
    load.rate = [arrivals](Instant time, int) { return arrivals->rate_at(time); };
    loads_.push_back(std::move(load));
  }
}

void UsualWeek::add_members(Twin::Parts& parts) {
  Load load{.target = parts.mesh.service(parts.scenario.edge.gateway).callees.front()->name, .shares = {}, .rate = {}};
  for (const Fraction share : parts.get<MembersPart>().regions()) load.shares.push_back(share.value());
  load.rate = [&members = parts.get<MembersPart>()](Instant time, int days_ago) { return members.usual_plays(time, days_ago); };
  loads_.push_back(std::move(load));
}

Rate UsualWeek::at(RegionIndex home, Instant time, int days_ago) const {
  Rate rate{0};
  for (const Load& load : loads_) rate += load.rate(time, days_ago) * load.shares[home];
  return rate;
}

std::map<std::string, double> UsualWeek::visits(const Scenario& scenario) const {
  const services::CallGraph graph(scenario.services);
  std::map<std::string, double> visits;
  Rate all{0};
  for (const Load& load : loads_) {
    const Rate rate = load.rate(Instant{}, 0);
    all += rate;
    for (const auto& [service, times] : graph.visits(load.target)) visits[service] += times * rate.value();
  }
  for (auto& [service, times] : visits) times = all > Rate{0} ? times / all.value() : 0;
  visits[scenario.edge.gateway] = 1;
  return visits;
}

FailoverPart::FailoverPart(Twin::Parts& parts) : parts_(parts), spec_(*parts.scenario.failover), usual_(parts) {
  parts.measures.failover = failover::FailoverMeasures(parts.recorder);
  std::vector<RegionIndex> allowed;
  for (std::size_t r = 0; r < parts.geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    parts.measures.edge.traffic.emplace_back(parts.recorder, parts.geography.region_name(region));
    if (may_save(region)) allowed.push_back(region);
  }
  add_reserves();
  add_series();
  EdgePart& edge = parts.get<EdgePart>();
  failover_.emplace(
      spec_,
      failover::Failover::Ground{.edge = edge.edge,
                                 .names = edge.names,
                                 .recorder = parts.recorder,
                                 .traffic = parts.measures.edge.traffic,
                                 .usual = [this](RegionIndex home, Instant time, int days_ago) { return usual_.at(home, time, days_ago); },
                                 .gateway = parts.scenario.edge.gateway,
                                 .dns_ttl = parts.scenario.edge.geo_dns.ttl,
                                 .allowed = std::move(allowed)},
      reserves_, parts.measures.failover);
}

void FailoverPart::start() { failover_->start(); }

void FailoverPart::follow(const std::string& service, RegionIndex region, const rpc::ServerGroup& serving) {
  for (Reserve& reserve : reserves_[region]) {
    if (reserve.service() == service) reserve.follow(serving);
  }
}

void FailoverPart::add_results(RunResult&) {
  parts_.measures.failover.dark.add(now(), 0);  // hours up to now
  parts_.measures.failover.cost_per_hour.add(now(), 0);
}

// Those that others call first, the gateway last.
std::vector<std::string> FailoverPart::reserved_services() const {
  std::vector<std::string> names = services::CallGraph(parts_.scenario.services).in_order();
  std::erase_if(names, [this](const std::string& name) { return !can_grow(parts_.scenario.services.at(name)); });
  std::reverse(names.begin(), names.end());
  return names;
}

void FailoverPart::add_reserves() {
  const std::map<std::string, double> visits = usual_.visits(parts_.scenario);
  for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    std::deque<Reserve>& here = reserves_.emplace_back();
    for (const std::string& name : reserved_services()) {
      services::Service& service = parts_.mesh.service(name);
      const auto times = visits.find(name);
      if (times == visits.end() || !(times->second > 0)) continue;
      const ec2::InstanceType* const type = ec2::instance_type(service.spec.instance_type);
      here.emplace_back(
          parts_.mesh.lives, parts_.get<FleetPart>().fleet,
          Reserve::Subject{.service = service,
                           .image = FleetPart::image_of(service),
                           .zones = parts_.geography.zones_in(region),
                           .visits = times->second,
                           .each_instance = Rate{service.spec.cores * spec_.utilisation.value() / in_seconds(service.spec.cost.mean())},
                           .usd_per_hour = type == nullptr ? 0 : type->usd_per_hour},
          spec_.attach_rate, parts_.measures.failover);
    }
  }
  for (const std::deque<Reserve>& here : reserves_) {
    std::vector<ServiceStrength> services;
    for (const Reserve& reserve : here) services.push_back(reserve.strength());
    live_.push_back(failover::bearable(services, false));
  }
  for (std::size_t r = 0; r < reserves_.size(); ++r) fill(static_cast<RegionIndex>(r));
}

// Dark instances; and as EC2 has machines when it is asked for them, those for instances that are launched.
void FailoverPart::fill(RegionIndex region) {
  CloudPart& cloud = parts_.get<CloudPart>();
  const std::vector<ZoneIndex> zones = parts_.geography.zones_in(region);
  const Rate highest = highest_after_a_loss(region);
  int launched = 0;
  for (Reserve& reserve : reserves_[region]) {
    const services::Service& service = parts_.mesh.service(reserve.service());
    const int needed = failover::further_instances(highest, reserve.strength());
    const int dark = static_cast<int>(std::ceil(needed * spec_.dark.value() - 1e-9));
    for (int number = 0; number < dark; ++number) {
      const ZoneIndex zone = zones[static_cast<std::size_t>(number) % zones.size()];
      const int serving = service.spec.instances_in(parts_.geography.region_name(region), parts_.geography.zone_name(zone));
      const int slot = serving + number / static_cast<int>(zones.size());
      reserve.add_dark(
          zone, slot,
          cloud.add_machine(fmt::format("{}-{}", service.name, slot), zone, parts_.get<FleetPart>().cores_of_machine(service.spec.cores)));
    }
    launched += needed;
  }
  for (int machine = 0; machine < launched; ++machine) {
    const ZoneIndex zone = zones[static_cast<std::size_t>(machine) % zones.size()];
    const std::string name = fmt::format("failover-{}", machine / static_cast<int>(zones.size()));
    FleetPart& fleet = parts_.get<FleetPart>();
    fleet.fleet.add_spare(zone, cloud.add_machine(name, zone, fleet.cores_of_machine(idle_cores)));
  }
}

// Over the hours of last week, for the loss of whichever other region brings it most.
Rate FailoverPart::highest_after_a_loss(RegionIndex region) const {
  Rate highest{0};
  for (int hour = 0; hour < hours_of_a_week; ++hour) {
    for (RegionIndex lost = 0; lost < reserves_.size(); ++lost) {
      if (lost == region) continue;
      highest = std::max(highest, load_of(region, hour) + load_of(lost, hour) * share_of(region, lost).value());
    }
  }
  return highest;
}

Rate FailoverPart::load_of(RegionIndex home, int hour) const { return usual_.at(home, Instant{} + hour * Duration{1h}, 7); }

// In proportion to what each bears with the instances that serve there. By the room that those leave, which is little everywhere, one
// region would have to have dark instances for nearly all of it.
Fraction FailoverPart::share_of(RegionIndex region, RegionIndex lost) const {
  std::vector<failover::Candidate> candidates;
  for (RegionIndex other = 0; other < reserves_.size(); ++other) {
    if (other == lost || !may_save(other)) continue;
    candidates.push_back({other, Rate{0}, live_[other]});
  }
  for (const edge::Saviour& saviour : failover::choose_saviours(candidates)) {
    if (saviour.to == region) return saviour.weight;
  }
  return Fraction{0};
}

bool FailoverPart::may_save(RegionIndex region) const {
  const std::string& name = parts_.geography.region_name(region);
  return spec_.saviours.empty() || std::find(spec_.saviours.begin(), spec_.saviours.end(), name) != spec_.saviours.end();
}

// What a region answers itself, against what it usually has.
void FailoverPart::add_series() {
  for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    const edge::RegionTraffic& traffic = parts_.measures.edge.traffic[region];
    const std::string name = "regions." + parts_.geography.region_name(region);
    parts_.recorder.rate_series(name + ".asked", "/s", traffic.asked);
    parts_.recorder.rate_series(name + ".started", "/s", traffic.started);
    parts_.recorder.rate_series(name + ".served", "/s", traffic.served);
    parts_.recorder.sampled_series(name + ".usual", "/s", [this, region] { return usual_.at(region, now(), 7).value(); });
  }
}

namespace {

void check_failover(const Scenario& scenario, Checker& checker) {
  if (!scenario.failover) return;
  checker.require(scenario.has_edge(), "failover", "a region is left by its gateways and DNS, and the scenario has no gateway");
  checker.require(scenario.regions.size() > 1, "failover", "the only region cannot be left: there is no other to take its traffic");
  checker.require(!(scenario.failover->dark > Fraction{0}) || registry::has_statuses(scenario.registry.kind), "failover.dark",
                  "dark instances are STARTING in Eureka: services that find each other otherwise (`registry.kind`) would ask them");
}

bool has_failover(const StepCheck& on) {
  on.require(on.scenario.failover.has_value(), "action",
             fmt::format("the scenario has no `failover`, which says how a region is left: `{}` needs it", on.step.action.name));
  return on.scenario.failover.has_value();
}

void check_evacuation(const StepCheck& on) {
  if (!has_failover(on)) return;
  const FaultSpec& step = on.step;
  on.require(step.to.empty() || step.to != step.target, "to", "a region cannot take its own traffic; name another one");
  if (!step.to.empty()) return on.name("to", step.to, "region");
  const std::vector<std::string>& saviours = on.scenario.failover->saviours;
  const bool some =
      saviours.empty() || std::any_of(saviours.begin(), saviours.end(), [&](const auto& name) { return name != step.target; });
  on.require(some, "target", fmt::format("of `failover.saviours` none is left to take the traffic of {}", step.target));
}

void check_return(const StepCheck& on) {
  if (!has_failover(on) || on.scenario.failover->automatic) return;
  const bool some = std::any_of(on.scenario.method.begin(), on.scenario.method.end(), [&](const FaultSpec& step) {
    return step.action.name == "evacuate" && step.target == on.step.target && step.at < on.step.at;
  });
  on.require(some, "target", fmt::format("{} has all of its traffic: no earlier step evacuates it", on.step.target));
}

chaos::Effect evacuate_region(Twin::Parts& parts, const FaultSpec& step) {
  failover::Failover& failover = parts.get<FailoverPart>().driver();
  const failover::Failover::Order order{.from = parts.geography.region(step.target),
                                        .procedure = step.procedure.value_or(parts.scenario.failover->procedure),
                                        .to = step.to.empty() ? std::nullopt : std::optional{parts.geography.region(step.to)}};
  return {.text = [] { return std::string{"its evacuation is ordered"}; },
          .begin = [&failover, order] { failover.evacuate(order); },
          .end = [&failover, order] { failover.give_back(order.from); }};
}

chaos::Effect return_region(Twin::Parts& parts, const FaultSpec& step) {
  failover::Failover& failover = parts.get<FailoverPart>().driver();
  return {.text = [] { return std::string{"its traffic is to come back"}; },
          .begin = [&failover, region = parts.geography.region(step.target)] { failover.give_back(region); }};
}

std::vector<Action> failover_actions() {
  return {
      {.name = "evacuate",
       .doc = "leave a region: the others get the capacity, its gateways pass requests on, DNS names the others; and back after `lasts`",
       .needs = {"target"},
       .reads = {"to", "procedure", "lasts"},
       .takes = {TargetKind::region},
       .check_target = [](const StepCheck& on) { on.target_of("region"); },
       .bind = evacuate_region,
       .check = check_evacuation,
       .harms = false},
      {.name = "return_region",
       .doc = "a region that has been evacuated gets its traffic back, increment by increment",
       .needs = {"target"},
       .reads = {},
       .takes = {TargetKind::region},
       .check_target = [](const StepCheck& on) { on.target_of("region"); },
       .bind = return_region,
       .check = check_return,
       .harms = false},
  };
}

// What of the steps is known before a run.
std::string describe_failover(const Scenario& scenario) {
  if (!scenario.failover) return {};
  std::string text = "a region is left by:\n";
  for (const ProcedureKind kind : {ProcedureKind::nimble, ProcedureKind::old}) {
    text += fmt::format("  {}: {}\n", enum_names<ProcedureKind>[static_cast<std::size_t>(kind)].name,
                        failover::in_words(failover::steps_of(kind, *scenario.failover, scenario.edge.geo_dns.ttl)));
  }
  return text;
}

}  // namespace

extern const PartKind failover_part;
const PartKind failover_part{.check = check_failover,
                             .describe = describe_failover,
                             .present = [](const Scenario& scenario) { return scenario.failover.has_value(); },
                             .build = build_part<FailoverPart>,
                             .actions = failover_actions};

}  // namespace streamtwin
