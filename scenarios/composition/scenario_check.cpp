// What must hold between the fields of a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/services/call_graph.hpp"
#include "scenarios/composition/kpis.hpp"
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

void check_tolerance(const Tolerance& tolerance, const std::string& at, Checker& checker) {
  checker.name(at + ".kpi", tolerance.kpi, "kpi");
  checker.require(tolerance.at_least || tolerance.at_most, at, "a tolerance needs `at_least`, `at_most` or both");
}

std::string_view family_of(Action action) {
  switch (action) {
    case Action::kill_region: return "region";
    case Action::add_latency:
    case Action::add_errors: return "service";
    default: return "";
  }
}

void check_fault(const Scenario& scenario, std::size_t i, Checker& checker) {
  const chaos::FaultSpec& fault = scenario.method[i];
  const std::string at = fmt::format("method[{}]", i);
  if (const std::string_view family = family_of(fault.action); !family.empty()) {
    checker.name(at + ".target", fault.target, family);
  } else if (fault.action != Action::set_load) {
    checker.require(!fault.target.empty(), at, "this action needs a `target`");
  }
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
  checker.require(services.contains(edge.gateway), "edge.gateway", fmt::format("no service is called {}", edge.gateway));
  checker.require(clock.window <= clock.lasts, "clock.window", "a window is longer than the run");
  check_services(*this, checker);
  for (std::size_t i = 0; i < steady_state_hypothesis.tolerances.size(); ++i) {
    check_tolerance(steady_state_hypothesis.tolerances[i], fmt::format("steady_state_hypothesis.tolerances[{}]", i), checker);
  }
  for (std::size_t i = 0; i < slos.size(); ++i) check_tolerance(slos[i], fmt::format("slos[{}]", i), checker);
  for (std::size_t i = 0; i < method.size(); ++i) check_fault(*this, i, checker);
}

}  // namespace streamtwin
