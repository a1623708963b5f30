#include "scenarios/scenario/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "models/places/zone_name.hpp"

namespace streamtwin {
namespace {

/// The names that are taken on the platform, with whose they are.
class TakenNames {
 public:
  /// A zone takes three names: its own, and those of its inside and of the way in.
  std::optional<std::string> take_zone(const std::string& name, const std::string& whose) {
    for (const std::string& taken : {name, name + " core", name + " gateway"}) {
      const auto [owner, is_free] = owners_.emplace(taken, whose);
      if (!is_free) return fmt::format("`{}` would be the name of {} and of {}; rename one of them", taken, owner->second, whose);
    }
    return std::nullopt;
  }
  void take(const std::string& name, const std::string& whose) { owners_.emplace(name, whose); }

 private:
  std::map<std::string, std::string> owners_;
};

void check_regions(const Scenario& scenario, TakenNames& taken, Checker& checker) {
  std::set<std::string> seen;
  for (std::size_t r = 0; r < scenario.regions.size(); ++r) {
    const places::RegionSpec& region = scenario.regions[r];
    const std::string at = fmt::format("regions[{}].name", r);
    if (region.name.empty() || !seen.insert(region.name).second) continue;  // errors of their own
    checker.require(region.name.find('/') == std::string::npos, at,
                    "a region's name has no `/`: instances are called service/zone/number, and a zone as its region");
    auto taken_twice = taken.take_zone(region.name, fmt::format("the region {}", region.name));
    for (int z = 0; z < region.zones && !taken_twice; ++z) {
      taken_twice = taken.take_zone(places::name_of_zone(region.name, z), fmt::format("a zone of the region {}", region.name));
    }
    if (taken_twice) checker.error(at, *taken_twice);
  }
}

}  // namespace

std::vector<std::string> region_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const places::RegionSpec& region : scenario.regions) names.push_back(region.name);
  return names;
}

std::vector<std::string> zone_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const places::RegionSpec& region : scenario.regions) {
    for (int z = 0; z < region.zones; ++z) names.push_back(places::name_of_zone(region.name, z));
  }
  return names;
}

bool is_service(const Scenario& scenario, const std::string& name) {
  return scenario.services.contains(name) || (scenario.misim && scenario.misim->services.contains(name));
}

std::optional<int> instances_in(const Scenario& scenario, const std::string& service, const std::string& place) {
  if (!is_service(scenario, service)) return std::nullopt;
  const auto found = scenario.services.find(service);
  int all = 0;
  for (const places::RegionSpec& region : scenario.regions) {
    for (int z = 0; z < region.zones; ++z) {
      const std::string zone = places::name_of_zone(region.name, z);
      if (!place.empty() && place != region.name && place != zone) continue;
      all += found != scenario.services.end() ? found->second.instances_in(region.name, zone)
                                              : scenario.misim->services.at(service).instances_per_zone;
    }
  }
  return all;
}

std::optional<InstanceName> parts_of_instance(std::string_view name) {
  const std::size_t last = name.rfind('/');
  const std::size_t before = last == std::string_view::npos || last == 0 ? std::string_view::npos : name.rfind('/', last - 1);
  if (before == std::string_view::npos) return std::nullopt;
  return InstanceName{name.substr(0, before), name.substr(before + 1, last - before - 1), name.substr(last + 1)};
}

bool is_behind_balancers(const Scenario& scenario, const std::string& name) {
  const bool has_door = std::any_of(scenario.load.begin(), scenario.load.end(), [&](const auto& workload) {
    return workload.second.target == name && workload.second.entry == workload::Entry::service && !workload.second.queue;
  });
  return has_door || scenario.services.at(name).gateway.has_value();
}

std::string why_not_delivered(const Scenario& scenario, const std::string& name) {
  const services::ServiceSpec& service = scenario.services.at(name);
  if (service.cache || service.store) return "its instances hold data, which a delivery would throw away";
  return {};
}

namespace {

int most_in_a_zone(const services::ServiceSpec& service, const places::RegionSpec& region) {
  int most = 0;
  for (int z = 0; z < region.zones; ++z) most = std::max(most, service.instances_in(region.name, places::name_of_zone(region.name, z)));
  return most;
}

int largest_size(const auto_scaling::ScalingSpec& scaling) {
  int largest = scaling.max;
  for (const auto_scaling::ScheduledActionSpec& action : scaling.scheduled) largest = std::max(largest, action.max.value_or(0));
  return largest;
}

/// With those that wait in its warm pool.
int largest_group(const auto_scaling::ScalingSpec& scaling) {
  const int largest = largest_size(scaling);
  if (!scaling.warm_pool) return largest;
  return std::max(largest, scaling.warm_pool->max_prepared.value_or(0)) + scaling.warm_pool->min_size;
}

/// Room in a zone for the next group of each service, and for its canary.
int machines_for_deliveries(const Scenario& scenario, const places::RegionSpec& region) {
  if (!scenario.deliveries) return 0;
  int canary = 0;
  for (const auto& [name, pipeline] : scenario.deliveries->pipelines) {
    if (pipeline.canary) canary = std::max(canary, 2 * pipeline.canary->instances);
  }
  int machines = 0;
  for (const auto& [name, service] : scenario.services) {
    if (service.runs_on != services::RunsOn::ec2 || !why_not_delivered(scenario, name).empty()) continue;
    const int largest =
        service.scaling ? (largest_group(*service.scaling) + region.zones - 1) / region.zones : most_in_a_zone(service, region);
    machines += 2 * largest + (canary + region.zones - 1) / region.zones;
  }
  return machines;
}

/// Room in a zone for the clusters of experiments.
int machines_for_experiments(const Scenario& scenario, const places::RegionSpec& region) {
  if (!scenario.chap) return 0;
  int machines = 0;
  for (const auto& [name, experiment] : scenario.chap->experiments) {
    const std::string& where = experiment.region.empty() ? scenario.regions.front().name : experiment.region;
    if (where == region.name) machines += 2 * ((experiment.instances + region.zones - 1) / region.zones);
  }
  return machines;
}

void add_machines_of(const pipeline::KeystoneSpec& keystone, const std::string& zone, std::vector<std::string>& names) {
  for (const pipeline::MachineGroup& group : pipeline::machine_groups(keystone)) {
    for (int number = 0; number < group.count; ++number) names.push_back(fmt::format("{}-{}/{}", group.name, number, zone));
  }
}

}  // namespace

int spare_machines(const Scenario& scenario, const places::RegionSpec& region) {
  if (scenario.fleet.scaling_machines) return scenario.fleet.spare_machines + *scenario.fleet.scaling_machines;
  int machines = scenario.fleet.spare_machines + machines_for_deliveries(scenario, region) + machines_for_experiments(scenario, region);
  for (const auto& [name, service] : scenario.services) {
    if (!service.scaling || service.runs_on != services::RunsOn::ec2) continue;
    const int largest = largest_group(*service.scaling);
    const int share = (3 * largest + 2 * region.zones - 1) / (2 * region.zones);
    machines += std::max(0, share - service.instances_in(region) / region.zones);
  }
  return machines;
}

std::vector<std::string> machine_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const places::RegionSpec& region : scenario.regions) names.push_back("gateway/" + region.name);
  for (const places::RegionSpec& region : scenario.regions) {
    for (int z = 0; z < region.zones; ++z) {
      const std::string zone = places::name_of_zone(region.name, z);
      names.push_back("eureka/" + zone);
      if (scenario.registry.kind == registry::RegistryKind::eureka2) names.push_back("eureka-read/" + zone);
      if (scenario.has_edge()) names.push_back("elb/" + zone);
      if (scenario.keystone) add_machines_of(*scenario.keystone, zone, names);
      for (int spare = 0; spare < spare_machines(scenario, region); ++spare) names.push_back(fmt::format("spare-{}/{}", spare, zone));
    }
  }
  if (scenario.members) names.emplace_back("origin/s3");
  return names;
}

std::optional<openconnect::Topology> check_country(const Scenario& scenario, Checker& checker) {
  if (!scenario.members || !scenario.open_connect) return std::nullopt;
  const openconnect::TopologySpec& topology = scenario.open_connect->topology;
  std::vector<std::string> countries;
  try {
    countries = openconnect::listed_countries(topology.sites);
  } catch (const std::invalid_argument& error) {
    checker.error("open_connect.topology.sites", error.what());
    return std::nullopt;
  }
  const std::string& country = scenario.members->country;
  checker.one_of("members.country", country, "country where appliances are listed", countries);
  if (!std::binary_search(countries.begin(), countries.end(), country)) return std::nullopt;
  return openconnect::build_topology(country, topology);
}

namespace {

void check_instances(const Scenario& scenario, Checker& checker) {
  const std::vector<std::string> regions = region_names(scenario);
  std::vector<std::string> places = regions;
  for (std::string& zone : zone_names(scenario)) places.push_back(std::move(zone));
  for (const auto& [name, service] : scenario.services) {
    for (const auto& [place, instances] : service.instances) {
      const std::string at = fmt::format("services.{}.instances.{}", name, place);
      checker.one_of(at, place, "region or zone", places);
      const bool whole_region = std::find(regions.begin(), regions.end(), place) != regions.end();
      checker.require(
          whole_region || (!service.scaling && service.runs_on == services::RunsOn::ec2), at,
          "an auto scaling group and a service job see to it themselves where in a region their instances are: name the region");
    }
  }
}

}  // namespace

void check_places(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker) {
  TakenNames taken;
  taken.take_zone("world", "the network around all regions");
  if (delivery != nullptr) {
    taken.take_zone("origin", "Open Connect's origin");
    for (const openconnect::Site& site : delivery->sites) taken.take_zone(site.name, fmt::format("the Open Connect site {}", site.name));
    for (const openconnect::Appliance& appliance : delivery->appliances)
      taken.take(appliance.name, fmt::format("the appliance {}", appliance.name));
  }
  check_regions(scenario, taken, checker);
  check_instances(scenario, checker);
  const bool some_spare = std::any_of(scenario.regions.begin(), scenario.regions.end(),
                                      [&](const places::RegionSpec& region) { return spare_machines(scenario, region) > 0; });
  checker.require(!is_service(scenario, "spare") || !some_spare, scenario.misim ? "misim.services.spare" : "services.spare",
                  "`spare-0` would be the name of a machine of this service and of a spare machine; rename the service, or have no spare "
                  "machines: `fleet: {spare_machines: 0}`");
}

}  // namespace streamtwin
