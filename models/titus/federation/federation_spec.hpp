// Jobs of a federation of stacks: who submits one does not say which stack ("cell") it is for. Routing is that of
// Netflix/titus-control-plane titus-server-federation; what happens when a cell is full or lost is ours, since there a job stays with
// the cell that its route names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/titus/stack/workload_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// Jobs that a cell is for.
struct RouteSpec {
  std::string jobs;
  std::string cell;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.jobs, {.name = "jobs",
                      .doc = "A regular expression for the whole of a job's capacity group, or of its name where it has none",
                      .source = "Netflix/titus-control-plane RoutingRuleSelector, ApplicationCellRouter",
                      .required = true});
    visit(self.cell, {.name = "cell", .doc = "The stack that they go to", .required = true});
  }
};

/// What a job says of cells.
struct CellChoiceSpec {
  std::string cell;
  std::vector<std::string> avoid_cells;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cell, {.name = "cell",
                      .doc = "The only stack that it may run on, whatever the routes say",
                      .source = "Netflix/titus-control-plane JobAttributes titus.cellRequest"});
    visit(self.avoid_cells, {.name = "avoid_cells",
                             .doc = "Stacks that it does not run on",
                             .source = "Netflix/titus-control-plane JobAttributes titus.cellAvoid"});
  }
};

struct FederatedBatchSpec : BatchJobSpec {
  CellChoiceSpec cells;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    Without<BatchJobSpec, "constraints">::describe(self, visit);  // names of zones and groups are a stack's own
    CellChoiceSpec::describe(self.cells, visit);
  }
};

struct FederatedServiceSpec {
  ContainerSpec container;
  std::string capacity_group;
  int desired = 1;
  CellChoiceSpec cells;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.container, {.name = "container", .doc = "What each of its containers asks for"});
    visit(self.capacity_group,
          {.name = "capacity_group", .doc = "Whose capacity it uses on each stack; if absent that of the group DEFAULT, which is in Flex"});
    visit(self.desired, {.name = "desired",
                         .doc = "Containers that it is to have, over all stacks",
                         .source = assumption,
                         .min = 0,
                         .max = 10000,
                         .required = true});
    CellChoiceSpec::describe(self.cells, visit);
  }
};

/// When work goes to another cell than its route says, and when it comes back.
struct OverflowSpec {
  bool enabled = true;
  Duration after = 60s;
  Duration interval = 10s;
  Duration back_after = 300s;
  Fraction back_step{0.1};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view ours = "Netflix publishes no such rule: assumption";
    visit(self.enabled,
          {.name = "enabled",
           .doc = "Whether work goes to another stack where that of its route is full or lost. No: as in Netflix's federation, "
                  "a job waits at the stack that its route names",
           .source = ours});
    visit(self.after, {.name = "after",
                       .doc = "How long a container waits for a place until its stack counts as full for its job: a service's is then "
                              "wanted on the next stack, and so is a whole batch job none of which has found a place",
                       .source = ours,
                       .min = 1,
                       .max = 86400});
    visit(self.interval,
          {.name = "interval", .doc = "How often the federation looks at the stacks", .source = ours, .min = 1, .max = 3600});
    visit(self.back_after, {.name = "back_after",
                            .doc = "How long a stack has shown no lack of room until work goes there again",
                            .source = ours,
                            .min = 0,
                            .max = 86400});
    visit(self.back_step, {.name = "back_step",
                           .doc = "Part of a service that comes back to its stack at a time: the others go when those have started",
                           .source = ours,
                           .min = 0.001,
                           .max = 1});
  }
};

struct FederationSpec {
  std::vector<std::string> cells;
  std::vector<RouteSpec> routes;
  std::map<std::string, FederatedBatchSpec> batch;
  std::map<std::string, FederatedServiceSpec> services;
  OverflowSpec overflow;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.cells, {.name = "cells",
                       .doc = "The stacks, in the order in which they are taken where several would do; the first is that of jobs "
                              "that no route is for",
                       .source = "Netflix/titus-control-plane DefaultCellInfoResolver"});
    visit(self.routes, {.name = "routes", .doc = "Which jobs go to which stack; the first that matches counts"});
    visit(self.batch, {.name = "batch", .doc = "Streams of batch jobs that are submitted to the federation, by name"});
    visit(self.services, {.name = "services", .doc = "Services whose containers the federation has on one stack or on several, by name"});
    visit(self.overflow, {.name = "overflow", .doc = "What happens where a stack is full or lost"});
  }
};

}  // namespace streamtwin::titus
