// What must hold between the fields of a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/services/call_graph.hpp"
#include "scenarios/composition/kpis.hpp"
#include "scenarios/composition/scenario_misim.hpp"
#include "scenarios/composition/scenario_warnings.hpp"
#include "scenarios/language/scenario.hpp"

namespace streamtwin {
namespace {

using chaos::Action;

void check_services(const Scenario& scenario, Checker& checker) {
  if (const auto cycle = services::CallGraph(scenario.services).cycle()) {
    checker.error("services", fmt::format("services call each other in a circle: {}; a request would never end", *cycle));
  }
  for (const auto& [name, service] : scenario.services) {
    const std::string at = fmt::format("services.{}", name);
    if (service.role == services::Role::gateway) {
      checker.require(!service.calls.empty(), at, "a gateway needs a call: the API that it proxies to");
    }
    const Duration between_pauses = service.garbage_collection.interval;
    checker.require(between_pauses == Duration{0} || between_pauses >= 1ms, at + ".garbage_collection.interval",
                    "pauses more often than every millisecond would be all that happens; `0 s` is no pauses");
    if (service.role == services::Role::playback_apps || service.role == services::Role::steering) {
      checker.require(
          scenario.members.has_value(), at + ".role",
          "this role decides on the plays of members, and the scenario has no `members`; without them it would have to be `generic`");
    }
    if (!service.data) continue;
    const auto has_role = [&](const std::string& other, services::Role role) {
      const auto found = scenario.services.find(other);
      return other.empty() || found == scenario.services.end() || found->second.role == role;
    };
    checker.require(has_role(service.data->cache, services::Role::cache), at + ".data.cache",
                    fmt::format("{} is no cache; its role would have to be `cache`", service.data->cache));
    checker.require(has_role(service.data->store, services::Role::store), at + ".data.store",
                    fmt::format("{} is no store; its role would have to be `store`", service.data->store));
    checker.require(!service.data->store.empty(), at + ".data", "data need a store that owns them");
  }
}

void check_tolerance(const Tolerance& tolerance, const std::string& at, const std::vector<std::string>& kpis, Checker& checker) {
  checker.one_of(at + ".kpi", tolerance.kpi, "kpi", kpis);
  checker.require(tolerance.at_least || tolerance.at_most, at, "a tolerance needs `at_least`, `at_most` or both");
}

std::string_view family_of(Action action) {
  switch (action) {
    case Action::kill_region:
    case Action::proxy_region: return "region";
    case Action::add_latency:
    case Action::add_errors:
    case Action::kill_instances:
    case Action::start_instances:
    case Action::delay_calls: return "service";
    default: return "";
  }
}

// Somebody has to ask for something, and what the one needs of the other has to be there.
void check_load(const Scenario& scenario, Checker& checker) {
  checker.require(scenario.members || !scenario.load.empty(), "", "nothing would happen: a scenario has `members`, `load` or both");
  checker.require(!scenario.members || scenario.open_connect, "members",
                  "members watch from Open Connect, and the scenario has no `open_connect`; `open_connect: {}` takes its defaults");
  checker.require(scenario.members || !scenario.open_connect, "open_connect",
                  "appliances serve members, and the scenario has no `members`");
  bool through_edge = scenario.members.has_value();
  for (const auto& [name, service] : scenario.services) through_edge |= service.role == services::Role::gateway;
  for (const auto& [name, workload] : scenario.load) through_edge |= workload.entry == workload::Entry::edge;
  const auto gateway = scenario.services.find(scenario.edge.gateway);
  if (gateway == scenario.services.end()) {
    if (through_edge) checker.name("edge.gateway", scenario.edge.gateway, "service");
    return;
  }
  checker.require(gateway->second.role == services::Role::gateway, "edge.gateway",
                  fmt::format("{} is no gateway; its role would have to be `gateway`", scenario.edge.gateway));
  for (const auto& [name, workload] : scenario.load) {
    const auto& calls = gateway->second.calls;
    const std::string& target = workload.target;
    const bool routed = std::any_of(calls.begin(), calls.end(), [&](const services::CallSpec& call) { return call.service == target; });
    checker.require(
        workload.entry != workload::Entry::edge || routed, fmt::format("load.{}.target", name),
        fmt::format("the gateway {} routes to the services that it calls, and {} is none of them", scenario.edge.gateway, target));
  }
}

void check_fault(const Scenario& scenario, std::size_t i, Checker& checker) {
  const chaos::FaultSpec& fault = scenario.method[i];
  const std::string at = fmt::format("method[{}]", i);
  if (const std::string_view family = family_of(fault.action); !family.empty()) {
    checker.name(at + ".target", fault.target, family);
  } else if (fault.action == Action::set_load) {
    if (!fault.target.empty()) checker.name(at + ".target", fault.target, "workload");
  } else {
    checker.require(!fault.target.empty(), at, "this action needs a `target`");
  }
  const bool of_delivery =
      fault.action == Action::kill_appliance || fault.action == Action::kill_site || fault.action == Action::release_title;
  checker.require(!of_delivery || scenario.open_connect, at + ".action", "the scenario has no `open_connect` that this could happen to");
  const bool proxies = fault.action == Action::proxy_region;
  checker.require(!proxies || scenario.has_edge(), at + ".action", "the scenario has no gateways that could proxy");
  checker.require(!proxies || scenario.regions.size() > 1, at + ".action", "there is no other region to proxy to");
  checker.require(!proxies || fault.to != fault.target, at + ".to", "a region cannot be proxied to itself");
  checker.require(fault.action != Action::add_latency || fault.latency > Duration{0}, at, "add_latency needs a `latency` above zero");
  checker.require(fault.action != Action::add_errors || fault.errors.value() > 0, at, "add_errors needs `errors` above zero");
  checker.require(fault.at <= scenario.clock.lasts, at + ".at",
                  fmt::format("the run ends before this, {:g} s after the warm-up", in_seconds(scenario.clock.lasts)));
}

}  // namespace

void Scenario::check(Checker& checker) const {
  checker.require(!regions.empty(), "regions", "at least one region is needed");
  int zones = 0;
  for (const cloud::RegionSpec& region : regions) zones += region.zones;
  checker.require(zones <= 200, "regions", "at most 200 zones in all regions together");
  check_load(*this, checker);
  checker.require(edge.elb.health_check.timeout < edge.elb.health_check.interval, "edge.elb.health_check.timeout",
                  "a check must have timed out before the next one begins: shorter than the `interval`");
  checker.require(clock.window <= clock.lasts, "clock.window", "a window is longer than the run");
  check_services(*this, checker);
  check_misim(*this, checker);
  const std::vector<std::string> kpis = kpi_names(*this);
  for (std::size_t i = 0; i < steady_state_hypothesis.tolerances.size(); ++i) {
    check_tolerance(steady_state_hypothesis.tolerances[i], fmt::format("steady_state_hypothesis.tolerances[{}]", i), kpis, checker);
  }
  for (std::size_t i = 0; i < slos.size(); ++i) check_tolerance(slos[i], fmt::format("slos[{}]", i), kpis, checker);
  for (std::size_t i = 0; i < method.size(); ++i) check_fault(*this, i, checker);
  warn_of_classic_mistakes(*this, checker);
}

}  // namespace streamtwin
