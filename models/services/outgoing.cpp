#include "models/services/outgoing.hpp"

#include <optional>

namespace streamtwin::services {

Outgoing::Outgoing(const CallSpec& call, Service& target, Instant now)
    : client(&call.client),
      callee(&target),
      pool(call.pool),
      command(call.command, &pool, now),
      reads(retry_rules(call.client, false)),
      writes(retry_rules(call.client, true)),
      retry_throttle(call.client.retry_throttle),
      balancer(call.balancer, now),
      dashboard(call.dashboard ? std::make_unique<hystrix::Dashboard>() : nullptr) {}

void Outgoing::try_ended(ribbon::ServerIndex server, ribbon::AttemptResult result, Duration took, Instant now) {
  if (result != ribbon::AttemptResult::answered) connected_[server] = false;
  balancer.request_finished(server, result, took, now);
}

bool Outgoing::connect(ribbon::ServerIndex server) {
  if (connected_.size() <= server) connected_.resize(server + 1);
  const bool open = connected_[server];
  connected_[server] = true;
  return open;
}

void Outgoing::release_thread(Instant now) {
  if (command.pool() == nullptr) return;
  if (const std::optional<hystrix::Ticket> next = pool.release(now)) QueuedCall::of(*next).start();
}

}  // namespace streamtwin::services
