#include "models/services/outgoing.hpp"

namespace streamtwin::services {

Outgoing::Outgoing(const CallSpec& call, Service& target, Instant now)
    : spec(&call), callee(&target), pool(call.pool), command(call.command, &pool, now), balancer(call.balancer, now) {}

void Outgoing::attempt_ended(const Attempt& attempt, Status status, Instant now) {
  const bool silent = status == Status::timed_out || status == Status::unreachable;
  if (silent) connected_[*attempt.server] = false;
  balancer.request_finished(*attempt.server, silent ? ribbon::AttemptResult::connection_failed : ribbon::AttemptResult::answered,
                            now - attempt.sent, now);
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

std::optional<ribbon::Failure> failure_of(Status status) {
  switch (status) {
    case Status::timed_out: return ribbon::Failure::other;
    case Status::overloaded: return ribbon::Failure::throttled;
    case Status::unreachable: return ribbon::Failure::connection;
    default: return std::nullopt;
  }
}

}  // namespace streamtwin::services
