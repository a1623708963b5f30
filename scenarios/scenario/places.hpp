// Where a scenario takes place: what its zones, sites and machines are called, which a step of the method may name, and
// that no two of them are called the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/openconnect/topology.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {

std::vector<std::string> region_names(const Scenario& scenario);
/// Zones of the cloud, in the order of their regions.
std::vector<std::string> zone_names(const Scenario& scenario);

bool is_service(const Scenario& scenario, const std::string& name);
/// How many instances of a service are in a region or zone at the beginning, or in all; nothing if there is no such service.
std::optional<int> instances_in(const Scenario& scenario, const std::string& service, const std::string& place = {});

/// "play-api/eu-west-1a/3" in its parts, of which the first may hold a `/`.
struct InstanceName {
  std::string_view service, zone, number;
};
/// Nothing if it is no instance's name.
std::optional<InstanceName> parts_of_instance(std::string_view name);

/// Whether requests from outside come to a service by load balancers of its own: at the edge, or where a workload enters.
bool is_behind_balancers(const Scenario& scenario, const std::string& service);

/// Why builds of a service are not delivered; empty if they can be: its instances hold no data, and none waits that has been prepared.
std::string why_not_delivered(const Scenario& scenario, const std::string& service);

/// Machines in a zone of a region that have no instance when the run begins: the spare ones, those that EC2 has for services that
/// are delivered, a next group and a canary more for each, and for services that scale, half as many again as a zone's share of their
/// largest number, so that a zone can be lost.
int spare_machines(const Scenario& scenario, const places::RegionSpec& region);

/// Machines that are no instance's, nor appliances.
std::vector<std::string> machine_names(const Scenario& scenario);

/// Where Open Connect stands; nothing without members or with a country that is not listed, which is an error.
std::optional<openconnect::Topology> check_country(const Scenario& scenario, Checker& checker);

void check_places(const Scenario& scenario, const openconnect::Topology* delivery, Checker& checker);

}  // namespace streamtwin
