// Queues of requests that nobody waits for any more: a full one holds more work than the most patient of those who ask waits for its
// answer, so that under overload whoever has queued to the end is worked for nothing. Said only of services that will be overloaded:
// a queue that never fills harms nobody.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "models/edge/zuul/origin.hpp"
#include "scenarios/language/quantity.hpp"
#include "scenarios/scenario/warnings.hpp"

namespace streamtwin {
namespace {

using services::ServiceSpec;

/// By service, how long the most patient of those who ask it waits for an answer to one try.
class Patience {
 public:
  explicit Patience(const Scenario& scenario) {
    for (const auto& [name, caller] : scenario.services) {
      for (const services::CallSpec& call : caller.calls) ask(call.service, of_a_try(call));
    }
    for (const auto& [name, workload] : scenario.load) {
      ask(workload.entry == workload::Entry::edge ? scenario.edge.gateway : workload.target, workload.timeout);
    }
    const ServiceSpec* const gateway = gateway_of(scenario);
    if (gateway == nullptr) return;
    if (scenario.members) ask(scenario.edge.gateway, scenario.members->play_timeout);
    for (const services::GatewayOriginSpec& origin : gateway->origins())
      ask(origin.service, zuul::attempt_timeout(scenario.edge.origin.read_timeout, std::nullopt));
  }
  /// Zero for a service that nobody is known to ask.
  Duration of(const std::string& service) const {
    const auto found = longest_.find(service);
    return found == longest_.end() ? Duration{0} : found->second;
  }

 private:
  static Duration of_a_try(const services::CallSpec& call) {
    return call.command.timeout_enabled ? std::min(call.command.timeout, call.client.read_timeout) : call.client.read_timeout;
  }
  void ask(const std::string& service, Duration waits) {
    Duration& longest = longest_[service];
    longest = std::max(longest, waits);
  }
  std::map<std::string, Duration> longest_;
};

/// Whether something else than the queue's length bounds what waits: a limit of requests under way, or shedding by use.
bool is_bounded_otherwise(const ServiceSpec& service) {
  return service.admission.limit != rpc::LimitKind::none || service.shedding.enabled;
}

}  // namespace

void warn_of_stale_queues(const Scenario& scenario, Checker& checker) {
  const std::set<std::string> overloaded = overloaded_as_it_begins(scenario);
  if (overloaded.empty()) return;
  const Patience patience(scenario);
  const std::string* worst = nullptr;
  double excess = 1;
  std::size_t alike = 0;
  const auto full_queue = [](const ServiceSpec& service) { return service.queue_limit * service.cost.mean() / service.cores; };
  for (const auto& [name, service] : scenario.services) {
    const Duration waits = patience.of(name);
    if (!overloaded.contains(name) || waits <= Duration{0} || is_bounded_otherwise(service) || full_queue(service) <= waits) continue;
    ++alike;
    if (full_queue(service) / waits <= excess) continue;
    excess = full_queue(service) / waits;
    worst = &name;
  }
  if (worst == nullptr) return;
  const ServiceSpec& service = scenario.services.at(*worst);
  const bool drawn = scenario.drawn.contains(*worst);
  const int fits = static_cast<int>(patience.of(*worst) / service.cost.mean() * service.cores);
  checker.warning(
      drawn ? place_of_drawn(scenario) : fmt::format("services.{}.queue_limit", *worst),
      fmt::format("the load's peak is above what the run begins with; then a full queue{} of {} is {} of work for {} core{} ({} each), and "
                  "nobody who asks waits longer than {}: what comes when it is full is worked for nothing; {} would fit{}",
                  drawn ? fmt::format(" at {}", *worst) : "", service.queue_limit, language::human(full_queue(service)), service.cores,
                  service.cores == 1 ? "" : "s", language::human(service.cost.mean()), language::human(patience.of(*worst)), fits,
                  alike > 1 ? fmt::format("; alike: {} more of the services", alike - 1) : ""));
}

}  // namespace streamtwin
