#include "models/services/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/simulation.hpp"

namespace streamtwin::services {

DefenceMeasures::DefenceMeasures(Recorder& recorder)
    : ejections(recorder.counter("outlier.ejections")),
      servers_seen(recorder.counter("outlier.servers_seen")),
      ejected_seen(recorder.counter("outlier.ejected_seen")),
      held_back(recorder.counter("throttle.held_back")),
      hedges(recorder.counter("hedging.hedges")),
      hedges_won(recorder.counter("hedging.won")),
      hedges_spare(recorder.counter("hedging.spare")),
      hedges_taken_back(recorder.counter("hedging.taken_back")) {
  recorder.rate_series("outlier.ejections", "/s", ejections);
  recorder.rate_series("throttle.held_back", "/s", held_back);
  recorder.rate_series("hedging.hedges", "/s", hedges);
}

WarmerMeasures::WarmerMeasures(Recorder& recorder)
    : items(recorder.counter("evcache.warmed")), time(recorder.histogram("evcache.warming")) {
  recorder.rate_series("evcache.warmed", "/s", items);
}

MeshMeasures::MeshMeasures(Recorder& recorder)
    : hops(recorder.counter("mesh.hops")),
      retries(recorder.counter("ribbon.retries")),
      timeouts(recorder.counter("hystrix.timeouts")),
      late_answers(recorder.counter("hystrix.late_answers")),
      short_circuited(recorder.counter("hystrix.short_circuited")),
      pool_rejected(recorder.counter("hystrix.rejected")),
      fallbacks(recorder.counter("hystrix.fallbacks")),
      stale_answers(recorder.counter("hystrix.stale_answers")),
      cache_reads(recorder.counter("evcache.reads")),
      cache_hits(recorder.counter("evcache.hits")),
      cache_misses(recorder.counter("evcache.misses")),
      cache_other_copies(recorder.counter("evcache.other_copies")),
      cache_client(recorder),
      cache_stale(recorder),
      calls_to_dead(recorder.counter("mesh.calls_to_dead")),
      dead_for(recorder.histogram("mesh.dead_for")) {
  recorder.rate_series("mesh.hops", "/s", hops);
  recorder.rate_series("hystrix.fallbacks", "/s", fallbacks);
  recorder.rate_series("hystrix.short_circuited", "/s", short_circuited);
  recorder.rate_series("hystrix.timeouts", "/s", timeouts);
  recorder.ratio_series("evcache.misses", share_unit, cache_misses, cache_reads);
  for (std::size_t why = 0; why < evcache::absences; ++why) {
    const std::string name = fmt::format("evcache.misses.{}", evcache::absence_names[why].name);
    cache_missed_when[why] = recorder.counter(name);
    recorder.ratio_series(name, share_unit, cache_missed_when[why], cache_reads);
  }
}

Service::Service(std::uint16_t position, std::string its_name, ServiceSpec its_spec, Recorder& recorder)
    : rpc::Service(position, std::move(its_name), its_spec, recorder),
      spec(std::move(its_spec)),
      calls(calls_of(spec)),
      own_calls_(calls.size()) {
  for (const CallSpec& call : calls) {
    const auto shared = [&](const CallSpec& other) { return other.shares_command(call); };
    call_rules.emplace_back(call.client);
    commands.push_back(static_cast<std::size_t>(std::find_if(calls.begin(), calls.end(), shared) - calls.begin()));
  }
  record_dashboards(recorder);
  if (spec.cache) cluster.emplace(*this, *spec.cache);
}

// A client of its own, with a command of its own: what fails on a route opens no circuit of everybody else's.
void Service::add_detours(std::uint16_t route, const Service& usual, Service& instead) {
  for (std::size_t position = 0; position < own_calls_; ++position) {
    if (callees[position] != &usual) continue;
    CallSpec call = calls[position];
    call.service = instead.name;
    call.dashboard = false;
    detours_.push_back({route, position, calls.size()});
    callees.push_back(&instead);
    call_rules.emplace_back(call.client);
    calls.push_back(std::move(call));
    const auto shared = [&](const CallSpec& other) { return other.shares_command(calls.back()); };
    commands.push_back(static_cast<std::size_t>(std::find_if(calls.begin(), calls.end(), shared) - calls.begin()));
  }
  circuit_changes.resize(calls.size());
}

std::size_t Service::detour_on(std::uint16_t route, std::size_t position) const {
  for (const Detour& detour : detours_) {
    if (detour.route == route && detour.position == position) return detour.instead;
  }
  return position;
}

std::string Service::dashboard_of(std::size_t position) const {
  const CallSpec& call = calls[commands[position]];
  return fmt::format("dashboard.{}.{}{}{}", name, call.service, call.command_key.empty() ? "" : ".", call.command_key);
}

void Service::record_dashboards(Recorder& recorder) {
  circuit_changes.resize(calls.size());
  for (std::size_t position = 0; position < calls.size(); ++position) {
    const CallSpec& call = calls[position];
    if (!call.dashboard) continue;
    const std::string prefix = dashboard_of(position);
    circuit_changes[position] = recorder.counter(prefix + ".circuit_changes");
    if (commands[position] != position) continue;
    // Over the instances that have made the call: `figure` of each, and what is made of their sum and number.
    const auto over_instances = [this, position](auto figure) {
      double sum = 0;
      int callers = 0;
      for (const Instance& instance : instances()) {
        const Outgoing* const made = instance.alive() ? caller_of(instance).made(position) : nullptr;
        if (made == nullptr) continue;
        sum += figure(*made->dashboard, Simulation::current().now());
        ++callers;
      }
      return std::pair{sum, callers};
    };
    const auto requests = [](hystrix::Dashboard& dashboard, Instant now) { return static_cast<double>(dashboard.requests(now)); };
    const auto errors = [](hystrix::Dashboard& dashboard, Instant now) { return static_cast<double>(dashboard.errors(now)); };
    recorder.sampled_series(prefix + ".requests", "/s", [=] { return over_instances(requests).first / (hystrix::Dashboard::window / 1s); });
    recorder.sampled_series(prefix + ".errors", share_unit, [=] { return over_instances(errors).first / over_instances(requests).first; });
    for (const double percent : hystrix::Dashboard::percentiles) {
      recorder.sampled_series(fmt::format("{}.latency.p{:g}", prefix, percent), "s", [=] {
        const auto [sum, callers] =
            over_instances([percent](hystrix::Dashboard& dashboard, Instant now) { return in_seconds(dashboard.latency(percent, now)); });
        return sum / callers;
      });
    }
  }
}

void Service::take_in(const Instance& instance) {
  if (cluster) cluster->take_in(instance);
}

}  // namespace streamtwin::services
