#include "scenarios/composition/parts/reservations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/places/zone_name.hpp"
#include "scenarios/scenario/places.hpp"

namespace streamtwin {
namespace {

std::vector<ZoneIndex> zones_of(const places::Geography& geography, const ec2::ReservationSpec& spec) {
  if (!spec.region.empty()) return geography.zones_in(geography.region(spec.region));
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    if (geography.zone_name(static_cast<ZoneIndex>(z)) == spec.zone) return {static_cast<ZoneIndex>(z)};
  }
  return {};
}

const places::RegionSpec* region_of_zone(const Scenario& scenario, const std::string& zone) {
  for (const places::RegionSpec& region : scenario.regions) {
    for (int z = 0; z < region.zones; ++z) {
      if (places::name_of_zone(region.name, z) == zone) return &region;
    }
  }
  return nullptr;
}

}  // namespace

std::string region_of(const Scenario& scenario, const ec2::ReservationSpec& reservation) {
  if (reservation.zone.empty()) return reservation.region;
  const places::RegionSpec* const region = region_of_zone(scenario, reservation.zone);
  return region == nullptr ? "" : region->name;
}

ReservationsPart::ReservationsPart(Twin::Parts& parts) : ledger(parts.geography, parts.measures.account) {
  if (parts.scenario.reservations.empty()) return;
  parts.measures.account = ec2::AccountMeasures(parts.recorder);
  for (const auto& [name, spec] : parts.scenario.reservations) {
    const ec2::Purchase purchase{ec2::instance_type(spec.type), zones_of(parts.geography, spec), !spec.zone.empty(),
                                 static_cast<double>(spec.instances)};
    ec2::ReservationMeasures& measures = parts.measures.reservations[name] = {parts.recorder, name};
    bought_.push_back({ledger.reserve(purchase, spec.price, measures), purchase, spec, measures});
  }
}

void ReservationsPart::add_results(RunResult&) { ledger.count_up_to_now(); }

namespace {

/// Machines that EC2 has for services in a zone.
int machines_of(const Scenario& scenario, const places::RegionSpec& region, const std::string& zone) {
  int machines = spare_machines(scenario, region);
  for (const auto& [name, service] : scenario.services) {
    if (service.runs_on == services::RunsOn::ec2) machines += service.instances_in(region.name, zone);
  }
  return machines;
}

// Machines that are held are held of those that there are.
void check_reservations(const Scenario& scenario, Checker& checker) {
  std::map<std::string, int> held;
  for (const auto& [name, reservation] : scenario.reservations) {
    const std::string at = "reservations." + name;
    checker.one_of(at + ".type", reservation.type, "instance type", ec2::instance_type_names());
    if (reservation.zone.empty()) continue;
    checker.one_of(at + ".zone", reservation.zone, "zone", zone_names(scenario));
    const places::RegionSpec* const region = region_of_zone(scenario, reservation.zone);
    if (region == nullptr) continue;
    const int machines = machines_of(scenario, *region, reservation.zone);
    held[reservation.zone] += reservation.instances;
    checker.require(held[reservation.zone] <= machines, at + ".instances",
                    fmt::format("{} has {} machines for services, those included that `fleet` says: {} cannot be reserved there",
                                reservation.zone, machines, held[reservation.zone]));
  }
}

}  // namespace

extern const PartKind reservations_part;
const PartKind reservations_part{.check = check_reservations, .build = build_part<ReservationsPart>};

}  // namespace streamtwin
