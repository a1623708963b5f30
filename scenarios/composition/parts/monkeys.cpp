// The monkeys: whom they find on the platform, and what their blows are there.
#include "models/chaos/monkey/monkeys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "scenarios/composition/parts/army.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using chaos::Blow;
using chaos::ChaosType;
using chaos::Cluster;
using chaos::Jungle;

bool has_monkeys(const Scenario& scenario) { return scenario.chaos_monkey.has_value(); }

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
        clusters.insert({monkeys_account, parts.geography.region_name(parts.geography.region_of(instance.zone)), service.name});
      }
    }
    return std::vector<Cluster>(clusters.begin(), clusters.end());
  };
  jungle.agents = [&parts] { return army_agents(parts); };
  jungle.applies = [&parts](const Jungle::Instance& instance, ChaosType type) {
    return army_applies(parts.scenario, instance.cluster.name, type);
  };
  jungle.instances = [&parts](const Cluster& cluster) {
    if (is_agent_group(parts.scenario, cluster.name)) return agents_in(parts, cluster);
    std::vector<Jungle::Instance> found;
    for (const services::Instance& instance : parts.mesh.service(cluster.name).instances()) {
      const bool here = parts.geography.region_name(parts.geography.region_of(instance.zone)) == cluster.region;
      if (here && instance.alive()) found.push_back({cluster, instance.name});
    }
    return found;
  };
  jungle.harm = [&parts](const Jungle::Instance& instance, ChaosType type) { return harm_by_army(parts, instance, type); };
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

std::vector<std::string> opted_in(const Scenario& scenario) {
  const chaos::MonkeySpec& spec = *scenario.chaos_monkey;
  std::vector<std::string> names = spec.services.empty() ? service_names(scenario) : spec.services;
  std::erase_if(names, [&](const std::string& name) { return !scenario.services.contains(name); });  // an error that is said
  return names;
}

void check_army(const Scenario& scenario, Checker& checker) {
  const chaos::ArmySpec& army = scenario.chaos_monkey->army;
  std::vector<std::string> groups;
  for (const auto& [stack, spec] : scenario.titus) {
    for (const auto& [group, agents] : spec.agents) groups.push_back(fmt::format("{}/{}", stack, group));
  }
  std::vector<std::string> hunted = opted_in(scenario);
  for (std::size_t i = 0; i < army.agents.size(); ++i) {
    checker.one_of(fmt::format("chaos_monkey.army.agents[{}]", i), army.agents[i], "group of agents (stack/group)", groups);
    hunted.push_back(army.agents[i]);
  }
  for (std::size_t i = 0; i < army.types.size(); ++i) {
    const bool felt =
        std::any_of(hunted.begin(), hunted.end(), [&](const auto& cluster) { return army_applies(scenario, cluster, army.types[i]); });
    checker.require(felt, fmt::format("chaos_monkey.army.types[{}]", i),
                    fmt::format("nothing here feels {}: {}", name_of(army.types[i]), why_nobody_feels(army.types[i])));
  }
}

void check_monkeys(const Scenario& scenario, Checker& checker) {
  if (!scenario.chaos_monkey) return;
  const chaos::MonkeySpec& spec = *scenario.chaos_monkey;
  checker.require(!scenario.services.empty() && !scenario.misim, "chaos_monkey", "there are no services whose instances could be killed");
  check_army(scenario, checker);
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
