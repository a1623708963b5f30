// A scenario: one plain value that says everything about a run. The parser fills it, the composition builds a twin
// from it, and nothing else configures a run.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/chaos/chap/chap_spec.hpp"
#include "models/chaos/monkey/monkey_spec.hpp"
#include "models/clients/member_spec.hpp"
#include "models/cloud/ec2/fleet_spec.hpp"
#include "models/cloud/ec2/reservation_spec.hpp"
#include "models/clients/workload/workload_spec.hpp"
#include "models/configuration/flag_spec.hpp"
#include "models/delivery/pipeline/pipeline_spec.hpp"
#include "models/edge/edge_spec.hpp"
#include "models/failover/failover_spec.hpp"
#include "models/misim/spec.hpp"
#include "models/openconnect/delivery_spec.hpp"
#include "models/openconnect/logs.hpp"
#include "models/places/region_spec.hpp"
#include "models/registry/eureka_spec.hpp"
#include "models/registry/registry_spec.hpp"
#include "models/services/graph/graph_spec.hpp"
#include "models/services/mesh_spec.hpp"
#include "models/services/service_spec.hpp"
#include "models/cache/replication/replication_spec.hpp"
#include "models/pipeline/keystone_spec.hpp"
#include "models/stores/replication_spec.hpp"
#include "models/titus/federation/federation_spec.hpp"
#include "models/titus/stack/stack_spec.hpp"
#include "models/work/pipeline_spec.hpp"
#include "scenarios/scenario/branches.hpp"
#include "scenarios/scenario/fault_spec.hpp"
#include "scenarios/scenario/plan.hpp"
#include "scenarios/scenario/tolerance.hpp"
#include "scenarios/language/type.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

/// When the run takes place.
struct ClockSpec {
  clients::Weekday weekday = clients::Weekday::friday;
  Duration starts = 20h;
  Duration lasts = 60min;
  Duration warm_up = 2min;
  Duration window = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.weekday, {.name = "weekday", .doc = "Day of the week on which the run begins", .source = assumption});
    visit(self.starts, {.name = "starts",
                        .doc = "Local time of day at the start of the run, which is that of the warm-up, counted from midnight",
                        .source = assumption,
                        .min = 0,
                        .max = 86400});
    visit(self.lasts, {.name = "lasts", .doc = "Simulated time after the warm-up", .source = assumption, .min = 1e-3, .max = 1e7});
    visit(self.warm_up,
          {.name = "warm_up",
           .doc = "Simulated time before the measurement begins; excluded from the KPIs. Its end is time zero of all that a scenario "
                  "says and a run tells",
           .source = assumption,
           .min = 0,
           .max = 1e6});
    visit(self.window, {.name = "window", .doc = "Width of one point of a time series", .source = assumption, .min = 0.01, .max = 86400});
  }
};

struct Hypothesis {
  std::string title;
  std::vector<Tolerance> tolerances;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.title, {.name = "title", .doc = "The hypothesis in words"});
    visit(self.tolerances, {.name = "tolerances", .doc = "What must hold during the run"});
  }
};

/// What the author knows of the outcome: a scenario that is there to show a failure says which expectations break.
struct ExpectedOutcome {
  std::vector<std::string> broken;
  std::string because;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.broken, {.name = "broken",
                        .doc = "KPIs whose tolerances in `steady_state_hypothesis` and `slos` break; all the others hold",
                        .required = true});
    visit(self.because, {.name = "because", .doc = "Why they break, in words", .min = 1, .required = true});
  }
};

/// What a results folder has besides the figures.
struct OutputSpec : openconnect::LogSpec {
  bool registry = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    openconnect::LogSpec::describe(self, visit);
    visit(self.registry, {.name = "registry",
                          .doc = "Whether what Eureka lists at the end is written out, apps-REGION.json for each region: the JSON of GET "
                                 "/eureka/apps, which clients of Eureka read and `eureka.snapshot` begins with",
                          .source = "none: the file is written on demand"});
  }
};

struct Scenario {
  int streamtwin = 1;
  std::string name;
  std::string description;
  ClockSpec clock;
  std::vector<places::RegionSpec> regions;
  places::CloudNetworkSpec network;
  ec2::FleetSpec fleet;
  std::map<std::string, ec2::ReservationSpec> reservations;
  registry::RegistrySpec registry;
  registry::EurekaSpec eureka;
  stores::ReplicationSpec replication;
  std::optional<evcache::CacheReplicationSpec> cache_replication;
  std::optional<pipeline::KeystoneSpec> keystone;
  edge::EdgeSpec edge;
  std::optional<clients::MemberSpec> members;
  std::optional<openconnect::DeliverySpec> open_connect;
  std::map<std::string, workload::WorkloadSpec> load;
  services::MeshSpec mesh;
  std::optional<misim::MisimSpec> misim;
  std::optional<services::ServicesFromSpec> services_from;
  std::map<std::string, titus::StackSpec> titus;
  std::optional<titus::FederationSpec> federation;
  std::map<std::string, work::PipelineSpec> work;
  std::optional<delivery::DeliveriesSpec> deliveries;
  std::map<std::string, configuration::FlagSpec> flags;
  std::optional<failover::FailoverSpec> failover;
  std::map<std::string, services::ServiceSpec> services;  ///< all of them, once complete() has been called
  Hypothesis steady_state_hypothesis;
  std::vector<FaultSpec> method;
  std::optional<BranchesSpec> branches;
  std::optional<chaos::MonkeySpec> chaos_monkey;
  std::optional<chaos::ChapSpec> chap;
  std::vector<Tolerance> slos;
  std::optional<ExpectedOutcome> expects;
  std::optional<PlanSpec> plan;
  OutputSpec outputs;
  std::set<std::string> drawn;  ///< the names of those services that complete() has added

  /// Whether requests can come in by load balancers and the gateway.
  bool has_edge() const { return services.contains(edge.gateway); }
  /// Adds the services of `services_from`; those that are written out stay as they are. Says of workloads with a path whom
  /// the gateway's routes lead to. Bounds of tolerances become numbers in their KPI's unit.
  void complete(Checker& checker);
  /// The services of `services_from` by themselves. `warnings`: what a file holds that is left out. Throws
  /// std::invalid_argument for a file that cannot be used.
  std::map<std::string, services::ServiceSpec> drawn_services(std::vector<std::string>* warnings = nullptr) const;
  /// What must hold between fields: no cycle of calls, known KPIs, faults with targets.
  void check(Checker& checker) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.streamtwin, {.name = "streamtwin", .doc = "Version of the scenario language", .min = 1, .max = 1, .required = true});
    visit(self.name, {.name = "name", .doc = "Short name; the results folder carries it", .required = true});
    visit(self.description, {.name = "description", .doc = "What the scenario asks"});
    visit(self.clock, {.name = "clock", .doc = "When the run takes place"});
    visit(self.regions, {.name = "regions", .doc = "Cloud regions"});
    visit(self.network, {.name = "network", .doc = "Distances inside the cloud"});
    visit(self.fleet, {.name = "fleet", .doc = "Machines and what replaces them"});
    visit(self.reservations,
          {.name = "reservations", .doc = "Instances of EC2 that are paid for in advance, by name; all others are on demand"});
    visit(self.registry, {.name = "registry", .doc = "By what services find each other: Eureka unless this says otherwise"});
    visit(self.eureka, {.name = "eureka", .doc = "The service registry"});
    visit(self.replication, {.name = "replication", .doc = "Copies of what the stores take in to the other regions"});
    visit(self.cache_replication,
          {.name = "cache_replication",
           .doc = "EVCache clusters whose items are carried to the other regions, by way of Kafka and a relay; none by default"});
    visit(self.keystone, {.name = "keystone", .doc = "The stream pipeline: what services publish, and where it goes; none by default"});
    visit(self.edge, {.name = "edge", .doc = "Load balancers and the gateway; not built without a service of the gateway's name"});
    visit(self.members, {.name = "members", .doc = "Who watches; without them only the backend is built"});
    visit(self.open_connect, {.name = "open_connect", .doc = "Appliances, steering and fill: what members watch from"});
    visit(self.load, {.name = "load",
                      .doc = "Workloads: requests to services from outside, besides the members' or instead of them",
                      .declares = "workload"});
    visit(self.mesh, {.name = "mesh", .doc = "What all services have agreed on for their calls"});
    visit(self.misim, {.name = "misim",
                       .doc = "Services that follow the simulator MiSim (Cambio-Project/MiSim) in place of the platform's: no registry, "
                              "no Hystrix, no Ribbon; for scenarios imported from it"});
    visit(
        self.services_from,
        {.name = "services_from", .doc = "Services from a generator or a file, besides those that are written out", .declares = "service"});
    visit(self.services, {.name = "services", .doc = "The microservices of the backend", .declares = "service"});
    visit(self.titus, {.name = "titus", .doc = "Stacks of Titus, by name: containers of batch and service jobs on agents of their own"});
    visit(self.federation,
          {.name = "federation", .doc = "Stacks that work is submitted to as to one: which has it, and where it goes when that is full"});
    visit(self.work, {.name = "work", .doc = "Pipelines of work, by name: tasks that run on a stack of Titus, or on virtual machines"});
    visit(self.flags, {.name = "flags", .doc = "Feature flags: code of services that is open for some members", .declares = "flag"});
    visit(self.deliveries, {.name = "deliveries", .doc = "Builds of services, and the pipelines by which they are delivered"});
    visit(self.failover, {.name = "failover",
                          .doc = "How a region's traffic goes to others when it is in trouble, and what they keep for that; if absent only "
                                 "DNS leaves a region that is dead"});
    visit(self.steady_state_hypothesis, {.name = "steady_state_hypothesis", .doc = "What must hold while the method is carried out"});
    visit(self.method, {.name = "method", .doc = "What is done to the platform"});
    visit(self.chaos_monkey, {.name = "chaos_monkey", .doc = "Chaos Monkey and its kin, at work within the hours of work days"});
    visit(self.chap, {.name = "chap",
                      .doc = "Experiments on members, within the hours of work days: failures in a small cluster of a service, beside one "
                             "without them, until its members start fewer streams"});
    visit(self.branches, {.name = "branches", .doc = "What the run may become from an instant on, each branch a run of its own"});
    visit(self.slos, {.name = "slos", .doc = "Service-level objectives"});
    visit(self.expects, {.name = "expects", .doc = "Which of these expectations the author knows to break; without it all hold"});
    visit(self.plan, {.name = "plan", .doc = "What `streamtwin plan` looks for; a run does not read it"});
    visit(self.outputs, {.name = "outputs", .doc = "Logs in the results folder besides the figures"});
  }
};

/// The tables of all its structs take long to compile: made once, in scenario.cpp.
extern template const language::Type& language::type_of<Scenario>();

/// The digest of what a run is made from: `mesh.call_defaults`, which all calls have already, is not asked again, nor what the
/// run has for `branches`, nor its `plan`.
std::string scenario_digest(const Scenario& scenario);

}  // namespace streamtwin
