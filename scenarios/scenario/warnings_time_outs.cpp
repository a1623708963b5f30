// Time-outs that do not fit into each other: of a client into its command, of a service's commands into what its caller
// waits. One warning of a kind, at the call where it is worst: a platform's calls are often configured alike.
#include <fmt/format.h>

#include <optional>

#include "models/edge/zuul/origin.hpp"
#include "models/services/patience.hpp"
#include "scenarios/scenario/warnings.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin {
namespace {

using language::human;
using services::CallSpec;
using services::ServiceSpec;

/// Keeps the worst of the calls that something is said of, and counts the others; apart for those that nobody wrote.
class WorstCall {
 public:
  explicit WorstCall(const Scenario& scenario) : scenario_(scenario) {}

  struct At {
    std::string caller;
    std::size_t position = 0;
    std::string message = {};
  };
  void add(double excess, At at) {
    Worst& worst = scenario_.drawn.contains(at.caller) ? drawn_ : written_;
    ++worst.calls;
    if (worst.at && worst.excess >= excess) return;
    worst.excess = excess;
    worst.at = std::move(at);
  }
  void warn(Checker& checker) const {
    if (written_.at)
      checker.warning(fmt::format("services.{}.calls[{}].command.timeout", written_.at->caller, written_.at->position), text(written_));
    if (!drawn_.at) return;
    checker.warning(place_of_drawn(scenario_), fmt::format("command.timeout of the call from {}: {}", drawn_.at->caller, text(drawn_)));
  }

 private:
  struct Worst {
    std::size_t calls = 0;
    double excess = 0;
    std::optional<At> at;
  };
  static std::string text(const Worst& worst) {
    const std::size_t others = worst.calls - 1;
    return others == 0 ? worst.at->message : fmt::format("{}; alike: {} more of the calls", worst.at->message, others);
  }

  const Scenario& scenario_;
  Worst written_, drawn_;
};

std::string what_comes_of(const CallSpec& call, const ServiceSpec& caller) {
  const Duration time_out = call.command.timeout;
  const services::ClientSpec& client = call.client;
  if (services::code_goes_on(call, caller.execution.model))
    return "the rest of that is worked although nobody waits for it, and holds its thread";
  if (client.connect_timeout >= time_out) return "no try at a dead server ends as a failed connection, so that it is asked again and again";
  const bool repeats = services::retry_rules(client, false).tries_after(services::Failure::timeout) > 1;
  if (client.read_timeout >= time_out) {
    return repeats ? "no try ends by its own time-out, so that none is repeated after one"
                   : "no try ends by its own time-out, so that the server's statistics never learn of one";
  }
  return repeats ? "the last tries are never made or never end" : "a try that had to connect first is cut short";
}

/// "2 tries of 2 s to connect and 5 s to read"
std::string in_words(const services::ClientSpec& client) {
  const services::RetryRules rules = services::retry_rules(client, false);
  const int connects = rules.tries_after(services::Failure::refused), reads = rules.tries_after(services::Failure::timeout);
  const std::string connect = human(client.connect_timeout) + " to connect", read = human(client.read_timeout) + " to read";
  const std::string waits = rules.tries_max() > 1 && rules.back_off.first > Duration{0} ? ", and the waits between tries" : "";
  if (connects == reads) return fmt::format("{}{} and {}{}", reads > 1 ? fmt::format("{} tries of ", reads) : "", connect, read, waits);
  return fmt::format("{} times {} and {} times {}{}", connects, connect, reads, read, waits);
}

/// Of the sum of several times: nobody means that.
constexpr Duration rounding_of_sums{1e-6};

void look_at_client(const CallSpec& call, const ServiceSpec& caller, WorstCall::At at, WorstCall& worst) {
  const Duration longest = services::longest_tries(call.client);
  if (!call.command.timeout_enabled || longest <= call.command.timeout + rounding_of_sums) return;
  at.message = fmt::format("{} is shorter than what the client of the call may take, {} ({}): {}", human(call.command.timeout),
                           human(longest), in_words(call.client), what_comes_of(call, caller));
  worst.add(longest / call.command.timeout, std::move(at));
}

std::string does_not_fit(Duration time_out, const std::string& callee, Duration longest) {
  return fmt::format(
      "{} is not longer than the time that {}'s own calls are given, {}: what {} makes of a failure of theirs, a fallback too, "
      "comes too late",
      human(time_out), callee, human(longest), callee);
}

/// What a service's own calls are given: all that follow each other, or the longest of them where services are drawn. Their
/// time-outs nest call by call; what all stages of a deep graph may take in turn is more than anybody waits for.
Duration given_to_calls_of(const Scenario& scenario, const std::string& name) {
  const ServiceSpec& service = scenario.services.at(name);
  return scenario.drawn.contains(name) ? services::longest_of_one(service) : services::longest_calls(service);
}

void look_at_callee(const Scenario& scenario, const CallSpec& call, WorstCall::At at, WorstCall& worst) {
  const ServiceSpec& callee = scenario.services.at(call.service);
  const Duration longest = given_to_calls_of(scenario, call.service);
  if (!call.command.timeout_enabled || longest < call.command.timeout || callee.calls.empty()) return;
  at.message = does_not_fit(call.command.timeout, call.service, longest);
  worst.add(longest / call.command.timeout, std::move(at));
}

/// Of the edge and of clients: how long they wait for a service whose calls are given so long.
void warn_if_short(const Scenario& scenario, const std::string& place, Duration time_out, const std::string& service, Checker& checker) {
  const auto found = scenario.services.find(service);
  if (found == scenario.services.end() || found->second.calls.empty()) return;
  const Duration longest = given_to_calls_of(scenario, service);
  if (time_out <= longest) checker.warning(place, does_not_fit(time_out, service, longest));
}

void warn_of_outside(const Scenario& scenario, Checker& checker) {
  for (const auto& [name, workload] : scenario.load) {
    warn_if_short(scenario, fmt::format("load.{}.timeout", name), workload.timeout, workload.target, checker);
  }
  const ServiceSpec* gateway = gateway_of(scenario);
  if (gateway == nullptr || gateway->origins().empty()) return;
  const Duration attempt = zuul::attempt_timeout(scenario.edge.origin.read_timeout, std::nullopt);
  const std::string* slowest = nullptr;
  Duration longest{0};
  for (const services::GatewayOriginSpec& origin : gateway->origins()) {
    const auto callee = scenario.services.find(origin.service);
    if (callee == scenario.services.end() || (slowest != nullptr && given_to_calls_of(scenario, origin.service) <= longest)) continue;
    slowest = &callee->first;
    longest = given_to_calls_of(scenario, origin.service);
  }
  if (slowest != nullptr) warn_if_short(scenario, "edge.origin.read_timeout", attempt, *slowest, checker);
  const std::string& played = gateway->origins().front().service;
  if (scenario.members) warn_if_short(scenario, "members.play_timeout", scenario.members->play_timeout, played, checker);
}

}  // namespace

void warn_of_time_outs(const Scenario& scenario, Checker& checker) {
  WorstCall client(scenario), callee(scenario);
  for (const auto& [name, caller] : scenario.services) {
    for (std::size_t i = 0; i < caller.calls.size(); ++i) {
      if (!scenario.services.contains(caller.calls[i].service)) continue;
      look_at_client(caller.calls[i], caller, {name, i}, client);
      look_at_callee(scenario, caller.calls[i], {name, i}, callee);
    }
  }
  client.warn(checker);
  callee.warn(checker);
  warn_of_outside(scenario, checker);
}

}  // namespace streamtwin
