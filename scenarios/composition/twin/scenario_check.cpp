// What a scenario makes of itself once it has been read, and all that must hold of it: of its fields by themselves, of the parts
// that it has, of its method and of what it expects.
#include "models/edge/zuul/routing.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/part.hpp"
#include "scenarios/composition/twin/plan_check.hpp"
#include "scenarios/composition/kpis/tolerances.hpp"
#include "scenarios/scenario/checks.hpp"
#include "scenarios/scenario/drawn_services.hpp"
#include "scenarios/scenario/files.hpp"
#include "scenarios/scenario/places.hpp"
#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {

void Scenario::complete(Checker& checker) {
  const zuul::RoutingTable routes(edge.routes);
  for (auto& [name, workload] : load) {
    const zuul::RouteProperties* const route = workload.entry == workload::Entry::edge ? routes.match(workload.path) : nullptr;
    if (route != nullptr) workload.target = route->service;
  }
  add_drawn_services(*this, checker);
  for (auto& [name, service] : services) service.complete();
  settle_tolerances(*this);
}

void Scenario::check(Checker& checker) const {
  for (const PartKind* part : part_list()) {
    if (part->check != nullptr) part->check(*this, checker);
  }
  check_windows(clock, checker);
  const std::optional<openconnect::Topology> delivery = check_country(*this, checker);
  check_places(*this, delivery ? &*delivery : nullptr, checker);
  check_files(*this, checker);
  check_tolerances(*this, checker);
  check_expected_outcome(*this, checker);
  check_method(*this, delivery ? &*delivery : nullptr, checker);
  check_branches(*this, delivery ? &*delivery : nullptr, checker);
  check_plan(*this, delivery ? &*delivery : nullptr, checker);
  warn_of_tolerances(*this, checker);
  warn_of_classic_mistakes(*this, checker);
}

}  // namespace streamtwin
