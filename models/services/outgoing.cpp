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

// Netflix/ribbon ConnectionPoolCleanerTask: every 30 s those that have been idle for 30 s are closed. Nobody uses one to a server
// that is not listed, and its index may be another server's soon.
void Outgoing::follow_list() {
  for (ribbon::ServerIndex server = 0; server < connected_.size(); ++server) {
    if (!balancer.listed(server)) connected_[server] = false;
  }
}

void Outgoing::release_thread(Instant now) {
  if (command.pool() == nullptr) return;
  if (const std::optional<hystrix::Ticket> next = pool.release(now)) QueuedCall::of(*next).start();
}

}  // namespace streamtwin::services
