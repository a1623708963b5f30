// What is allowed between the fields of a scenario, but seldom meant: the classic mistakes of configuring calls, each
// with what will come of it.
#include "scenarios/composition/scenario_warnings.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "models/services/call_graph.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {
namespace {

/// Tries at the last service of a chain that one request at its first may become: more than Ribbon's default of one
/// retry makes of it over four layers.
constexpr int tries_worth_a_warning = 16;

std::string in_milliseconds(Duration time) { return fmt::format("{:.3g} ms", in_seconds(time) * 1e3); }

void warn_of_queue(const services::CallSpec& call, const std::string& at, Checker& checker) {
  const hystrix::ThreadPoolProperties& pool = call.pool;
  if (call.command.isolation != hystrix::Isolation::thread || pool.max_queue_size <= pool.queue_rejection_threshold) return;
  checker.warning(at + ".pool.max_queue_size",
                  fmt::format("the queue has room for {}, but calls are rejected as soon as {} wait: queue_rejection_threshold is {}",
                              pool.max_queue_size, pool.queue_rejection_threshold, pool.queue_rejection_threshold));
}

// Half of the answers take longer than the medians along the longest chain of calls.
void warn_of_time_outs(const services::CallSpec& call, const std::string& at, Duration median, Checker& checker) {
  const auto warn = [&](const std::string& field, Duration time_out, std::string_view then) {
    if (time_out >= median) return;
    checker.warning(at + field, fmt::format("{} is shorter than what half of the answers of {} take without any queue, {}: {}",
                                            in_milliseconds(time_out), call.service, in_milliseconds(median), then));
  };
  if (call.command.timeout_enabled) warn(".command.timeout", call.command.timeout, "most calls will time out, and the circuit will open");
  warn(".client.read_timeout", call.client.read_timeout, "most tries will be given up, and what is retried is worked twice");
}

/// How many tries at each service one request from outside may become, and along which chain.
class TriesOverLayers {
 public:
  struct Chain {
    double tries = 1;
    std::string text;  ///< "zuul x2 play-api x2 manifest"
  };
  explicit TriesOverLayers(const Scenario& scenario) {
    for (const auto& [caller, spec] : scenario.services) {
      if (spec.role == services::Role::gateway) continue;  // who comes to the edge goes to one of its calls
      for (const services::CallSpec& call : spec.calls) callers_[call.service].push_back({&caller, tries_of(call)});
    }
    const int gateway_tries = 1 + scenario.edge.origin.max_retries;
    for (const auto& [name, workload] : scenario.load) {
      const int attempts = workload.retry.attempts;
      const bool by_edge = workload.entry == workload::Entry::edge;
      const std::string first = attempts > 1 ? fmt::format("load.{} x{} ", name, attempts) : "";
      come_in(workload.target, static_cast<double>(attempts) * (by_edge ? gateway_tries : 1),
              by_edge ? fmt::format("{}{} x{} {}", first, scenario.edge.gateway, gateway_tries, workload.target) : first + workload.target);
    }
    const auto gateway = scenario.services.find(scenario.edge.gateway);
    if (gateway == scenario.services.end()) return;
    for (const services::CallSpec& call : gateway->second.calls)
      come_in(call.service, gateway_tries, fmt::format("{} x{} {}", gateway->first, gateway_tries, call.service));
  }

  const Chain& to(const std::string& service) {
    if (const auto known = chains_.find(service); known != chains_.end()) return known->second;
    const auto door = doors_.find(service);
    Chain worst = door != doors_.end() ? door->second : Chain{1, service};
    for (const Caller& caller : callers_[service]) {
      const Chain& before = to(*caller.name);
      const double tries = before.tries * caller.tries;
      if (tries > worst.tries) worst = {tries, fmt::format("{} x{} {}", before.text, caller.tries, service)};
    }
    return chains_.emplace(service, std::move(worst)).first->second;
  }

 private:
  struct Caller {
    const std::string* name;
    int tries;
  };
  void come_in(const std::string& service, double tries, const std::string& text) {
    Chain& worst = doors_.try_emplace(service, Chain{0, service}).first->second;
    if (tries > worst.tries) worst = {tries, text};
  }
  static int tries_of(const services::CallSpec& call) {
    if (call.client.retry_throttle.enabled) return 1;
    return (1 + call.client.retries_same_server) * (1 + call.client.retries_next_server);
  }

  std::map<std::string, std::vector<Caller>> callers_;
  std::map<std::string, Chain> doors_;  ///< services that workloads come to
  std::map<std::string, Chain> chains_;
};

// One warning, of the worst chain. Where services were drawn or read, it stands there: that is where somebody can do
// something about it.
void warn_of_retries(const Scenario& scenario, Checker& checker) {
  TriesOverLayers tries(scenario);
  const std::string* worst = nullptr;
  for (const auto& [name, spec] : scenario.services) {
    if (worst == nullptr || tries.to(name).tries > tries.to(*worst).tries) worst = &name;
  }
  if (worst == nullptr || tries.to(*worst).tries <= tries_worth_a_warning) return;
  const bool drawn = scenario.services_from && scenario.services_from->generator;
  checker.warning(
      drawn ? "services_from.generator" : fmt::format("services.{}", *worst),
      fmt::format(
          "retries multiply over the layers: while {} does not answer, one request becomes {} tries there, most of all services ({}); {}",
          *worst, tries.to(*worst).tries, tries.to(*worst).text,
          drawn ? "fewer `retries` or less depth bound that" : "`retry_throttle` bounds that"));
}

}  // namespace

void warn_of_classic_mistakes(const Scenario& scenario, Checker& checker) {
  std::map<std::string, services::ServiceSpec> typical = scenario.services;
  for (auto& [name, spec] : typical) spec.cost = {spec.cost.median, 0};
  const services::CallGraph medians(typical);
  if (medians.cycle()) return;  // an error of its own
  for (const auto& [name, spec] : scenario.services) {
    for (std::size_t i = 0; i < spec.calls.size(); ++i) {
      const services::CallSpec& call = spec.calls[i];
      if (spec.role == services::Role::gateway || !scenario.services.contains(call.service)) continue;
      const std::string at = fmt::format("services.{}.calls[{}]", name, i);
      warn_of_queue(call, at, checker);
      warn_of_time_outs(call, at, medians.critical_path(call.service).cost, checker);
    }
  }
  warn_of_retries(scenario, checker);
}

}  // namespace streamtwin
