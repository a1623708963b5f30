// How busy the tiers are, and what makes them slow or fail. What a result says of them: each service beside the load at which
// the queueing network saturates it.
#include <fmt/format.h>

#include <cmath>

#include "models/rpc/impairments.hpp"
#include "scenarios/composition/twin/actions.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/composition/text/call_graph_text.hpp"
#include "scenarios/composition/tables/command_table.hpp"
#include "scenarios/composition/parts/calls.hpp"
#include "scenarios/composition/parts/impair.hpp"
#include "scenarios/composition/parts/injections.hpp"
#include "scenarios/composition/parts/own_services.hpp"
#include "scenarios/composition/parts/load.hpp"
#include "scenarios/composition/parts/members.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/composition/tables/queueing_network.hpp"
#include "scenarios/composition/tables/tier_watch.hpp"
#include "scenarios/scenario/checks.hpp"

namespace streamtwin {
namespace {

class ServicesPart final : public TwinPart {
 public:
  explicit ServicesPart(Twin::Parts& parts) : impairments(parts.mesh.lives), parts_(parts), tier_watch_(parts.mesh, parts.recorder) {
    for (const services::Service& service : parts.mesh.services()) parts.measures.services[service.name] = &service.measures;
  }
  void window_ends(Instant when) override { tier_watch_.window_ends(when); }
  void measurement_begins(Instant when) override { tier_watch_.begin_measurement(when); }
  void add_results(RunResult& result) override {
    result.stations = stations();
    result.tiers = tiers(result.stations);
    result.calls = calls();
    result.commands = commands_of(parts_.mesh, parts_.begin_of_measurement());
  }

  rpc::Impairments impairments;

 private:
  OfferedLoad offered_load() const;
  std::vector<StationResult> stations() const;
  std::vector<TierResult> tiers(const std::vector<StationResult>& stations) const;
  std::vector<CallResult> calls() const;

  Twin::Parts& parts_;
  TierWatch tier_watch_;
};

// At the rates at which requests came during the measurement.
OfferedLoad ServicesPart::offered_load() const {
  const double measured = in_seconds(parts_.measured());
  const double hits = parts_.mesh.measures.cache_hits.measured(), misses = parts_.mesh.measures.cache_misses.measured();
  OfferedLoad offered;
  offered.cache_misses = Fraction{hits + misses > 0 ? misses / (hits + misses) : 0};
  if (const auto* members = parts_.find<MembersPart>()) {
    const std::string& api = parts_.scenario.services.at(parts_.scenario.edge.gateway).origins().front().service;
    offered.sources.push_back({api, true, Rate{parts_.measures.plays.attempts.measured() / measured}, members->regions()});
  }
  for (const workload::Workload& workload : parts_.get<LoadPart>().load.all()) {
    LoadSource source{workload.spec().target,
                      workload.spec().entry == workload::Entry::edge,
                      Rate{workload.measures().attempts.measured() / measured},
                      {}};
    for (std::size_t r = 0; r < parts_.geography.regions(); ++r)
      source.region_share.push_back(workload.share_of(static_cast<RegionIndex>(r)));
    source.operation = workload.spec().operation;
    offered.sources.push_back(std::move(source));
  }
  return offered;
}

std::vector<StationResult> ServicesPart::stations() const {
  const OfferedLoad load = offered_load();
  const auto* own = parts_.find<OwnServices>();
  std::vector<StationResult> stations = own != nullptr ? own->solve(load) : solve_network(parts_.scenario, parts_.geography, load);
  for (StationResult& station : stations) {
    for (std::size_t r = 0; r < parts_.geography.regions(); ++r) {
      const auto region = static_cast<RegionIndex>(r);
      if (station.region == parts_.geography.region_name(region))
        station.utilisation = tier_watch_.utilisation(parts_.mesh.service(station.tier).index, region);
    }
  }
  return stations;
}

std::vector<TierResult> ServicesPart::tiers(const std::vector<StationResult>& stations) const {
  const double measured = in_seconds(parts_.measured());
  std::vector<TierResult> tiers;
  for (services::Service& service : parts_.mesh.services()) {
    const services::ServiceMeasures& m = service.measures;
    TierResult tier;
    tier.name = service.name;
    tier.rps = m.requests.measured() / measured;
    const LogHistogram latency = m.latency.measured();
    tier.p50 = Duration{latency.quantile(0.5)};
    tier.p99 = Duration{latency.quantile(0.99)};
    const auto ended = static_cast<double>(latency.count());  // each request that ends has one; failures are of those
    tier.errors = ended > 0 ? m.failures.measured() / ended : unknown;
    for (const StationResult& station : stations) {
      if (station.tier != tier.name) continue;
      tier.utilisation = std::fmax(tier.utilisation, station.utilisation);
      tier.bound_rps = std::fmin(tier.bound_rps, station.bound_plays * station.visits);
    }
    tiers.push_back(tier);
  }
  return tiers;
}

std::vector<CallResult> ServicesPart::calls() const {
  if (const auto* own = parts_.find<OwnServices>()) return own->calls(offered_load());
  std::vector<CallResult> calls;
  const double cache_misses = offered_load().cache_misses.value();
  for (const auto& [name, service] : parts_.scenario.services) {
    std::map<std::string, double> times;
    for (const services::CallSpec& call : services::calls_of(service)) {
      times[call.service] += call.probability.value() * (call.on_miss ? cache_misses : 1);
    }
    if (service.data) {  // each request reads its item, some write it; what the cache misses goes on to the store
      const double writes = service.data->writes.value();
      const bool cached = !service.data->cache.empty();
      if (cached) times[service.data->cache] += 1 + writes;
      if (!service.data->store.empty()) times[service.data->store] += (cached ? cache_misses : 1) + writes;
    }
    for (const auto& [callee, mean] : times) calls.push_back({name, callee, mean});
  }
  return calls;
}

chaos::Effect add_latency(Twin::Parts& parts, const FaultSpec& step) {
  const Duration latency = step.latency.value_or(Duration{0}), deviation = step.deviation.value_or(Duration{0});
  const std::string spread = deviation > Duration{0} ? fmt::format(" ± {:g} s", in_seconds(deviation)) : "";
  std::string text = fmt::format("+{:g} s{} per request", in_seconds(latency), spread);
  if (auto calls = call_of(parts, step)) {
    return on_calls(parts, step, std::move(*calls), {.latency = latency, .deviation = deviation}, text + ", in the caller's proxy");
  }
  return impair(parts, step, {.latency = latency, .deviation = deviation}, std::move(text));
}

/// A share of the requests of calls fails before the callee is contacted.
chaos::Effect fail_calls(Twin::Parts& parts, const FaultSpec& step, CallGroups calls, Fraction errors) {
  return on_calls(parts, step, std::move(calls), {.errors = errors},
                  fmt::format("{:g} % errors, in the caller's proxy", errors.value() * 100));
}

chaos::Effect add_errors(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction errors = step.errors.value_or(Fraction{0});
  if (auto calls = call_of(parts, step)) return fail_calls(parts, step, std::move(*calls), errors);
  return impair(parts, step, {.errors = errors}, fmt::format("{:g} % errors", errors.value() * 100));
}

chaos::Effect black_hole(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction errors = step.errors.value_or(Fraction{1});
  if (auto calls = call_of(parts, step)) return fail_calls(parts, step, std::move(*calls), errors);
  return impair(parts, step, {.at_once = errors}, fmt::format("{:g} % errors at once", errors.value() * 100));
}

chaos::Effect slow_processors(Twin::Parts& parts, const FaultSpec& step) {
  const Fraction speed = step.speed.value_or(Fraction{1});
  return impair(parts, step, {.slowdown = 1 / speed.value()}, fmt::format("{:g} % of the processor speed", speed.value() * 100));
}

chaos::Effect burn_cpu(Twin::Parts& parts, const FaultSpec& step) {
  const int loops = step.loops.value_or(0);
  return impair(parts, step, {.loops = static_cast<double>(loops)}, fmt::format("{} endless loop{}", loops, loops == 1 ? "" : "s"));
}

chaos::Effect lengthen_pauses(Twin::Parts& parts, const FaultSpec& step) {
  const double factor = step.factor.value_or(1);
  return impair(parts, step, {.pauses = factor}, fmt::format("pauses {:g} times as long", factor));
}

void check_pauses(const StepCheck& on) {
  check_instances(on);
  for (const std::string& service : services_meant(on.scenario, on.step.target)) {
    on.require(on.scenario.services.at(service).garbage_collection.interval > Duration{0}, "target",
               fmt::format("{} has no pauses: `services.{}.garbage_collection.interval` is 0", service, service));
  }
}

std::vector<Action> service_actions() {
  return {
      {.name = "add_latency",
       .doc = "let each request wait, as on a slow disk or network; of a call, in the caller's proxy before the callee is contacted",
       .needs = {"target", "latency"},
       .reads = {"deviation", "lasts"},
       .takes = {TargetKind::instances, TargetKind::call},
       .check_target = check_instances_or_call,
       .bind = add_latency},
      {.name = "add_errors",
       .doc =
           "fail a share of the requests, after they have been worked on; of a call, in the caller's proxy, where the callee does not hear "
           "of them",
       .needs = {"target", "errors"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances, TargetKind::call},
       .check_target = check_instances_or_call,
       .bind = add_errors},
      {.name = "black_hole",
       .doc = "fail a share of the requests, or all, at once and without work, as an instance does that has lost what it needs: to a "
              "balancer that goes by load or latency it is the best server of all; of a call, as add_errors",
       .needs = {"target"},
       .reads = {"errors", "lasts"},
       .takes = {TargetKind::instances, TargetKind::call},
       .check_target = check_instances_or_call,
       .bind = black_hole},
      {.name = "slow_processors",
       .doc = "take processor speed away, as noisy neighbours or throttling do",
       .needs = {"target", "speed"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances},
       .check_target = check_instances,
       .bind = slow_processors},
      {.name = "burn_cpu",
       .doc = "let endless loops compete for the processors of instances, as a runaway process does: of n cores, n workers beside m loops "
              "get n / (n + m)",
       .needs = {"target", "loops"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances},
       .check_target = check_instances,
       .bind = burn_cpu},
      {.name = "lengthen_pauses",
       .doc = "make the pauses of garbage collectors longer, as short memory does",
       .needs = {"target", "factor"},
       .reads = {"lasts"},
       .takes = {TargetKind::instances},
       .check_target = check_pauses,
       .bind = lengthen_pauses},
      inject_action(),
  };
}

}  // namespace

chaos::Effect impair(Twin::Parts& parts, const FaultSpec& step, const rpc::Trouble& trouble, std::string text) {
  rpc::Impairments& impairments = parts.get<ServicesPart>().impairments;
  const rpc::Group group = instances_of(parts, step);
  const auto number = impairments.add(group, trouble);
  const bool named = chaos::parse_target(step.target).selection.kind != chaos::Selection::Kind::all;
  return {.text =
              [text = std::move(text), present = group.present, named] {
                if (!named) return text;
                return fmt::format("{}: {}", text, names_of(present()));
              },
          .begin = [&impairments, number] { impairments.begin(number); },
          .end = [&impairments, number] { impairments.end(number); }};
}

extern const PartKind services_part;
const PartKind services_part{
    .check = check_services, .describe = call_graph_text, .build = build_part<ServicesPart>, .actions = service_actions};

}  // namespace streamtwin
