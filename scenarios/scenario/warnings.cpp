// What is allowed between the fields of a scenario, but seldom meant: the classic mistakes of configuring calls, each
// with what will come of it.
#include "scenarios/scenario/warnings.hpp"

#include <fmt/format.h>

#include <map>

#include "models/services/call_graph.hpp"
#include "models/services/patience.hpp"
#include "scenarios/language/quantity.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {
namespace {

void warn_of_queue(const services::CallSpec& call, const std::string& at, Checker& checker) {
  const hystrix::ThreadPoolProperties& pool = call.pool;
  if (call.command.isolation != hystrix::Isolation::thread || pool.max_queue_size <= pool.queue_rejection_threshold) return;
  checker.warning(at + ".pool.max_queue_size",
                  fmt::format("the queue has room for {}, but calls are rejected as soon as {} wait: queue_rejection_threshold is {}",
                              pool.max_queue_size, pool.queue_rejection_threshold, pool.queue_rejection_threshold));
}

void warn_of_backlogs(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, spec] : scenario.services) {
    if (spec.admission.backlog.size == 0 || spec.admission.limit != rpc::LimitKind::none) continue;
    checker.warning(fmt::format("services.{}.admission.backlog", name), "nobody waits there: there is no limit; choose one with `limit`");
  }
}

/// `median`: of the time to an answer without any queue; `then`: what comes of it.
std::string too_short(Duration time_out, const std::string& service, Duration median, std::string_view then) {
  return fmt::format("{} is shorter than what half of the answers of {} take without any queue, {}: {}", language::human(time_out), service,
                     language::human(median), then);
}

/// Time-outs that half of the answers, which take longer than the medians along the longest chain of calls, exceed.
class TimeOuts {
 public:
  TimeOuts(const Scenario& scenario, const std::map<std::string, Duration>& medians, Checker& checker)
      : scenario_(scenario), medians_(medians), checker_(checker) {}

  void look_at(const services::CallSpec& call, const std::string& caller, std::size_t i) {
    if (call.command.timeout_enabled) look_at(command_, call, call.command.timeout, caller, i);
    look_at(read_, call, call.client.read_timeout, caller, i);
  }
  // Of the calls that nobody wrote one stands for all: they may be thousands.
  void warn_of_drawn() const {
    for (const Kind* kind : {&command_, &read_}) {
      if (kind->drawn == 0) continue;
      const std::string others = kind->drawn > 1 ? fmt::format("; alike: {} more of the calls", kind->drawn - 1) : "";
      checker_.warning(place_of_drawn(scenario_), fmt::format("{} of the call from {}: {}{}", kind->field, kind->caller,
                                                              message(*kind, *kind->call, kind->time_out), others));
    }
  }

 private:
  struct Kind {
    std::string_view field;
    std::string_view (*then)(const services::CallSpec&);
    std::size_t drawn = 0;
    std::string caller = {};  ///< of the call whose callee needs longest
    const services::CallSpec* call = nullptr;
    Duration time_out{0};
  };
  void look_at(Kind& kind, const services::CallSpec& call, Duration time_out, const std::string& caller, std::size_t i) {
    const Duration median = medians_.at(call.service);
    if (time_out >= median) return;
    if (!scenario_.drawn.contains(caller)) {
      return checker_.warning(fmt::format("services.{}.calls[{}].{}", caller, i, kind.field), message(kind, call, time_out));
    }
    ++kind.drawn;
    if (kind.call != nullptr && medians_.at(kind.call->service) >= median) return;
    kind.caller = caller;
    kind.call = &call;
    kind.time_out = time_out;
  }
  std::string message(const Kind& kind, const services::CallSpec& call, Duration time_out) const {
    return too_short(time_out, call.service, medians_.at(call.service), kind.then(call));
  }

  const Scenario& scenario_;
  const std::map<std::string, Duration>& medians_;
  Checker& checker_;
  static std::string_view of_command(const services::CallSpec& call) {
    const bool may_open = call.command.circuit_breaker_enabled && !call.command.force_closed;
    return may_open ? "most calls will time out, and the circuit will open" : "most calls will time out";
  }
  static std::string_view of_read(const services::CallSpec& call) {
    return services::retry_rules(call.client, false).tries_after(services::Failure::timeout) > 1
               ? "most tries will be given up, and what is retried is worked twice"
               : "most tries will be given up";
  }
  Kind command_{"command.timeout", of_command};
  Kind read_{"client.read_timeout", of_read};
};

/// What the clients, and the gateway for them, wait for; and what of the edge does nothing.
void warn_of_edge(const Scenario& scenario, const std::map<std::string, Duration>& medians, Checker& checker) {
  const services::ServiceSpec* gateway = gateway_of(scenario);
  const auto warn = [&](const std::string& at, Duration time_out, const std::string& service, Duration median, std::string_view then) {
    if (time_out < median) checker.warning(at, too_short(time_out, service, median, then));
  };
  const Duration of_gateway = gateway == nullptr ? Duration{0} : gateway->cost.median;
  for (const auto& [name, workload] : scenario.load) {
    const auto target = medians.find(workload.target);
    if (target == medians.end()) continue;
    const bool by_edge = workload.entry == workload::Entry::edge;
    warn(fmt::format("load.{}.timeout", name), workload.timeout, workload.target, target->second + (by_edge ? of_gateway : Duration{0}),
         "most requests will be given up");
  }
  if (gateway == nullptr || gateway->origins().empty()) return;
  const std::string* slowest = nullptr;
  for (const services::GatewayOriginSpec& origin : gateway->origins()) {
    const auto median = medians.find(origin.service);
    if (median != medians.end() && (slowest == nullptr || median->second > medians.at(*slowest))) slowest = &origin.service;
  }
  if (slowest != nullptr) {
    warn("edge.origin.read_timeout", scenario.edge.origin.read_timeout, *slowest, medians.at(*slowest),
         scenario.edge.origin.max_retries > 0 ? "the gateway will give most attempts up, and what it repeats is worked twice"
                                              : "the gateway will give most attempts up");
  }
  const std::string& played = gateway->origins().front().service;
  if (scenario.members && medians.contains(played)) {
    warn("members.play_timeout", scenario.members->play_timeout, played, medians.at(played) + of_gateway, "most plays will be given up");
  }
  if (scenario.edge.balancing.subset > 0 && scenario.edge.balancing.technique == zuul::Technique::ribbon) {
    checker.warning("edge.balancing.subset",
                    "only `technique: choice_of_two` keeps to a subset; under `ribbon` each gateway instance talks to all servers");
  }
}

}  // namespace

const services::ServiceSpec* gateway_of(const Scenario& scenario) {
  const auto gateway = scenario.services.find(scenario.edge.gateway);
  return gateway == scenario.services.end() || !gateway->second.gateway ? nullptr : &gateway->second;
}

std::string place_of_drawn(const Scenario& scenario) {
  return scenario.services_from && scenario.services_from->generator ? "services_from.generator" : "services_from.file";
}

void warn_of_classic_mistakes(const Scenario& scenario, Checker& checker) {
  std::map<std::string, services::ServiceSpec> typical = scenario.services;
  for (auto& [name, spec] : typical) spec.cost = {spec.cost.median, 0};
  const services::CallGraph graph(typical);
  if (graph.cycle()) return;  // an error of its own
  const std::map<std::string, Duration> medians = graph.idle_times();
  TimeOuts time_outs(scenario, medians, checker);
  for (const auto& [name, spec] : scenario.services) {
    for (std::size_t i = 0; i < spec.calls.size(); ++i) {
      const services::CallSpec& call = spec.calls[i];
      if (!scenario.services.contains(call.service)) continue;
      warn_of_queue(call, fmt::format("services.{}.calls[{}]", name, i), checker);
      time_outs.look_at(call, name, i);
    }
  }
  time_outs.warn_of_drawn();
  warn_of_time_outs(scenario, checker);
  warn_of_capacity(scenario, checker);
  if (!scenario.misim) warn_of_stale_queues(scenario, checker);
  warn_of_edge(scenario, medians, checker);
  warn_of_gateway(scenario, checker);
  warn_of_caches(scenario, checker);
  warn_of_fan_out(scenario, checker);
  warn_of_ejection(scenario, checker);
  warn_of_backlogs(scenario, checker);
  warn_of_load_steps(scenario, checker);
  warn_of_retries(scenario, graph.in_order(), checker);
}

}  // namespace streamtwin
