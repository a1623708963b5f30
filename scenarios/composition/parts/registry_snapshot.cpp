#include "scenarios/composition/parts/registry_snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>

#include "models/files/text_file.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

using eureka::InstanceStatus;
using eureka::ListedInstance;

std::vector<ListedInstance> read_snapshot(const InputFile& file) {
  return eureka::apps_of_json(file.text, files::text_of(file.path, "the JSON of /eureka/apps"));
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return text;
}

/// The service that an application is; empty if none is.
std::string service_listed_as(const Scenario& scenario, const std::string& app) {
  for (const auto& [name, service] : scenario.services) {
    if (in_capitals(name) == in_capitals(app)) return name;
  }
  return {};
}

}  // namespace

FleetSnapshot::FleetSnapshot(const Scenario& scenario) {
  if (scenario.eureka.snapshot.path.empty()) return;
  for (ListedInstance& instance : read_snapshot(scenario.eureka.snapshot)) {
    taken_ = std::max(taken_, instance.renewed);
    listed_[{service_listed_as(scenario, instance.app), instance.zone}].push_back(std::move(instance));
  }
}

void FleetSnapshot::take(registry::Member& member, const std::string& service, const std::string& zone) {
  const auto found = listed_.find({service, zone});
  if (found == listed_.end() || found->second.empty()) return;
  const ListedInstance& instance = found->second.front();
  member.taken_out = instance.overridden == InstanceStatus::out_of_service;
  member.out_of_service = !member.taken_out && instance.status == InstanceStatus::out_of_service;
  member.starting = instance.status == InstanceStatus::starting || instance.status == InstanceStatus::unknown;
  member.down = instance.status == InstanceStatus::down;
  member.renewed_ago = taken_ - instance.renewed;
  found->second.pop_front();
}

std::vector<FleetSnapshot::Gone> FleetSnapshot::left(const std::string& service, const std::string& zone) {
  std::vector<Gone> left;
  const auto found = listed_.find({service, zone});
  if (found == listed_.end()) return left;
  for (const ListedInstance& instance : found->second) {
    const auto id = static_cast<InstanceId>(std::numeric_limits<InstanceId>::max() - 1 - gone_.size());  // which nobody has
    gone_[id] = instance.id;
    left.push_back({id, instance.id, taken_ - instance.renewed});
  }
  found->second.clear();
  return left;
}

std::string FleetSnapshot::name_of(InstanceId id) const {
  const auto found = gone_.find(id);
  return found != gone_.end() ? found->second : std::string{};
}

void check_snapshot(const Scenario& scenario, Checker& checker) {
  if (scenario.eureka.snapshot.path.empty()) return;
  const char* const at = "eureka.snapshot";
  checker.require(scenario.registry.kind == registry::RegistryKind::eureka, at,
                  "nothing begins in a snapshot of Eureka where services find each other otherwise (`registry.kind`)");
  try {
    const std::vector<std::string> zones = zone_names(scenario);
    std::set<std::string> unknown_apps, unknown_zones;
    std::size_t known = 0;
    for (const ListedInstance& instance : read_snapshot(scenario.eureka.snapshot)) {
      const bool app = !service_listed_as(scenario, instance.app).empty();
      const bool zone = std::find(zones.begin(), zones.end(), instance.zone) != zones.end();
      if (!app) unknown_apps.insert(instance.app);
      if (app && !zone) unknown_zones.insert(instance.zone.empty() ? "(none)" : instance.zone);
      known += app && zone ? 1 : 0;
    }
    if (!unknown_apps.empty()) {
      checker.warning(at, fmt::format("lists {}, which the scenario has no service of: left out", fmt::join(unknown_apps, ", ")));
    }
    if (!unknown_zones.empty()) {
      checker.warning(at, fmt::format("lists instances in {}, which is no zone of the scenario: left out", fmt::join(unknown_zones, ", ")));
    }
    if (known == 0) checker.warning(at, "lists no instance of any service and zone of the scenario");
  } catch (const std::invalid_argument& error) {
    checker.error(at, error.what());
  }
}

std::string registry_json(Twin::Parts& parts, registry::EurekaCluster& eureka) {
  constexpr Duration since_1970{1'500'000'000};  // of the run's beginning: any that clients take for a time
  std::vector<ListedInstance> all;
  for (const registry::EurekaCluster::Lease& lease : eureka.listed()) {
    ListedInstance& instance = all.emplace_back();
    instance.app = in_capitals(parts.mesh.services()[lease.info.app].name);
    instance.id = parts.mesh.lives.name_of(lease.info.id);
    if (instance.id.empty()) instance.id = fmt::format("gone-{}", lease.info.id);
    instance.zone = parts.geography.zone_name(lease.info.zone);
    instance.status = lease.info.status;
    instance.overridden = lease.info.overridden;
    instance.lease_duration = parts.scenario.eureka.client.lease_duration;
    instance.renewal_interval = parts.scenario.eureka.client.renewal_interval;
    instance.registered = lease.info.last_dirty + since_1970;
    instance.renewed = lease.renewed + since_1970;
  }
  return eureka::json_of_apps(all);
}

}  // namespace streamtwin
