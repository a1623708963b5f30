// The parts of a twin, in the order in which they are built; the order of their deaths is the reverse, so that what
// uses something dies before it.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "models/chaos/hold_down.hpp"
#include "models/chaos/method.hpp"
#include "models/clients/members.hpp"
#include "models/clients/workload/workload.hpp"
#include "models/edge/dns/name_service.hpp"
#include "models/edge/edge.hpp"
#include "models/openconnect/delivery.hpp"
#include "models/places/geography.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "models/registry/static_lists.hpp"
#include "models/services/fleet.hpp"
#include "models/services/impairments.hpp"
#include "models/services/mesh.hpp"
#include "models/services/misim/cluster.hpp"
#include "models/services/playback.hpp"
#include "models/stores/replication.hpp"
#include "scenarios/composition/kpis.hpp"
#include "scenarios/composition/queueing_network.hpp"
#include "scenarios/composition/tier_watch.hpp"
#include "scenarios/composition/twin.hpp"

namespace streamtwin {

struct Twin::Parts {
  Parts(const Scenario& scenario, const RunPlan& plan, std::string digest, Policies policies);

  const Scenario scenario;
  const RunPlan plan;
  const std::string scenario_digest;
  const Policies policies;
  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  Measures measures;
  pipeline::Keystone keystone;
  openconnect::SessionLogs logs;
  services::Mesh mesh;
  registry::RegistryMeasures registry_measures;
  std::deque<registry::EurekaCluster> eureka;      ///< by region
  std::deque<registry::StaticLists> static_lists;  ///< by region, where services find each other by them
  std::vector<Host*> gateways;                     ///< by region: where bulk transfers begin and end
  std::optional<services::Fleet> fleet;
  std::optional<misim::Cluster> cluster;  ///< where services follow MiSim
  std::optional<openconnect::Delivery> delivery;
  std::optional<services::PlaybackChecks> playback_checks;
  std::optional<services::SteeringRole> steering_role;
  std::optional<edge::Edge> edge;
  std::optional<dns::NameService> names;
  std::optional<stores::Replication> replication;
  std::optional<abr::Movie> movie;
  std::optional<clients::SessionContext> sessions;
  std::optional<clients::Members> members;
  std::optional<workload::Workloads> load;
  chaos::HoldDown hold_down;
  services::Impairments impairments;
  std::optional<chaos::Method> method;
  std::optional<TierWatch> tier_watch;
  Duration counted_flow_time{0}, counted_time_below{0};
  Scope scope;

  Instant begin_of_measurement() const { return at(scenario.clock.warm_up); }
  Instant end() const { return at(scenario.clock.warm_up + scenario.clock.lasts); }

  void build_cloud();     // machines, services, registry
  void build_delivery();  // sites, appliances, steering
  void build_names();     // how clients find a region
  void build_members();   // players, sessions, demand
  void build_load();      // workloads
  void build_method();    // actions.cpp
  void start();
  void warm_caches();  // build_caches.cpp
  Task<> turn_windows();
  void turn_window(Instant when);
  void begin_measurement();
  void count_chunk_time();
  void join_registry(services::Instance& instance, bool registered);
  void refresh_balancers(services::Instance& instance, const registry::RegistryView& view);

  RegionIndex home_region() const;  ///< where most members are at home
  /// Members go to the region nearest to them, or to the next one when their resolver hides where they are.
  std::vector<Fraction> member_regions() const;
  OfferedLoad offered_load() const;
  bool has_life(RegionIndex region) const;
  std::vector<StationResult> stations();
  std::vector<TierResult> tiers(const std::vector<StationResult>& stations);
  std::vector<CallResult> calls() const;
  std::vector<SiteResult> sites();
  void write_logs(RunResult& result) const;
};

}  // namespace streamtwin
