// The monkeys: whom they find on the platform, and what their blows are there.
#include "models/chaos/monkey/monkeys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/parts/titus.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using chaos::Blow;
using chaos::ChaosType;
using chaos::Cluster;
using chaos::Jungle;

constexpr const char* account = "prod";

bool has_monkeys(const Scenario& scenario) { return scenario.chaos_monkey.has_value(); }

/// What a step of the method would do now.
Blow struck(Twin::Parts& parts, FaultSpec step) {
  const Duration lasts = step.lasts.value_or(Duration{0});
  return {std::string{step.action.name}, step.target, action_of(step).bind(parts, step), lasts};
}

rpc::Instance& find_instance(Twin::Parts& parts, const Jungle::Instance& wanted) {
  for (services::Instance& instance : parts.mesh.service(wanted.cluster.name).instances()) {
    if (instance.alive() && instance.name == wanted.name) return instance;
  }
  throw std::logic_error("an instance that was there at this instant is not: " + wanted.name);
}

// EC2's TerminateInstances asks nobody: the machine is gone. The task of a container is killed as Titus kills one.
Blow terminated(Twin::Parts& parts, const Jungle::Instance& wanted) {
  rpc::Instance& instance = find_instance(parts, wanted);
  const chaos::MonkeySpec& spec = *parts.scenario.chaos_monkey;
  if (parts.mesh.service(wanted.cluster.name).spec.runs_on == services::RunsOn::ec2) {
    return {"chaos_monkey", wanted.name, parts.get<CloudPart>().hold_down.effect({&instance.machine}), spec.machine_back};
  }
  auto& titus = parts.get<TitusPart>();
  chaos::Effect effect{.text = [] { return std::string{"its container is killed"}; },
                       .begin = [&titus, &instance] { titus.kill_container_of(instance); },
                       .end = nullptr};
  return {"chaos_monkey", wanted.name, std::move(effect)};
}

/// Scripts of SimianArmy src/main/resources/scripts, as far as something of the model feels them.
std::optional<FaultSpec> script_of(Twin::Parts& parts, const Jungle::Instance& instance, ChaosType type) {
  FaultSpec step;
  step.target = instance.name;
  step.lasts = parts.scenario.chaos_monkey->effect_lasts;
  switch (type) {
    case ChaosType::burn_cpu:
      step.action = "burn_cpu";
      step.loops = 32;
      return step;
    case ChaosType::network_latency:
      step.action = "add_latency";
      step.latency = 1s;
      step.deviation = 500ms;
      return step;
    case ChaosType::network_loss:
    case ChaosType::network_corruption: {
      // What TCP waits on average before it sends a packet again, for the request's and the answer's: 200 ms, doubled each time.
      const double lost = type == ChaosType::network_loss ? 0.07 : 0.05;
      step.action = "add_latency";
      step.latency = 2 * 200ms * (lost / (1 - 2 * lost));
      return step;
    }
    case ChaosType::fail_dns:
      step.action = "add_errors";
      step.errors = Fraction{1};
      return step;
    case ChaosType::kill_processes: step.action = "crash_instance"; return step;
    default: return std::nullopt;
  }
}

/// Who cannot be reached any more is, to everybody else, as good as gone.
bool is_cut_off(ChaosType type) {
  return type == ChaosType::shutdown_instance || type == ChaosType::block_all_network_traffic || type == ChaosType::null_route;
}

bool applies(ChaosType type) {
  constexpr std::array felt{ChaosType::burn_cpu,           ChaosType::network_latency, ChaosType::network_loss,
                            ChaosType::network_corruption, ChaosType::fail_dns,        ChaosType::kill_processes};
  return is_cut_off(type) || std::find(felt.begin(), felt.end(), type) != felt.end();
}

/// Both at once.
chaos::Effect together(chaos::Effect a, chaos::Effect b) {
  return {.text = [a = a.text, b = b.text] { return a() + ", " + b(); },
          .begin =
              [a = a.begin, b = b.begin] {
                a();
                b();
              },
          .end =
              [a = a.end, b = b.end] {
                a();
                b();
              }};
}

Blow slowed(Twin::Parts& parts, const Jungle::Instance& instance, const chaos::LatencyMonkeySpec& spec) {
  FaultSpec step;
  step.action = "add_latency";
  step.target = instance.name;
  step.latency = spec.latency;
  step.deviation = spec.deviation;
  step.lasts = spec.lasts;
  Blow blow = struck(parts, step);
  if (spec.errors.value() <= 0) return blow;
  step.action = "add_errors";
  step.errors = spec.errors;
  blow.effect = together(std::move(blow.effect), struck(parts, step).effect);
  return blow;
}

Jungle jungle_of(Twin::Parts& parts) {
  Jungle jungle{.zones = zone_names(parts.scenario), .regions = region_names(parts.scenario)};
  jungle.clusters = [&parts] {
    std::set<Cluster> clusters;
    for (services::Service& service : parts.mesh.services()) {
      if (service.original != nullptr) continue;  // an experiment's: like canaries those are spared
      for (const services::Instance& instance : service.instances()) {
        clusters.insert({account, parts.geography.region_name(parts.geography.region_of(instance.zone)), service.name});
      }
    }
    return std::vector<Cluster>(clusters.begin(), clusters.end());
  };
  jungle.instances = [&parts](const Cluster& cluster) {
    std::vector<Jungle::Instance> found;
    for (const services::Instance& instance : parts.mesh.service(cluster.name).instances()) {
      const bool here = parts.geography.region_name(parts.geography.region_of(instance.zone)) == cluster.region;
      if (here && instance.alive()) found.push_back({cluster, instance.name});
    }
    return found;
  };
  jungle.harm = [&parts](const Jungle::Instance& instance, ChaosType type) {
    if (is_cut_off(type)) return terminated(parts, instance);
    return struck(parts, script_of(parts, instance, type).value());
  };
  jungle.slow = [&parts](const Jungle::Instance& instance, const chaos::LatencyMonkeySpec& spec) { return slowed(parts, instance, spec); };
  const auto place = [&parts](const char* action) {
    return [&parts, action](const std::string& where, Duration lasts) {
      FaultSpec step;
      step.action = action;
      step.target = where;
      step.lasts = lasts;
      return struck(parts, step);
    };
  };
  jungle.take_zone = place("kill_zone");
  const bool can_evacuate = parts.scenario.has_edge() && parts.scenario.regions.size() > 1;
  jungle.take_region = place(can_evacuate ? "proxy_region" : "kill_region");
  return jungle;
}

/// Its date, or else any with the clock's day of the week.
chaos::MonkeyClock clock_of(const Scenario& scenario) {
  const chaos::MonkeySpec& spec = *scenario.chaos_monkey;
  constexpr chaos::Day a_monday{std::chrono::year{2018} / 1 / 1};
  const auto date = chaos::MonkeySpec::day_of(spec.date);
  const chaos::LocalTime midnight{date.value_or(a_monday + std::chrono::days{static_cast<int>(scenario.clock.weekday)})};
  return {chaos::after(midnight, scenario.clock.starts + spec.zone_ahead), date.has_value()};
}

std::vector<std::string> service_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& [name, service] : scenario.services) names.push_back(name);
  return names;
}

class MonkeysPart final : public TwinPart {
 public:
  explicit MonkeysPart(Twin::Parts& parts) {
    parts.measures.monkeys = chaos::MonkeyMeasures(parts.recorder, service_names(parts.scenario));
    monkeys_.emplace(*parts.scenario.chaos_monkey, clock_of(parts.scenario), jungle_of(parts), parts.recorder, parts.measures.monkeys);
  }
  void start() override { monkeys_->start(); }

 private:
  std::optional<chaos::Monkeys> monkeys_;
};

void check_monkeys(const Scenario& scenario, Checker& checker) {
  if (!scenario.chaos_monkey) return;
  const chaos::MonkeySpec& spec = *scenario.chaos_monkey;
  checker.require(!scenario.services.empty() && !scenario.misim, "chaos_monkey", "there are no services whose instances could be killed");
  for (std::size_t i = 0; i < spec.army.types.size(); ++i) {
    checker.require(applies(spec.army.types[i]), fmt::format("chaos_monkey.army.types[{}]", i),
                    fmt::format("nothing here feels {}: services have neither disks nor those interfaces", name_of(spec.army.types[i])));
  }
  checker.require(!spec.army.types.empty() || spec.version != chaos::MonkeyVersion::simian_army, "chaos_monkey.army.types",
                  "expected a way in which an instance may be lost");
  const auto date = chaos::MonkeySpec::day_of(spec.date);
  const int weekday = date ? static_cast<int>(std::chrono::weekday{*date}.iso_encoding()) - 1 : 0;
  checker.require(!date || weekday == static_cast<int>(scenario.clock.weekday), "chaos_monkey.date",
                  "that is another day of the week than the clock's `weekday`");
  checker.require(!spec.kong || scenario.regions.size() > 1, "chaos_monkey.kong", "there is no other region that could do without it");
}

}  // namespace

extern const PartKind monkeys_part;
const PartKind monkeys_part{.check = check_monkeys, .present = has_monkeys, .build = build_part<MonkeysPart>};

}  // namespace streamtwin
