#include "scenarios/composition/twin.hpp"

#include <fmt/format.h>

#include "scenarios/composition/kpis_failures.hpp"
#include "scenarios/composition/parts.hpp"
#include "sim-core/awaitables.hpp"

namespace streamtwin {
Twin::Parts::Parts(const Scenario& its_scenario, const RunPlan& its_plan, std::string digest, Policies its_policies)
    : scenario(its_scenario),
      plan(its_plan),
      scenario_digest(std::move(digest)),
      policies(std::move(its_policies)),
      simulation(Seed{its_plan.seed}),
      geography(scenario.regions, scenario.network),
      measures(scenario, recorder),
      keystone(recorder),
      logs(scenario.outputs),
      mesh(geography, recorder, scenario.mesh),
      registry_measures(recorder) {
  measures.mesh = &mesh.measures;
  measures.regions = &mesh.regions;
  if (plan.trace_request) recorder.trace_request(*plan.trace_request);
  build_cloud();
  for (const services::Service& service : mesh.services()) measures.services[service.name] = &service.measures;
  if (edge) build_names();
  if (scenario.members) {
    build_delivery();
    build_members();
  }
  build_load();
  build_method();
  tier_watch.emplace(mesh, recorder);
  platform.seal();
  start();
}

void Twin::Parts::start() {
  if (cluster) {
    cluster->start();
  } else {
    for (registry::EurekaCluster& registry : eureka) registry.start();
    for (registry::StaticLists& lists : static_lists) lists.start();
    fleet->start();
  }
  if (delivery) delivery->start();
  if (edge) edge->start();
  if (names) names->start();
  replication->start();
  warm_caches();
  if (members) members->start(true);
  load->start();
  method->start();
  scope.spawn_service("time series", turn_windows());
}

void Twin::Parts::turn_window(Instant when) {
  if (delivery) {
    count_chunk_time();
    delivery->sample_links();
  }
  tier_watch->window_ends(when);
  recorder.turn_window(when);
}

// The allocator knows how long flows ran and for how much of it below their lines' rates.
void Twin::Parts::count_chunk_time() {
  const flows::FlowTotals totals = delivery->downloads().totals();
  measures.viewing.chunk_time.add(totals.flow_time - counted_flow_time);
  measures.viewing.chunk_time_below_access.add(totals.time_below_cap - counted_time_below);
  counted_flow_time = totals.flow_time;
  counted_time_below = totals.time_below_cap;
}

void Twin::Parts::begin_measurement() {
  tier_watch->begin_measurement(::streamtwin::now());
  recorder.begin_measurement(::streamtwin::now());
}

Task<> Twin::Parts::turn_windows() {
  const Instant measurement = begin_of_measurement();
  if (measurement == ::streamtwin::now()) begin_measurement();
  for (Instant next{scenario.clock.window};; next += scenario.clock.window) {
    if (measurement > ::streamtwin::now() && measurement <= next) {
      co_await until(measurement);
      turn_window(measurement);
      begin_measurement();
      if (measurement == next) continue;
    }
    if (next > ::streamtwin::now()) co_await until(next);
    turn_window(next);
  }
}

Twin::Twin(const Scenario& scenario, const RunPlan& plan, std::string scenario_digest, Policies policies)
    : parts_(std::make_unique<Parts>(scenario, plan, std::move(scenario_digest), std::move(policies))) {}
// A request on its way refers to every part that it has passed.
Twin::~Twin() { parts_->simulation.end_processes(); }

void Twin::run_until(Instant time) { parts_->simulation.run_until(std::min(time, end()), WhenStuck::fail); }
bool Twin::step() { return !finished() && parts_->simulation.step(); }
Instant Twin::now() const { return parts_->simulation.now(); }
Instant Twin::end() const { return parts_->end(); }
bool Twin::finished() const { return now() >= end(); }
Simulation& Twin::simulation() { return parts_->simulation; }
Recorder& Twin::recorder() { return parts_->recorder; }
const Scenario& Twin::scenario() const { return parts_->scenario; }

RunResult Twin::result() {
  Parts& parts = *parts_;
  // Once, at the end: to add up what passed since the last window whenever somebody looks would change the sum by a rounding.
  if (parts.delivery && finished()) parts.count_chunk_time();
  RunResult result;
  result.scenario = parts.scenario.name;
  result.description = parts.scenario.description;
  result.clock_starts = parts.scenario.clock.starts;
  if (parts.policies.abr) result.policies.emplace_back("abr", parts.policies.abr->name());
  result.scenario_digest = parts.scenario_digest;
  result.seed = parts.plan.seed;
  result.simulated = now().time_since_epoch();
  result.warm_up = parts.scenario.clock.warm_up;
  result.events = parts.simulation.events();
  take_records(parts.recorder, result);
  result.kpis = compute_kpis(parts.measures, now() - parts.begin_of_measurement());
  for (Kpi& kpi : failure_kpis(parts.scenario, parts.measures)) result.kpis.push_back(std::move(kpi));
  result.verdicts = judge(parts.scenario, result.kpis, parts.begin_of_measurement(), now());
  result.sites = parts.sites();
  if (parts.delivery) parts.write_logs(result);
  result.stations = parts.stations();
  result.tiers = parts.tiers(result.stations);
  result.calls = parts.calls();
  count_times_from(parts.begin_of_measurement(), result);
  return result;
}

namespace {

// What viewers' downloads cross: an appliance's port, then its site's way to a client group, then the group's access network.
std::string describe_links(const openconnect::Delivery& delivery) {
  const openconnect::Topology& topology = delivery.topology();
  const openconnect::LinkCapacities& capacities = delivery.capacities();
  std::string text = "links that viewers' downloads share\n";
  const auto link = [&](const std::string& name, BitRate capacity) {
    text += fmt::format("  link {}: {:g} Gbps\n", name, capacity.value() / 1e9);
  };
  for (const openconnect::Site& site : topology.sites) {
    for (const openconnect::Appliance& appliance : topology.appliances_of(site.id))
      link("port " + appliance.name, capacities.port(appliance));
    if (site.kind == openconnect::SiteKind::isp) {
      link("delivery " + site.name, capacities.embedded(site));
      continue;
    }
    for (const openconnect::ClientGroup& group : topology.groups) {
      link(fmt::format("peering {} to {}", site.name, group.name), capacities.peering(site, group));
    }
  }
  for (const openconnect::ClientGroup& group : topology.groups) link("access " + group.name, capacities.access(group));
  return text;
}

}  // namespace

std::string Twin::describe_platform() const {
  std::string text;
  const Platform& platform = parts_->platform;
  for (const Zone& zone : platform.zones()) {
    text += fmt::format("zone {}{}\n", zone.name(), zone.parent() ? fmt::format(" in {}", zone.parent()->name()) : "");
    if (const Link* uplink = zone.uplink()) text += fmt::format("  link {}: {:g} Gbps\n", uplink->name(), uplink->capacity().value() / 1e9);
    for (const Host& host : platform.hosts()) {
      if (&host.zone() != &zone) continue;
      text += fmt::format("  host {}: {} x {:g} Gflop/s, NIC {:g} Gbps\n", host.name(), host.cores(), host.speed().value() / 1e9,
                          host.nic().value() / 1e9);
    }
  }
  return parts_->delivery ? text + describe_links(*parts_->delivery) : text;
}

}  // namespace streamtwin
