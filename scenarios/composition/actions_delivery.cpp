// What happens to Open Connect: appliances and sites are turned off, titles appear.
#include <fmt/format.h>

#include <stdexcept>

#include "scenarios/composition/actions.hpp"
#include "scenarios/composition/parts.hpp"

namespace streamtwin {
namespace {

bool has_delivery(const StepCheck& on) {
  if (!on.scenario.open_connect) on.error("action", "the scenario has no `open_connect` that this could happen to");
  return on.scenario.open_connect.has_value();
}

std::vector<std::string> appliance_names(const openconnect::Topology& topology) {
  std::vector<std::string> names;
  for (const openconnect::Appliance& appliance : topology.appliances) names.push_back(appliance.name);
  return names;
}

std::vector<std::string> site_names(const openconnect::Topology& topology) {
  std::vector<std::string> names;
  for (const openconnect::Site& site : topology.sites) names.push_back(site.name);
  return names;
}

void check_appliance(const StepCheck& on) {
  if (has_delivery(on) && on.delivery != nullptr) on.one_of("target", on.step.target, "appliance", appliance_names(*on.delivery));
}

void check_site(const StepCheck& on) {
  if (has_delivery(on) && on.delivery != nullptr) on.one_of("target", on.step.target, "site", site_names(*on.delivery));
}

/// Nothing if it is none of the catalogue.
std::optional<openconnect::ContentId> title_of(const std::string& target, int titles) {
  const std::optional<int> rank = whole_number(target);
  if (!rank || *rank < 0 || *rank >= titles) return std::nullopt;
  return static_cast<openconnect::ContentId>(*rank);
}

void check_title(const StepCheck& on) {
  if (!has_delivery(on)) return;
  const int titles = on.scenario.open_connect->titles;
  on.require(title_of(on.step.target, titles).has_value(), "target",
             fmt::format("found `{}`; expected a title's rank, 0 to {}", on.step.target, titles - 1));
}

chaos::Effect kill_appliance(Twin::Parts& parts, const FaultSpec& step) {
  for (const openconnect::Appliance& appliance : parts.delivery->topology().appliances) {
    if (appliance.name == step.target) return parts.hold_down.effect({&parts.delivery->machine(appliance.id)});
  }
  unknown_target("appliance", step.target, appliance_names(parts.delivery->topology()));
}

chaos::Effect kill_site(Twin::Parts& parts, const FaultSpec& step) {
  for (const openconnect::Site& site : parts.delivery->topology().sites) {
    if (site.name == step.target) return parts.hold_down.effect(parts.delivery->machines_of(site.id));
  }
  unknown_target("Open Connect site", step.target, site_names(parts.delivery->topology()));
}

chaos::Effect release_title(Twin::Parts& parts, const FaultSpec& step) {
  const int titles = parts.scenario.open_connect->titles;
  const auto title = title_of(step.target, titles);
  if (!title) {
    throw std::invalid_argument(fmt::format("method: release_title takes a title's rank from 0 to {}, not {}", titles - 1, step.target));
  }
  parts.delivery->hold_back(*title);
  return {.text = [] { return "a new title is filled into every site"; },
          .begin = [&parts, title = *title] { parts.delivery->release(title); }};
}

}  // namespace

std::vector<Action> delivery_actions() {
  return {
      {.name = "kill_appliance",
       .doc = "turn off one Open Connect appliance",
       .needs = {"target"},
       .reads = {"lasts"},
       .check_target = check_appliance,
       .bind = kill_appliance},
      {.name = "kill_site",
       .doc = "turn off every appliance of an Open Connect site",
       .needs = {"target"},
       .reads = {"lasts"},
       .check_target = check_site,
       .bind = kill_site},
      {.name = "release_title",
       .doc = "a new title is filled into every site",
       .needs = {"target"},
       .check_target = check_title,
       .bind = release_title},
  };
}

}  // namespace streamtwin
