#include "scenarios/composition/parts/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

RegistryPart::RegistryPart(Twin::Parts& parts) : parts_(parts), measures_(parts.recorder) {
  const Scenario& scenario = parts.scenario;
  const places::Geography& geography = parts.geography;
  if (scenario.eureka.rate_limiter.enabled) measures_.rate_limited = parts.recorder.counter("eureka.rate_limited");
  if (scenario.eureka.deltas) measures_.full_fetches = parts.recorder.counter("eureka.full_fetches");
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    eureka_.emplace_back(
        scenario.eureka, [&geography](ZoneIndex a, ZoneIndex b) { return geography.one_way(a, b); }, measures_,
        geography.region_name(static_cast<RegionIndex>(r)));
    if (scenario.registry.kind == registry::RegistryKind::static_lists)
      static_lists_.emplace_back(scenario.registry.static_lists, parts.recorder.counter("registry.restarts"));
    if (scenario.registry.kind == registry::RegistryKind::dns) dns_names_.emplace_back(scenario.registry.dns);
  }
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    eureka_[geography.region_of(zone)].add_server(parts.get<CloudPart>().add_machine("eureka", zone, idle_cores), zone);
  }
  if (!scenario.services.empty()) lives_subscription_ = parts.mesh.lives.subscribe(*this);  // MiSim's find each other without
}

void RegistryPart::start() {
  if (parts_.scenario.services.empty()) return;  // nobody joins
  for (registry::EurekaCluster& registry : eureka_) registry.start();
  for (registry::StaticLists& lists : static_lists_) lists.start();
  for (registry::DnsNames& names : dns_names_) names.start();
}

registry::Member RegistryPart::member_of(services::Instance& instance) const {
  registry::Member member;
  member.id = instance.id;
  member.app = instance.service.index;
  member.zone = instance.zone;
  member.identity = hash_text(fmt::format("{} {}", instance.name, instance.generation));
  member.scope = &instance.scope;
  member.refresh_balancers = [&mesh = parts_.mesh, &instance](const registry::RegistryView& view) {
    mesh.refresh_balancers(instance, view);
  };
  member.calls = [&service = services::service_of(instance)](registry::AppId app) {
    return std::any_of(service.callees.begin(), service.callees.end(),
                       [app](const services::Service* callee) { return callee->index == app; });
  };
  member.answers = [&lives = parts_.mesh.lives, id = instance.id] {
    const services::Instance* const there = lives.find(id);
    return there != nullptr && there->alive();
  };
  member.restart = [this, id = instance.id](Duration takes) {
    const services::Instance* const there = parts_.mesh.lives.find(id);
    return there != nullptr && parts_.get<FleetPart>().fleet.restart(*there, takes);
  };
  return member;
}

void RegistryPart::started(services::Instance& instance) {
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  const bool registered = !instance.launched_cold();
  if (!dns_names_.empty()) return dns_names_[region].join(member_of(instance), instance.predecessor, registered);
  if (static_lists_.empty()) return eureka_[region].join(member_of(instance), registered);
  static_lists_[region].join(member_of(instance), instance.predecessor, registered);
}

void RegistryPart::draining(services::Instance& instance) {
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  if (!dns_names_.empty()) return dns_names_[region].remove(instance.id);
  if (static_lists_.empty()) return eureka_[region].deregister(instance.id);
  static_lists_[region].remove(instance.id);
}

void RegistryPart::stopped(services::Instance& instance) {
  const RegionIndex region = parts_.geography.region_of(instance.zone);
  if (!dns_names_.empty()) return dns_names_[region].forget(instance.id);
  if (static_lists_.empty()) return eureka_[region].forget(instance.id);
  static_lists_[region].forget(instance.id);
}

RegistryPart::Sizes RegistryPart::sizes() {
  Sizes sizes{};
  for (registry::EurekaCluster& cluster : eureka_) {
    sizes.clients += cluster.clients();
    sizes.leases += cluster.registered(0);
  }
  return sizes;
}

void RegistryPart::take_out(const std::vector<Listed>& instances) {
  for (const Listed& listed : instances)
    eureka_[listed.region].override_status(std::span{&listed.id, 1}, eureka::InstanceStatus::out_of_service);
}

void RegistryPart::put_back(const std::vector<Listed>& instances) {
  for (const Listed& listed : instances) eureka_[listed.region].delete_override(std::span{&listed.id, 1});
}

namespace {

// "catalogue", "catalogue/eu-west-1a" or "catalogue/eu-west-1a/0"
void check_instances(const StepCheck& on) {
  const std::string& target = on.step.target;
  if (const std::optional<InstanceName> name = instance_name(target)) return check_instance_name(on, *name);
  const std::size_t slash = target.find('/');
  on.name("target", target.substr(0, slash), "service");
  if (slash != std::string::npos) on.one_of("target", target.substr(slash + 1), "zone", zone_names(on.scenario));
}

void check_overrides(const StepCheck& on) {
  on.require(on.scenario.registry.kind == registry::RegistryKind::eureka, "action",
             "a status is overridden in Eureka: services that find each other otherwise (`registry.kind`) do not hear of it");
}

std::vector<RegistryPart::Listed> serving(Twin::Parts& parts, services::Service& service, const std::string& target) {
  std::vector<RegistryPart::Listed> found;
  for (const services::Instance& instance : service.instances()) {
    const bool meant = target == service.name || instance.name == target || instance.name.starts_with(target + "/");
    if (meant && instance.alive()) found.push_back({parts.geography.region_of(instance.zone), instance.id});
  }
  return found;
}

chaos::Effect take_out_of_service(Twin::Parts& parts, const FaultSpec& step) {
  services::Service& service = parts.mesh.service(step.target.substr(0, step.target.find('/')));
  auto taken = std::make_shared<std::vector<RegistryPart::Listed>>();
  return {.text = [] { return std::string{"OUT_OF_SERVICE in Eureka"}; },
          .begin =
              [&parts, &service, target = step.target, taken] {
                *taken = serving(parts, service, target);
                parts.get<RegistryPart>().take_out(*taken);
              },
          .end = [&parts, taken] { parts.get<RegistryPart>().put_back(*taken); }};
}

std::vector<Action> registry_actions() {
  return {
      {.name = "take_out_of_service",
       .doc = "override the status of a service's instances in Eureka, as a red/black delivery takes the old ones out of traffic: all of "
              "them, those of a zone (service/zone) or one (service/zone/number)",
       .needs = {"target"},
       .reads = {"lasts"},
       .check_target = check_instances,
       .bind = take_out_of_service,
       .check = check_overrides},
  };
}

}  // namespace

extern const PartKind registry_part;
const PartKind registry_part{.build = build_part<RegistryPart>, .actions = registry_actions};

}  // namespace streamtwin
