#include "scenarios/composition/twin/twin.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/composition/kpis/aftermath.hpp"
#include "scenarios/composition/kpis/findings.hpp"
#include "scenarios/composition/kpis/tolerances.hpp"
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
      mesh(geography, recorder, scenario.mesh, {policies.balancer.get(), policies.limiter.get()}) {
  check_policies(policies, scenario);
  measures.mesh = &mesh.measures;
  measures.regions = &mesh.regions;
  simulation.tell_times_from(begin_of_measurement(), "the end of the warm-up");
  if (plan.trace_request) recorder.trace_request(*plan.trace_request);
  for (const PartKind* kind : part_list()) {
    if (kind->present == nullptr || kind->present(scenario)) list.push_back(kind->build(*this));
  }
  platform.seal();
  for (const auto& part : list) part->start();
  scope.spawn_service("time series", turn_windows());
}

void Twin::Parts::take(const std::string& branch) {
  Scenario whole = branch_of(scenario, branch);
  const TakenBranch taken{branch, scenario.branches->what_ifs.at(branch).method};
  if (!scenario_digest.empty()) scenario_digest = ::streamtwin::scenario_digest(whole);
  scenario.name = std::move(whole.name);
  scenario.description = std::move(whole.description);
  scenario.method = std::move(whole.method);
  scenario.branches.reset();
  for (const auto& part : list) part->branch_taken(taken);
}

Duration Twin::Parts::measured() const {
  constexpr Duration least{1e-9};
  return std::max(least, ::streamtwin::now() - begin_of_measurement());
}

void Twin::Parts::turn_window(Instant when) {
  for (const auto& part : list) part->window_ends(when);
  recorder.turn_window(when);
}

void Twin::Parts::begin_measurement(Instant when) {
  for (const auto& part : list) part->measurement_begins(when);
  recorder.begin_measurement(when);
}

Task<> Twin::Parts::turn_windows() {
  const Instant measurement = begin_of_measurement();
  if (measurement == ::streamtwin::now()) begin_measurement(measurement);
  for (Instant next{scenario.clock.window};; next += scenario.clock.window) {
    if (measurement > ::streamtwin::now() && measurement <= next) {
      co_await until(measurement);
      turn_window(measurement);
      begin_measurement(measurement);
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
void Twin::take(const std::string& branch) { parts_->take(branch); }
bool Twin::step() { return !finished() && parts_->simulation.step(); }
Instant Twin::now() const { return parts_->simulation.now(); }
Instant Twin::end() const { return parts_->end(); }
bool Twin::finished() const { return now() >= end(); }
Simulation& Twin::simulation() { return parts_->simulation; }
Recorder& Twin::recorder() { return parts_->recorder; }
const Scenario& Twin::scenario() const { return parts_->scenario; }

RunResult Twin::result() {
  Parts& parts = *parts_;
  RunResult result;
  result.scenario = parts.scenario.name;
  result.description = parts.scenario.description;
  result.clock_starts = parts.scenario.clock.starts;
  result.policies = uses_of(parts.policies);
  result.scenario_digest = parts.scenario_digest;
  result.seed = parts.plan.seed;
  result.simulated = now().time_since_epoch();
  result.warm_up = parts.scenario.clock.warm_up;
  result.events = parts.simulation.events();
  for (const auto& part : parts.list) part->add_results(result);  // first: some count what has not been counted yet
  take_records(parts.recorder, result);
  result.kpis = compute_kpis(parts.scenario, parts.measures, now() - parts.begin_of_measurement());
  add_spreads(parts.scenario, result);
  add_aftermath_kpis(result.kpis, parts.scenario, &result);
  result.verdicts = judge(parts.scenario, result.kpis, parts.begin_of_measurement(), now());
  add_marks(parts.recorder.notices.all(), result.timeline);
  count_times_from(parts.begin_of_measurement(), result);
  return result;
}

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
  for (const auto& part : parts_->list) text += part->describe_platform();
  return text;
}

}  // namespace streamtwin
