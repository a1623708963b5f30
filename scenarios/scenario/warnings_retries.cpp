// Retries that multiply over the layers: how many tries at a service that does not answer one request from outside becomes,
// by the rules that the run goes by (what is tried again, of which methods, within which time-outs).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "models/edge/zuul/origin.hpp"
#include "models/services/patience.hpp"
#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {
namespace {

using rpc::Method;
using services::CallSpec;
using services::ServiceSpec;

/// Tries at the last service of a chain that one request at its first may become: more than Ribbon's default of one
/// retry makes of it over four layers.
constexpr double tries_worth_a_warning = 16;
/// Members try a play again by default, after a while: what that alone makes of it is not worth one.
const double members_tries_worth_a_warning = tries_worth_a_warning * clients::MemberSpec{}.retry.attempts;
/// A chain's first and last services are shown when it is longer than this.
constexpr std::size_t links_shown_max = 20;

/// A way in from outside.
struct TriesFromDoor {
  std::string text;  ///< "load.visitors x3 zuul x2 "
  std::string target;
  double tries;
  double worth_a_warning;
  bool writes;
};

std::vector<TriesFromDoor> doors_of(const Scenario& scenario) {
  std::vector<TriesFromDoor> doors;
  const auto gateway_tries = [&](Method method) {
    int attempt = 1;
    while (zuul::should_retry(zuul::AttemptOutcome::read_timeout, method, attempt, scenario.edge.origin.max_retries)) ++attempt;
    return attempt;
  };
  for (const auto& [name, workload] : scenario.load) {
    const int attempts = workload.retry.attempts;
    const bool by_edge = workload.entry == workload::Entry::edge;
    const int at_gateway = by_edge ? gateway_tries(workload.method) : 1;
    const std::string first = attempts > 1 ? fmt::format("load.{} x{} ", name, attempts) : "";
    doors.push_back({by_edge ? fmt::format("{}{} x{} ", first, scenario.edge.gateway, at_gateway) : first, workload.target,
                     static_cast<double>(attempts) * at_gateway, tries_worth_a_warning, services::writes(workload.method)});
  }
  const ServiceSpec* gateway = gateway_of(scenario);
  if (gateway == nullptr || gateway->origins().empty() || !scenario.members) return doors;
  const int attempts = scenario.members->retry.attempts, at_gateway = gateway_tries(Method::get);
  doors.push_back({fmt::format("members x{} {} x{} ", attempts, scenario.edge.gateway, at_gateway), gateway->origins().front().service,
                   static_cast<double>(attempts) * at_gateway, members_tries_worth_a_warning, false});
  return doors;
}

bool writes_of(const CallSpec& call, bool of_request) { return call.method ? services::writes(*call.method) : of_request; }

/// What becomes of a request at each service while one of them does not answer.
class TriesAtSilent {
 public:
  TriesAtSilent(const Scenario& scenario, const std::vector<std::string>& callers_first, std::string silent) : silent_(std::move(silent)) {
    constexpr Duration for_ever{1e18};
    for (const bool of_writes : {false, true}) from_[of_writes][silent_] = {1, for_ever, 0, nullptr, of_writes};
    for (auto service = callers_first.rbegin(); service != callers_first.rend(); ++service) {
      const ServiceSpec& spec = scenario.services.at(*service);
      if (*service == silent_) continue;
      for (const bool of_writes : {false, true}) follow(*service, spec, of_writes);
    }
  }

  double tries(const TriesFromDoor& door) const {
    const auto found = from_[door.writes].find(door.target);
    return found == from_[door.writes].end() ? 0 : door.tries * found->second.tries;
  }
  /// "zuul x2 play-api x2 manifest"
  std::string chain(const TriesFromDoor& door) const {
    std::vector<std::string> links;
    const Link* link = &from_[door.writes].at(door.target);
    for (; link->call != nullptr; link = &from_[link->writes].at(link->call->service)) {
      links.push_back(fmt::format(" x{} {}", link->made, link->call->service));
    }
    std::string text = door.text + door.target;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (links.size() > links_shown_max && i == links_shown_max / 2) {
        i = links.size() - links_shown_max / 2;
        text += fmt::format(" ... {} more ...", links.size() - links_shown_max);
      }
      text += links[i];
    }
    return text;
  }

 private:
  /// The call by which most tries come of a request: all of them, how long until it has failed, and this call's own.
  struct Link {
    double tries;
    Duration lasts;
    int made;
    const CallSpec* call;
    bool writes;  ///< the call's requests
  };
  void follow(const std::string& service, const ServiceSpec& spec, bool of_writes) {
    for (const CallSpec& call : spec.calls) {
      const bool call_writes = writes_of(call, of_writes);
      const auto below = from_[call_writes].find(call.service);
      if (below == from_[call_writes].end()) continue;
      const services::FailingTries own =
          services::failing_tries(call, spec.execution.model, services::Failure::timeout, below->second.lasts, call_writes);
      const Link link{own.made * below->second.tries, own.lasts, own.made, &call, call_writes};
      const auto [known, first] = from_[of_writes].try_emplace(service, link);
      if (!first && link.tries > known->second.tries) known->second = link;
    }
  }

  const std::string silent_;
  std::array<std::map<std::string, Link>, 2> from_;  ///< for requests that read, and that write
};

/// Tries if time-outs cut none off, from the callers down: which services are worth a closer look.
std::map<std::string, double> at_most(const Scenario& scenario, const std::vector<std::string>& callers_first,
                                      const std::vector<TriesFromDoor>& doors) {
  std::map<std::string, double> excess;
  for (const TriesFromDoor& door : doors) excess[door.target] = std::max(excess[door.target], door.tries / door.worth_a_warning);
  for (const std::string& caller : callers_first) {
    const ServiceSpec& spec = scenario.services.at(caller);
    const auto known = excess.find(caller);
    if (known == excess.end()) continue;
    const double before = known->second;
    for (const CallSpec& call : spec.calls) {
      const int tries = call.client.has_budget() ? 1 : services::retry_rules(call.client, false).tries_max();
      excess[call.service] = std::max(excess[call.service], before * tries);
    }
  }
  return excess;
}

std::vector<std::string> worst_first(const std::map<std::string, double>& excess) {
  constexpr std::size_t looked_at_max = 12;
  std::vector<std::string> names;
  for (const auto& [name, share] : excess) {
    if (share > 1) names.push_back(name);
  }
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) { return excess.at(a) > excess.at(b); });
  if (names.size() > looked_at_max) names.resize(looked_at_max);
  return names;
}

}  // namespace

// One warning, of the worst chain. Where services were drawn or read, it stands there: that is where somebody can do
// something about it.
void warn_of_retries(const Scenario& scenario, const std::vector<std::string>& callers_first, Checker& checker) {
  const std::vector<TriesFromDoor> doors = doors_of(scenario);
  double most = 1, tries_of_most = 0;
  std::string worst, chain;
  for (const std::string& name : worst_first(at_most(scenario, callers_first, doors))) {
    if (!scenario.services.contains(name)) continue;
    const TriesAtSilent silent(scenario, callers_first, name);
    for (const TriesFromDoor& door : doors) {
      const double tries = silent.tries(door);
      if (tries / door.worth_a_warning <= most) continue;
      most = tries / door.worth_a_warning;
      tries_of_most = tries;
      worst = name;
      chain = silent.chain(door);
    }
  }
  if (worst.empty()) return;
  const bool drawn = scenario.services_from && scenario.services_from->generator;
  checker.warning(
      scenario.drawn.contains(worst) ? place_of_drawn(scenario) : fmt::format("services.{}", worst),
      fmt::format(
          "retries multiply over the layers: while {} does not answer, one request becomes {} tries there, most of all services ({}); {}",
          worst, std::isinf(tries_of_most) ? "no end of" : fmt::format("{}", tries_of_most), chain,
          drawn ? "fewer `retries` or less depth bound that" : "`retry_throttle` bounds that"));
}

}  // namespace streamtwin
