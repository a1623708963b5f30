#include "scenarios/composition/twin/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "scenarios/language/nearest_name.hpp"

namespace streamtwin {
namespace {

/// Where a scenario has built-in decisions of a kind.
struct Places {
  std::string what;                ///< "services with a limit"
  std::string how;                 ///< where a scenario would say so
  std::vector<std::string> names;  ///< none: there is nothing of the kind
};

template <class Holds>
std::vector<std::string> services_that(const Scenario& scenario, const Holds& holds) {
  std::vector<std::string> names;
  for (const auto& [name, service] : scenario.services) {
    if (holds(service)) names.push_back(name);
  }
  return names;
}

std::vector<std::string> called_services(const Scenario& scenario) {
  std::set<std::string> called;
  for (const auto& [name, service] : scenario.services) {
    for (const services::CallSpec& call : services::calls_of(service)) called.insert(call.service);
  }
  return {called.begin(), called.end()};
}

std::vector<std::string> stacks_of_fenzo(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& [name, stack] : scenario.titus) {
    if (stack.scheduler.placement == titus::PlacementBy::fenzo) names.push_back(name);
  }
  return names;
}

Places places_of(const std::string& kind, const Scenario& scenario) {
  const auto if_there = [](bool there, std::string name) { return there ? std::vector{std::move(name)} : std::vector<std::string>{}; };
  if (kind == "abr") return {"viewers", "members", if_there(scenario.members.has_value(), "members")};
  if (kind == "steering") return {"steering", "open_connect", if_there(scenario.open_connect.has_value(), "open_connect")};
  if (kind == "balancer") return {"services that are called", "services.NAME.calls", called_services(scenario)};
  if (kind == "limiter")
    return {"services with a limit", "services.NAME.admission.limit",
            services_that(scenario, [](const auto& service) { return service.admission.limit != rpc::LimitKind::none; })};
  if (kind == "shedding")
    return {"gateways that shed", "edge.shedding", if_there(scenario.has_edge() && scenario.edge.shedding.any(), scenario.edge.gateway)};
  if (kind == "autoscaler")
    return {"services that scale", "services.NAME.scaling",
            services_that(scenario, [](const auto& service) { return service.scaling.has_value(); })};
  return {"stacks in which Fenzo places", "titus.NAME.scheduler.placement", stacks_of_fenzo(scenario)};
}

void check_policy(const std::string& kind, const AnyPlug& plug, const Scenario& scenario) {
  const Places places = places_of(kind, scenario);
  if (places.names.empty())
    throw std::invalid_argument(
        fmt::format("policies.{}: {} would never be asked: the scenario has no {}, see `{}`", kind, plug.name(), places.what, places.how));
  const std::vector<std::string_view> known(places.names.begin(), places.names.end());
  for (const std::string& name : plug.meant_for()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw std::invalid_argument(fmt::format("policies.{}: `{}` is none of the {}{}; they are {}", kind, name, places.what,
                                            language::did_you_mean(name, known), language::enumerate(known)));
  }
}

}  // namespace

void check_policies(const Policies& policies, const Scenario& scenario) {
  Policies::each(policies, [&scenario](const char* kind, const auto& plug) {
    if (plug != nullptr) check_policy(kind, *plug, scenario);
  });
}

std::vector<PolicyUse> uses_of(const Policies& policies) {
  std::vector<PolicyUse> uses;
  Policies::each(policies, [&uses](const char* kind, const auto& plug) {
    if (plug != nullptr) uses.push_back({kind, plug->name(), plug->use().calls, plug->use().took});
  });
  return uses;
}

}  // namespace streamtwin
