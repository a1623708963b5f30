#include "scenarios/composition/parts/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloud/ec2/auto_scaling_group.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

FleetPart::FleetPart(Twin::Parts& parts)
    : fleet(parts.mesh.lives, parts.geography, parts.scenario.fleet, parts.get<CloudPart>().gateways(), parts.recorder),
      parts_(parts),
      bill_(parts.mesh.lives) {
  parts.mesh.add(parts.scenario.services);
  CloudPart& cloud = parts.get<CloudPart>();
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    const int spares = spare_machines(parts.scenario, parts.scenario.regions[parts.geography.region_of(zone)]);
    for (services::Service& service : parts.mesh.services()) {
      if (service.spec.runs_on != services::RunsOn::ec2) continue;
      for (int number = 0; number < service.spec.instances_per_zone; ++number) {
        Host& host = cloud.add_machine(fmt::format("{}-{}", service.name, number), zone, service.spec.cores);
        fleet.launch(service, {service.spec.image, service.spec.boot_time}, zone, number, host);
      }
    }
    for (int spare = 0; spare < spares; ++spare) {
      fleet.add_spare(zone, cloud.add_machine(fmt::format("spare-{}", spare), zone, idle_cores));
    }
  }
}

// Hours of instances up to now.
void FleetPart::add_results(RunResult&) {
  for (auto& [name, cost] : parts_.measures.cost) cost.per_hour.add(now(), 0);
  for (auto& [name, pool] : parts_.measures.pools) pool.waiting.add(now(), 0);
}

void FleetPart::start() {
  for (const services::Service& service : parts_.mesh.services()) {
    const ec2::InstanceType* const type = ec2::instance_type(service.spec.instance_type);
    if (type != nullptr) bill_.add(service, *type, parts_.measures.cost[service.name] = {parts_.recorder, service.name});
  }
  bill_.start();
  if (!parts_.scenario.services.empty()) fleet.start();
}

std::unique_ptr<auto_scaling::Carrier> FleetPart::carrier_of(services::Service& service, RegionIndex region) {
  if (service.spec.runs_on != services::RunsOn::ec2) return nullptr;
  if (service.spec.runs_on != services::RunsOn::ec2) return nullptr;
  const places::Geography& geography = parts_.geography;
  ec2::AutoScalingGroup::Subject subject{.service = service,
                                         .image = {service.spec.image, service.spec.boot_time},
                                         .name = fmt::format("{} {}", service.name, geography.region_name(region)),
                                         .zones = geography.zones_in(region)};
  auto group = std::make_unique<ec2::AutoScalingGroup>(parts_.mesh.lives, fleet, std::move(subject), service.spec.scaling->termination);
  if (service.spec.scaling->warm_pool) {
    group->add_warm_pool(*service.spec.scaling->warm_pool, pool_prices(service), pool_measures(service.name));
  }
  return group;
}

// Its costs are kept with those of the service, from the start on.
ec2::PoolPrices FleetPart::pool_prices(const services::Service& service) {
  const ec2::InstanceType* const type = ec2::instance_type(service.spec.instance_type);
  if (type == nullptr) return {};
  return {*service.spec.scaling->warm_pool, *type, parts_.measures.cost[service.name]};
}

ec2::PoolMeasures& FleetPart::pool_measures(const std::string& service) {
  ec2::PoolMeasures& measures = parts_.measures.pools[service];
  if (measures.waiting.cell() == nullptr) measures = {parts_.recorder, service};
  return measures;
}

namespace {

constexpr std::string_view instance_form = "expected an instance, written service/zone/number";

void check_instance(const StepCheck& on) {
  on.require(!on.scenario.misim, "action", "a scenario with `misim` has no fleet; `kill_instances` is there");
  const std::optional<InstanceName> name = instance_name(on.step.target);
  on.require(name.has_value(), "target", instance_form);
  if (name) check_instance_name(on, *name);
}

// Who is there at that time.
chaos::Effect stop_instance(Twin::Parts& parts, const FaultSpec& step) {
  const std::vector<std::string> zones = zone_names(parts.scenario);
  const InstanceName name = instance_name(step.target).value_or(InstanceName{});
  const auto zone = std::find(zones.begin(), zones.end(), name.zone);
  const std::optional<int> number = whole_number(name.number);
  if (!parts.scenario.services.contains(name.service) || zone == zones.end() || !number) {
    unknown_target("instance (service/zone/number)", step.target, {});
  }
  const auto instance = [&service = parts.mesh.service(name.service), in = static_cast<ZoneIndex>(zone - zones.begin()), number] {
    return service.slot(in, *number);
  };
  return {.text =
              [instance] {
                const services::Instance* const there = instance();
                return there != nullptr && there->alive() ? "drains, to be replaced when it has stopped" : "does not serve";
              },
          .begin =
              [instance, &parts] {
                const services::Instance* const there = instance();
                if (there == nullptr) return;
                auto* const titus = parts.find<TitusPart>();
                if (titus == nullptr || !titus->kill_container_of(*there)) parts.get<FleetPart>().fleet.terminate(*there, false);
              }};
}

std::vector<Action> fleet_actions() {
  return {
      {.name = "stop_instance",
       .doc =
           "stop one instance as its auto scaling group does, or Titus its container: it leaves the registry and its load balancers, drains, "
           "ends, and is replaced",
       .needs = {"target"},
       .reads = {},
       .check_target = check_instance,
       .bind = stop_instance},
  };
}

}  // namespace

extern const PartKind fleet_part;
const PartKind fleet_part{.build = build_part<FleetPart>, .actions = fleet_actions};

}  // namespace streamtwin
