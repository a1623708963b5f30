#include "scenarios/composition/parts/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloud/ec2/auto_scaling_group.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/composition/parts/chap.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/reservations.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

FleetPart::FleetPart(Twin::Parts& parts)
    : fleet(parts.mesh.lives, parts.geography, parts.scenario.fleet, parts.get<CloudPart>().gateways(), parts.recorder),
      parts_(parts),
      bill_(parts.mesh.lives, parts.get<ReservationsPart>().ledger) {
  hold_and_lend();
  parts.mesh.add(parts.scenario.services);
  add_clones(parts);
  for (const services::Service& service : parts.mesh.services()) {
    if (ec2::instance_type(service.spec.instance_type) == nullptr) continue;
    parts.measures.cost[service.name] = {parts.recorder, "service." + service.name, !parts.scenario.reservations.empty()};
  }
  CloudPart& cloud = parts.get<CloudPart>();
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    const places::RegionSpec& region = parts.scenario.regions[parts.geography.region_of(zone)];
    const int spares = spare_machines(parts.scenario, region);
    for (services::Service& service : parts.mesh.services()) {
      if (service.spec.runs_on != services::RunsOn::ec2) continue;
      const int instances = service.spec.instances_in(region.name, parts.geography.zone_name(zone));
      for (int number = 0; number < instances; ++number) {
        Host& host = cloud.add_machine(fmt::format("{}-{}", service.name, number), zone, cores_of_machine(service.spec.cores));
        fleet.launch(service, image_of(service), zone, number, host);
      }
    }
    for (int spare = 0; spare < spares; ++spare) {
      fleet.add_spare(zone, cloud.add_machine(fmt::format("spare-{}", spare), zone, cores_of_machine(idle_cores)));
    }
  }
}

// Whichever machine is lent has the cores of what is borrowed.
void FleetPart::hold_and_lend() {
  for (const ReservationsPart::Bought& bought : parts_.get<ReservationsPart>().bought()) {
    const ec2::Purchase& purchase = bought.purchase;
    if (purchase.zonal) fleet.hold(purchase.zones.front(), *purchase.type, bought.spec.instances);
    if (!bought.spec.lends) continue;
    if (!lending_) lending_.emplace(fleet, parts_.get<ReservationsPart>().ledger, parts_.scenario.fleet.status_check);
    lending_->offer(bought.index, purchase, *bought.spec.lends, bought.measures);
    cores_lent_ = std::max(cores_lent_, purchase.type->vcpus);
  }
}

ec2::Image FleetPart::image_of(const services::Service& service) {
  return {service.spec.image, service.spec.boot_time, ec2::instance_type(service.spec.instance_type)};
}

// Hours of instances up to now.
void FleetPart::add_results(RunResult&) {
  for (auto& [name, pool] : parts_.measures.pools) pool.waiting.add(now(), 0);
}

void FleetPart::start() {
  for (const services::Service& service : parts_.mesh.services()) {
    const ec2::InstanceType* const type = ec2::instance_type(service.spec.instance_type);
    if (type == nullptr) continue;
    bill_.add(service, *type, parts_.measures.cost[service.name]);
  }
  bill_.start();
  if (lending_) lending_->start();
  if (!parts_.scenario.services.empty()) fleet.start();
}

std::unique_ptr<auto_scaling::Carrier> FleetPart::carrier_of(services::Service& service, RegionIndex region) {
  return service.spec.runs_on == services::RunsOn::ec2 ? carrier_of(service, region, nullptr) : nullptr;
}

std::unique_ptr<auto_scaling::Carrier> FleetPart::carrier_of(services::Service& service, RegionIndex region, rpc::ServerGroup* group) {
  const places::Geography& geography = parts_.geography;
  ec2::AutoScalingGroup::Subject subject{
      .service = service,
      .image = image_of(service),
      .name = fmt::format("{} {}", group == nullptr ? service.name : group->name, geography.region_name(region)),
      .zones = geography.zones_in(region),
      .group = group};
  auto carrier = std::make_unique<ec2::AutoScalingGroup>(parts_.mesh.lives, fleet, std::move(subject), service.spec.scaling->termination);
  if (service.spec.scaling->warm_pool) {
    carrier->add_warm_pool(*service.spec.scaling->warm_pool, pool_prices(service), pool_measures(service.name));
  }
  return carrier;
}

// Its costs are kept with those of the service, from the start on.
ec2::PoolPrices FleetPart::pool_prices(const services::Service& service) {
  if (ec2::instance_type(service.spec.instance_type) == nullptr) return {};
  return {&parts_.get<ReservationsPart>().ledger, parts_.measures.cost[service.name]};
}

ec2::PoolMeasures& FleetPart::pool_measures(const std::string& service) {
  ec2::PoolMeasures& measures = parts_.measures.pools[service];
  if (measures.waiting.cell() == nullptr) measures = {parts_.recorder, service};
  return measures;
}

namespace {

void check_fleet(const StepCheck& on) {
  on.require(!on.scenario.misim, "action", "a scenario with `misim` has no fleet; `kill_instances` is there");
  if (!on.scenario.misim) check_instances(on);
}

bool in_container(Twin::Parts& parts, const rpc::Instance& instance) {
  return parts.mesh.service(instance.service.name).spec.runs_on == services::RunsOn::titus;
}

// Who is there at that time.
chaos::Effect stop_instance(Twin::Parts& parts, const FaultSpec& step) {
  const auto present = instances_of(parts, step).present;
  return {.text =
              [present] {
                const std::vector<rpc::Instance*> chosen = present();
                const bool serves = std::any_of(chosen.begin(), chosen.end(), [](const rpc::Instance* there) { return there->alive(); });
                return serves ? "drains, to be replaced when it has stopped" : "does not serve";
              },
          .begin =
              [present, &parts] {
                for (const rpc::Instance* there : present()) {
                  if (!in_container(parts, *there)) {
                    parts.get<FleetPart>().fleet.terminate(*there, false);
                  } else {
                    parts.get<TitusPart>().kill_container_of(*there);
                  }
                }
              }};
}

// On a machine a supervisor starts it again; what becomes of a container is Titus's business.
void check_crash(const StepCheck& on) {
  check_fleet(on);
  const std::vector<std::string> meant = services_meant(on.scenario, on.step.target);
  const bool on_machines = std::any_of(
      meant.begin(), meant.end(), [&](const std::string& name) { return on.scenario.services.at(name).runs_on == services::RunsOn::ec2; });
  on.require(!on_machines || on.step.lasts.has_value(), "", "crash_instance needs `lasts`: until its supervisor has it running again");
}

chaos::Effect crash_instance(Twin::Parts& parts, const FaultSpec& step) {
  const auto present = instances_of(parts, step).present;
  return {.text = [present] { return fmt::format("killed: {}", names_of(present())); },
          .begin =
              [present, back_after = step.lasts.value_or(Duration{0}), &parts] {
                for (rpc::Instance* there : present()) {
                  if (!in_container(parts, *there)) {
                    parts.get<FleetPart>().fleet.crash(*there, back_after);
                  } else {
                    parts.get<TitusPart>().crash(*there);
                  }
                }
              }};
}

void check_api(const StepCheck& on) {
  on.require(!on.scenario.misim, "action", "a scenario with `misim` has no EC2");
  check_things(on, TargetKind::region);
}

/// The fleet's part of it, and the agents'.
void set_api(Twin::Parts& parts, const std::vector<RegionIndex>& regions, bool answers) {
  ec2::Fleet& fleet = parts.get<FleetPart>().fleet;
  for (const RegionIndex region : regions) {
    answers ? fleet.restore_api(region) : fleet.fail_api(region);
    if (auto* titus = parts.find<TitusPart>()) {
      for (ec2::LaunchLimit* limit : titus->launch_limits_in(region)) answers ? limit->restore() : limit->fail();
    }
  }
}

chaos::Effect fail_ec2(Twin::Parts& parts, const FaultSpec& step) {
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::region);
  std::vector<RegionIndex> regions;
  for (const std::string& region : chosen) regions.push_back(parts.geography.region(region));
  return {.text = [text = "its API refuses every call" + chosen_names(step, chosen)] { return text; },
          .begin = [&parts, regions] { set_api(parts, regions, false); },
          .end = [&parts, regions] { set_api(parts, regions, true); }};
}

std::vector<Action> fleet_actions() {
  return {
      {.name = "fail_ec2",
       .doc =
           "let the API of EC2 fail in a region: auto scaling groups, warm pools, deliveries and groups of Titus' agents launch, start and end "
           "nothing there, and ask again at their next look; what runs goes on",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::region},
       .check_target = check_api,
       .bind = fail_ec2},
      {.name = "stop_instance",
       .doc =
           "stop an instance as its auto scaling group does, or Titus its container: it leaves the registry and its load balancers, drains, "
           "ends, and is replaced",
       .needs = {"target"},
       .reads = {},
       .takes = {TargetKind::instances},
       .check_target = check_fleet,
       .bind = stop_instance},
      {.name = "crash_instance",
       .doc =
           "kill the process of an instance on a machine that goes on: it has not left anything, its connections are reset, new ones are "
           "refused, and it is back, cold, after `lasts`; in a container the job's retry policy decides",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances},
       .check_target = check_crash,
       .bind = crash_instance},
  };
}

}  // namespace

extern const PartKind fleet_part;
const PartKind fleet_part{.build = build_part<FleetPart>, .actions = fleet_actions};

}  // namespace streamtwin
