#include "models/services/outgoing.hpp"

#include <optional>

namespace streamtwin::services {

Outgoing::Outgoing(const CallSpec& call, const CallRules& its_rules, Service& target, Instant now,
                   std::unique_ptr<ribbon::PluggedRule> plugged)
    : client(&call.client),
      callee(&target),
      rules(&its_rules),
      dashboard(call.dashboard ? std::make_unique<hystrix::Dashboard>() : nullptr),
      pool(call.pool),
      command(call.command, &pool, now),
      balancer(call.balancer, now, std::move(plugged)) {}

void Outgoing::try_ended(ribbon::ServerIndex server, ribbon::AttemptResult result, Duration took, Instant now) {
  if (result != ribbon::AttemptResult::answered) balancer.disconnect(server);
  balancer.request_finished(server, result, took, now);
}

void Outgoing::take_list(std::span<const ribbon::Server> servers, Instant now) {
  if (defences != nullptr && defences->ejections != nullptr) return defences->ejections->take_list(servers, balancer, now);
  balancer.update(servers, now);
}

void Outgoing::release_thread(Instant now) {
  if (command.pool() == nullptr) return;
  if (const std::optional<hystrix::Ticket> next = pool.release(now)) QueuedCall::of(*next).start();
}

}  // namespace streamtwin::services
