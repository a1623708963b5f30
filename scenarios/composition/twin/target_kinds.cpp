#include "scenarios/composition/twin/target_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using openconnect::Topology;

struct Word {
  std::string_view one;  ///< with its article
  std::string_view all;  ///< the group of all of them; empty if there is none
};

Word words(TargetKind kind) {
  switch (kind) {
    case TargetKind::instances: return {"instances", ""};
    case TargetKind::call: return {"a call (a -> b)", ""};
    case TargetKind::machine: return {"another machine", ""};
    case TargetKind::agents: return {"agents (stack/group)", ""};
    case TargetKind::zone: return {"a zone", "zones"};
    case TargetKind::region: return {"a region", "regions"};
    case TargetKind::client_group: return {"a client group", "client groups"};
    case TargetKind::appliance: return {"an appliance", "appliances"};
    case TargetKind::site: return {"a site", "sites"};
    case TargetKind::link: return {"a link", "links"};
    case TargetKind::workload: return {"a workload", ""};
    case TargetKind::stack: return {"a stack of Titus", ""};
    case TargetKind::job: return {"a service of a stack (stack/service)", ""};
    case TargetKind::image: return {"an image of a stack (stack/image)", ""};
    case TargetKind::title: return {"a title", ""};
    case TargetKind::service: return {"a service", ""};
    case TargetKind::flag: return {"a feature flag", ""};
  }
  return {};
}

constexpr std::array things{TargetKind::machine,   TargetKind::zone, TargetKind::region, TargetKind::client_group,
                            TargetKind::appliance, TargetKind::site, TargetKind::link};

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class Things>
std::vector<std::string> names_in(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

std::vector<std::string> link_names(const Topology& topology) {
  std::vector<std::string> names;
  for (const openconnect::Site& site : topology.sites) {
    for (const openconnect::Appliance& appliance : topology.appliances_of(site.id)) names.push_back("port " + appliance.name);
    if (site.kind == openconnect::SiteKind::isp) names.push_back("delivery " + site.name);
  }
  for (const openconnect::Site& site : topology.sites) {
    if (site.kind == openconnect::SiteKind::isp) continue;
    for (const openconnect::ClientGroup& group : topology.groups) names.push_back(fmt::format("peering {} to {}", site.name, group.name));
  }
  for (const openconnect::ClientGroup& group : topology.groups) names.push_back("access " + group.name);
  return names;
}

std::vector<std::string> all_of(const Scenario& scenario, const Topology* delivery, TargetKind kind) {
  switch (kind) {
    case TargetKind::machine: return machine_names(scenario);
    case TargetKind::zone: return zone_names(scenario);
    case TargetKind::region: return region_names(scenario);
    default: break;
  }
  if (delivery == nullptr) return {};
  switch (kind) {
    case TargetKind::client_group: return names_in(delivery->groups);
    case TargetKind::appliance: return names_in(delivery->appliances);
    case TargetKind::site: return names_in(delivery->sites);
    case TargetKind::link: return link_names(*delivery);
    default: return {};
  }
}

/// Zones of a region, appliances of a site, machines of a name.
std::vector<std::string> group_at(const Scenario& scenario, const Topology* delivery, TargetKind kind, std::string_view place) {
  std::vector<std::string> found;
  if (kind == TargetKind::zone && lists(region_names(scenario), place)) {
    for (const std::string& zone : zone_names(scenario)) {
      if (zone.size() == place.size() + 1 && zone.starts_with(place)) found.push_back(zone);
    }
  }
  if (kind == TargetKind::machine) {
    for (const std::string& machine : machine_names(scenario)) {
      const std::size_t slash = machine.find('/');
      const bool in_region = machine.size() == place.size() + 1 && machine.starts_with(place) && place.find('/') == slash;
      if (machine.substr(0, slash) == place || in_region) found.push_back(machine);
    }
  }
  if (kind == TargetKind::appliance && delivery != nullptr) {
    for (const openconnect::Site& site : delivery->sites) {
      if (site.name == place) found = names_in(delivery->appliances_of(site.id));
    }
  }
  return found;
}

void add_titus(const Scenario& scenario, std::string_view place, std::vector<TargetKind>& kinds) {
  const std::string stack{place.substr(0, place.find('/'))};
  const auto found = scenario.titus.find(stack);
  if (place.find('/') == std::string_view::npos) {
    if (found != scenario.titus.end()) kinds.push_back(TargetKind::stack);
    return;
  }
  const std::string part{place.substr(stack.size() + 1)};
  if (stack == "federation" && scenario.federation && scenario.federation->services.contains(part)) kinds.push_back(TargetKind::job);
  if (found == scenario.titus.end()) return;
  if (found->second.agents.contains(part)) kinds.push_back(TargetKind::agents);
  if (found->second.services.contains(part)) kinds.push_back(TargetKind::job);
  if (found->second.images.contains(part)) kinds.push_back(TargetKind::image);
}

}  // namespace

std::string_view word_of(TargetKind kind) { return words(kind).one; }

std::string words_of(const std::vector<TargetKind>& kinds) {
  std::string text;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : i + 1 < kinds.size() ? ", " : " or ", word_of(kinds[i]));
  return text;
}

std::vector<std::string> things_at(const Scenario& scenario, const Topology* delivery, TargetKind kind, std::string_view place) {
  std::vector<std::string> all = all_of(scenario, delivery, kind);
  if (!place.empty() && place == words(kind).all) return all;
  if (lists(all, place)) return {std::string{place}};
  return group_at(scenario, delivery, kind, place);
}

std::vector<TargetKind> kinds_of(const Scenario& scenario, const Topology* delivery, std::string_view target) {
  std::vector<TargetKind> kinds;
  try {
    if (chaos::parse_call(target)) return {TargetKind::call};
    const std::string place{chaos::parse_target(target).place};
    if (means_instances(scenario, place)) kinds.push_back(TargetKind::instances);
    if (scenario.services.contains(place)) kinds.push_back(TargetKind::service);
    if (scenario.load.contains(place)) kinds.push_back(TargetKind::workload);
    if (scenario.flags.contains(place)) kinds.push_back(TargetKind::flag);
    if (whole_number(place)) kinds.push_back(TargetKind::title);
    for (const TargetKind kind : things) {
      if (!things_at(scenario, delivery, kind, place).empty()) kinds.push_back(kind);
    }
    add_titus(scenario, place, kinds);
  } catch (const std::invalid_argument&) {
    kinds.clear();
  }
  return kinds;
}

void check_things(const StepCheck& on, TargetKind kind) {
  try {
    const chaos::Target target = chaos::parse_target(on.step.target);
    const std::vector<std::string> found = things_at(on.scenario, on.delivery, kind, target.place);
    if (found.empty())
      return on.one_of("target", std::string{target.place}, word_of(kind).substr(word_of(kind).find(' ') + 1),
                       all_of(on.scenario, on.delivery, kind));
    const bool all = target.selection.kind == chaos::Selection::Kind::all;
    on.require(
        target.selection.kind != chaos::Selection::Kind::count || target.selection.count < found.size(), "target",
        fmt::format("{} of {} that there are: that is everybody; without a number all are meant", target.selection.count, found.size()));
    on.require(!all || target.place != words(kind).all || (kind != TargetKind::zone && kind != TargetKind::region), "target",
               fmt::format("that is all the cloud, and nobody would be left; choose some, such as `one of {}`", target.place));
  } catch (const std::invalid_argument& error) {
    on.error("target", error.what());
  }
}

std::vector<std::string> chosen_things(Twin::Parts& parts, const FaultSpec& step, TargetKind kind, const Topology* delivery) {
  const chaos::Target target = chaos::parse_target(step.target);
  const std::vector<std::string> found = things_at(parts.scenario, delivery, kind, target.place);
  if (found.empty())
    unknown_target(word_of(kind).substr(word_of(kind).find(' ') + 1), std::string{target.place}, all_of(parts.scenario, delivery, kind));
  Random draws = stream_of(parts, step);
  std::vector<std::string> chosen;
  for (const std::size_t position : target.selection.choose(found.size(), draws)) chosen.push_back(found[position]);
  return chosen;
}

std::string chosen_names(const FaultSpec& step, const std::vector<std::string>& chosen) {
  constexpr std::size_t few = 3;
  if (chaos::parse_target(step.target).selection.kind == chaos::Selection::Kind::all) return "";
  if (chosen.empty()) return ": nobody";
  if (chosen.size() > few) return fmt::format(": {} of them", chosen.size());
  std::string names;
  for (const std::string& name : chosen) names += (names.empty() ? ": " : ", ") + name;
  return names;
}

}  // namespace streamtwin
