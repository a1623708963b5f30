#include "scenarios/composition/parts/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "models/registry/dns_names.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/fleet.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {

RegistryPart::RegistryPart(Twin::Parts& parts) : parts_(parts), measures_(parts.recorder), snapshot_(parts.scenario) {
  const Scenario& scenario = parts.scenario;
  const places::Geography& geography = parts.geography;
  parts.measures.registry = &measures_;
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto passage = [&network = parts.mesh.network](ZoneIndex from, ZoneIndex to) -> std::optional<registry::Passage> {
      if (!network.roads.connects(from, to)) return std::nullopt;
      const rpc::Way way = network.way(from, to);
      return registry::Passage{way.there, way.back};
    };
    const std::string& name = geography.region_name(static_cast<RegionIndex>(r));
    const auto dropped = [this, by = fmt::format("registry of {}", name)](InstanceId id) {
      const std::string gone = snapshot_.name_of(id);
      parts_.recorder.notices.add(now(), NoticeKind::evicted, gone.empty() ? parts_.mesh.lives.name_of(id) : gone, by);
    };
    regions_.push_back(registry::make_discovery(scenario.registry, scenario.eureka, {passage, measures_, parts.recorder, name, dropped}));
  }
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    regions_[geography.region_of(zone)]->add_server(parts.get<CloudPart>().add_machine("eureka", zone, idle_cores), zone);
    if (scenario.registry.kind != registry::RegistryKind::eureka2) continue;
    regions_[geography.region_of(zone)]->add_read_server(parts.get<CloudPart>().add_machine("eureka-read", zone, idle_cores), zone);
  }
  if (!scenario.services.empty()) lives_subscription_ = parts.mesh.lives.subscribe(*this);  // MiSim's find each other without
}

void RegistryPart::start() {
  if (parts_.scenario.services.empty()) return;  // nobody joins
  list_gone();
  for (const auto& registry : regions_) registry->start();
}

void RegistryPart::list_gone() {
  for (std::size_t z = 0; z < parts_.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    auto* const eureka = dynamic_cast<registry::EurekaCluster*>(&of(parts_.geography.region_of(zone)).kind());
    if (eureka == nullptr) return;
    for (const auto& [name, spec] : parts_.scenario.services) {
      const registry::AppId app = parts_.mesh.service(name).index;
      for (const FleetSnapshot::Gone& gone : snapshot_.left(name, parts_.geography.zone_name(zone))) {
        eureka->list_gone(gone.id, app, zone, gone.renewed_ago);
      }
    }
  }
}

void RegistryPart::add_results(RunResult& result) {
  if (!parts_.scenario.outputs.registry) return;
  for (std::size_t r = 0; r < regions_.size(); ++r) {
    auto* const eureka = dynamic_cast<registry::EurekaCluster*>(&regions_[r]->kind());
    if (eureka != nullptr)
      result.registries.emplace_back(parts_.geography.region_name(static_cast<RegionIndex>(r)), registry_json(parts_, *eureka));
  }
}

namespace {

/// Whether instances of a service take work from a queue, and listen for whether they may.
bool listens(const Scenario& scenario, const std::string& service) {
  return std::any_of(scenario.load.begin(), scenario.load.end(), [&](const auto& workload) {
    return workload.second.target == service && workload.second.queue && workload.second.queue->listener;
  });
}

}  // namespace

registry::Member RegistryPart::member_of(services::Instance& instance) const {
  registry::Member member;
  member.id = instance.id;
  member.app = instance.service.index;
  member.zone = instance.zone;
  member.out_of_service = instance.group() != nullptr && instance.group()->disabled;
  member.starting = instance.dark();
  member.identity = hash_text(fmt::format("{} {}", instance.name, instance.generation));
  member.scope = &instance.scope;
  member.refresh_balancers = [&mesh = parts_.mesh, &instance](const registry::RegistryView& view) {
    mesh.refresh_balancers(instance, view);
  };
  member.calls = [&service = services::service_of(instance)](registry::AppId app) {
    return std::any_of(service.callees.begin(), service.callees.end(),
                       [app](const services::Service* callee) { return callee->index == app; });
  };
  if (listens(parts_.scenario, instance.service.name)) {
    member.own_status_changed = [this, id = instance.id](bool up) {
      if (own_status_changed) own_status_changed(id, up);
    };
  }
  member.machine_is_on = [&machine = instance.machine] { return machine.is_on(); };
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
  registry::Member member = member_of(instance);
  if (!instance.launched_cold()) snapshot_.take(member, instance.service.name, parts_.geography.zone_name(instance.zone));
  registry_of(instance).join(std::move(member), instance.predecessor, !instance.launched_cold());
}

void RegistryPart::attached(services::Instance& instance) { registry_of(instance).turn_up(instance.id); }
void RegistryPart::draining(services::Instance& instance) { registry_of(instance).remove(instance.id); }
void RegistryPart::stopped(services::Instance& instance) { registry_of(instance).forget(instance.id); }

registry::Discovery::Sizes RegistryPart::sizes() {
  registry::Discovery::Sizes sum;
  for (const auto& registry : regions_) {
    const registry::Discovery::Sizes sizes = registry->sizes();
    sum.clients += sizes.clients;
    sum.entries += sizes.entries;
  }
  return sum;
}

void RegistryPart::take_out(const std::vector<Listed>& instances) {
  for (const Listed& listed : instances) regions_[listed.region]->take_out(std::span{&listed.id, 1});
}

void RegistryPart::put_back(const std::vector<Listed>& instances) {
  for (const Listed& listed : instances) regions_[listed.region]->put_back(std::span{&listed.id, 1});
}

namespace {

void check_overrides(const StepCheck& on) {
  on.require(registry::has_statuses(on.scenario.registry.kind), "action",
             "a status is overridden in Eureka: services that find each other otherwise (`registry.kind`) do not hear of it");
}

chaos::Effect take_out_of_service(Twin::Parts& parts, const FaultSpec& step) {
  auto taken = std::make_shared<std::vector<RegistryPart::Listed>>();
  return {.text = [] { return std::string{"OUT_OF_SERVICE in Eureka"}; },
          .begin =
              [&parts, present = instances_of(parts, step).present, taken] {
                taken->clear();
                for (const rpc::Instance* instance : present()) {
                  if (instance->alive()) taken->push_back({parts.geography.region_of(instance->zone), instance->id});
                }
                parts.get<RegistryPart>().take_out(*taken);
              },
          .end = [&parts, taken] { parts.get<RegistryPart>().put_back(*taken); }};
}

void check_group(const StepCheck& on) {
  std::vector<std::string> services;
  for (const auto& [name, service] : on.scenario.services) services.push_back(name);
  on.one_of("target", on.step.target, "service", services);
  on.require(on.scenario.registry.kind == registry::RegistryKind::eureka && on.scenario.eureka.group_rules, "action",
             "nobody asks for the state of a group here: `eureka.group_rules` says so");
}

chaos::Effect disable_group(Twin::Parts& parts, const FaultSpec& step) {
  std::vector<registry::EurekaCluster*> regions;
  for (std::size_t r = 0; r < parts.geography.regions(); ++r) {
    auto& kind = parts.get<RegistryPart>().of(static_cast<RegionIndex>(r)).kind();
    regions.push_back(&dynamic_cast<registry::EurekaCluster&>(kind));
  }
  const auto set = [regions, app = parts.mesh.service(step.target).index](bool enabled) {
    for (registry::EurekaCluster* eureka : regions) eureka->set_group(app, enabled);
  };
  return {.text = [] { return std::string{"its auto scaling group is disabled in Eureka"}; },
          .begin = [set] { set(false); },
          .end = [set] { set(true); }};
}

void check_dns(const StepCheck& on) {
  on.require(on.scenario.registry.kind == registry::RegistryKind::dns, "action",
             "services do not find each other by DNS here: `registry.kind` says by what");
}

registry::DnsNames& dns_of(Twin::Parts& parts, const std::string& region) {
  registry::DnsNames* const names = parts.get<RegistryPart>().dns_in(parts.geography.region(region));
  if (names == nullptr) throw std::invalid_argument("method: services do not find each other by DNS: see `registry.kind`");
  return *names;
}

chaos::Effect fail_dns(Twin::Parts& parts, const FaultSpec& step) {
  const registry::DnsTrouble trouble = step.answers.value_or(registry::DnsTrouble::missing);
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::region);
  std::vector<registry::DnsNames*> regions;
  for (const std::string& region : chosen) regions.push_back(&dns_of(parts, region));
  return {.text = [text = fmt::format("answers are {}{}", name_of(trouble), chosen_names(step, chosen))] { return text; },
          .begin =
              [regions, trouble] {
                for (registry::DnsNames* names : regions) names->begin(trouble);
              },
          .end =
              [regions, trouble] {
                for (registry::DnsNames* names : regions) names->end(trouble);
              }};
}

constexpr std::string_view eureka_servers = "eureka/";

bool is_server(std::string_view machine) { return machine.starts_with(eureka_servers); }

void check_clocks(const StepCheck& on) {
  check_things(on, TargetKind::machine);
  on.require(on.scenario.registry.kind == registry::RegistryKind::eureka && !on.scenario.services.empty(), "action",
             "nothing goes by the clock of a machine here: what does are the leases of services in Eureka, and this scenario has none");
  on.require(on.step.ahead || on.step.drift, "", "skew_clock needs `ahead` or `drift`");
  on.require(!on.step.ahead || *on.step.ahead != Duration{0}, "ahead", "expected more or less than zero: the clock would be right");
  for (const std::string& machine : things_at(on.scenario, on.delivery, TargetKind::machine, chaos::parse_target(on.step.target).place)) {
    on.require(is_server(machine), "target",
               fmt::format("nothing goes by the clock of {}: leases go by those of Eureka's servers, such as eureka/{}", machine,
                           zone_names(on.scenario).front()));
  }
}

chaos::Effect skew_clock(Twin::Parts& parts, const FaultSpec& step) {
  const std::vector<std::string> chosen = chosen_things(parts, step, TargetKind::machine);
  const registry::WallClock::Error error{.ahead = step.ahead.value_or(Duration{0}), .drift = step.drift.value_or(Fraction{0})};
  std::vector<std::pair<registry::WallClock*, registry::WallClock::Number>> clocks;
  for (std::size_t z = 0; z < parts.geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    const std::string name = fmt::format("{}{}", eureka_servers, parts.geography.zone_name(zone));
    if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) continue;
    auto& eureka = dynamic_cast<registry::EurekaCluster&>(parts.get<RegistryPart>().of(parts.geography.region_of(zone)).kind());
    registry::WallClock& clock = eureka.clock_in(zone);
    clocks.emplace_back(&clock, clock.add(error));
  }
  std::string text =
      fmt::format("its clock is {:g} s {}", std::abs(in_seconds(error.ahead)), error.ahead < Duration{0} ? "behind" : "ahead");
  if (error.drift.value() > 0) text += fmt::format(" and runs {:g} % fast", error.drift.value() * 100);
  return {.text = [text = text + chosen_names(step, chosen)] { return text; },
          .begin =
              [clocks] {
                for (const auto& [clock, number] : clocks) clock->begin(number, now());
              },
          .end =
              [clocks] {
                for (const auto& [clock, number] : clocks) clock->end(number);
              }};
}

std::vector<Action> registry_actions() {
  return {
      {.name = "fail_dns",
       .doc = "let DNS, where services find each other by it, give no answers, stale or wrong ones",
       .needs = {"target"},
       .reads = {"answers", "lasts"},
       .takes = {TargetKind::region},
       .check_target = [](const StepCheck& on) { check_things(on, TargetKind::region); },
       .bind = fail_dns,
       .check = check_dns},
      {.name = "disable_group",
       .doc = "tell Eureka that a service's auto scaling group takes no traffic, where instances stand under their groups' rule "
              "(`eureka.group_rules`): they are OUT_OF_SERVICE as they renew, of which no delta tells",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::service},
       .check_target = check_group,
       .bind = disable_group,
       .harms = false},
      {.name = "skew_clock",
       .doc = "set the clock of servers of Eureka wrong, or let it run fast: those of its leases that are old by it end, and one that is "
              "set back keeps the dead listed. When it is right again it has been set",
       .needs = {"target"},
       .reads = {"ahead", "drift", "lasts"},
       .takes = {TargetKind::machine},
       .check_target = check_clocks,
       .bind = skew_clock},
      {.name = "take_out_of_service",
       .doc = "override the status of instances in Eureka, as a red/black delivery takes the old ones out of traffic",
       .needs = {"target"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances},
       .check_target = check_instances,
       .bind = take_out_of_service,
       .check = check_overrides,
       .alone = true,
       .harms = false},
  };
}

}  // namespace

extern const PartKind registry_part;
const PartKind registry_part{.check = check_snapshot, .build = build_part<RegistryPart>, .actions = registry_actions};

}  // namespace streamtwin
