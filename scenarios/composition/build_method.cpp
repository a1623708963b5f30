// The steps of the method with their targets found.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "scenarios/composition/parts.hpp"
#include "scenarios/composition/scenario_method.hpp"
#include "scenarios/composition/scenario_places.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin {
namespace {

using chaos::Action;

[[noreturn]] void unknown_target(const std::string& what, const std::string& target, const std::vector<std::string>& known) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto near = language::nearest_name(target, candidates);
  throw std::invalid_argument(
      fmt::format("method: there is no {} called {}{}", what, target, near ? fmt::format("; did you mean {}?", *near) : ""));
}

/// Of a zone, or of a region: its zones' and its own.
std::vector<Host*> hosts_in(Platform& platform, const std::string& place, bool whole_region) {
  std::vector<Host*> hosts;
  for (Host& host : platform.hosts()) {
    const Zone& zone = host.zone();
    const bool inside = zone.name() == place || (whole_region && zone.parent() != nullptr && zone.parent()->name() == place);
    if (inside) hosts.push_back(&host);
  }
  return hosts;
}

void require_known(const std::string& what, const std::string& target, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), target) == known.end()) unknown_target(what, target, known);
}

// "play-api/eu-west-1a/0"
Host* machine_of_instance(services::Mesh& mesh, const std::string& target) {
  for (services::Service& service : mesh.services()) {
    for (services::Instance& instance : service.instances()) {
      if (instance.name == target) return &instance.machine;
    }
  }
  return nullptr;
}

}  // namespace

void Twin::Parts::build_method() {
  std::vector<chaos::Fault> method;
  for (const chaos::FaultSpec& spec : scenario.method) {
    chaos::Fault fault{spec, {}, nullptr, {}, {}};
    switch (spec.action) {
      case Action::kill_instance: {
        Host* machine = machine_of_instance(mesh, spec.target);
        if (machine == nullptr) machine = platform.find_host(spec.target);
        if (machine == nullptr) unknown_target("instance (service/zone/number) or machine", spec.target, {});
        fault.hosts.push_back(machine);
        break;
      }
      case Action::kill_zone:
        require_known("zone", spec.target, zone_names(scenario));
        fault.hosts = hosts_in(platform, spec.target, false);
        break;
      case Action::kill_region: {
        std::vector<std::string> regions;
        for (const places::RegionSpec& region : scenario.regions) regions.push_back(region.name);
        require_known("region", spec.target, regions);
        fault.hosts = hosts_in(platform, spec.target, true);
        break;
      }
      case Action::kill_appliance: {
        std::vector<std::string> names;
        for (const openconnect::Appliance& appliance : delivery->topology().appliances) {
          names.push_back(appliance.name);
          if (appliance.name == spec.target) fault.hosts.push_back(&delivery->machine(appliance.id));
        }
        if (fault.hosts.empty()) unknown_target("appliance", spec.target, names);
        break;
      }
      case Action::kill_site: {
        std::vector<std::string> names;
        for (const openconnect::Site& site : delivery->topology().sites) {
          names.push_back(site.name);
          if (site.name == spec.target) fault.hosts = delivery->machines_of(site.id);
        }
        if (fault.hosts.empty()) unknown_target("Open Connect site", spec.target, names);
        break;
      }
      case Action::add_latency:
      case Action::slow_processors:
      case Action::add_errors: fault.service = &mesh.service(spec.target); break;
      case Action::kill_instances:
        fault.kill = [this, &spec] { return cluster->kill(spec.target, spec.instances.value_or(misim::Autoscaler::instances_most)); };
        break;
      case Action::start_instances: fault.act = [this, &spec] { cluster->add(spec.target, *spec.instances); }; break;
      case Action::delay_calls:
        fault.act = [this, &spec] {
          cluster->delay_calls(spec.target, spec.operation, spec.callee,
                               misim::MisimDelaySpec{spec.latency.value_or(Duration{0}), spec.deviation.value_or(Duration{0})});
        };
        fault.undo = [this, &spec] { cluster->delay_calls(spec.target, spec.operation, spec.callee, std::nullopt); };
        break;
      case Action::set_load: break;  // part of the curves of arrivals
      case Action::release_title: {
        const auto rank = title_of(spec.target, scenario.open_connect->titles);
        if (!rank) {
          throw std::invalid_argument(fmt::format("method: release_title takes a title's rank from 0 to {}, not {}",
                                                  scenario.open_connect->titles - 1, spec.target));
        }
        const openconnect::ContentId title = *rank;
        delivery->hold_back(title);
        fault.act = [this, title] { delivery->release(title); };
        break;
      }
      case Action::proxy_region: {
        const RegionIndex from = geography.region(spec.target);
        const auto to = spec.to.empty() ? std::nullopt : std::optional{geography.region(spec.to)};
        fault.act = [this, from, to] { edge->evacuate(from, to); };
        fault.undo = [this, from] { edge->end_evacuation(from); };
        break;
      }
    }
    method.push_back(std::move(fault));
  }
  faults.emplace(std::move(method), begin_of_measurement(), recorder);
}

}  // namespace streamtwin
