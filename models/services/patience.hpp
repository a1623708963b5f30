// How long a call between services may last: what its client waits for over all its tries, what its command lets the
// caller wait, and whether its code goes on after that.
#pragma once

#include <algorithm>
#include <map>

#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// Tries that a call makes at most, the first included.
inline int tries_most(const ClientSpec& client) { return (1 + client.retries_same_server) * (1 + client.retries_next_server); }

/// The longest time that the client takes: each try may need a connection and then an answer. As Spring Cloud computes what a
/// Hystrix time-out has to be longer than (spring-cloud/spring-cloud-netflix AbstractRibbonCommand).
inline Duration longest_tries(const ClientSpec& client) {
  return static_cast<double>(tries_most(client)) * (client.connect_timeout + client.read_timeout);
}

/// Whether the code of a call goes on when its command has timed out: on the thread of the request that makes it, or on one of
/// the pool that nobody interrupts or that does not heed it. A call of an event loop without a thread is cancelled.
inline bool code_goes_on(const CallSpec& call, ExecutionModel caller) {
  if (call.command.isolation == hystrix::Isolation::semaphore) return caller == ExecutionModel::blocking_threads;
  return !call.command.interrupt_on_timeout || !call.command.honours_interrupt;
}

/// The longest time until the caller goes on after a call. A request's own thread goes on with the code of the call itself.
inline Duration longest_call(const CallSpec& call, ExecutionModel caller) {
  const Duration tries = longest_tries(call.client);
  const bool on_own_thread = call.command.isolation == hystrix::Isolation::semaphore && caller == ExecutionModel::blocking_threads;
  return call.command.timeout_enabled && !on_own_thread ? call.command.timeout : tries;
}

/// The longest time that the calls of a request to a service take: stages follow each other; of the calls of a stage the
/// longest counts, or all of those that the request's own thread makes, one after the other.
inline Duration longest_calls(const ServiceSpec& service) {
  struct Stage {
    Duration parallel{0}, in_turn{0};
  };
  std::map<int, Stage> stages;
  const ExecutionModel model = service.execution.model;
  for (const CallSpec& call : service.calls) {
    Stage& stage = stages[call.stage];
    const bool in_turn = model == ExecutionModel::blocking_threads && call.command.isolation == hystrix::Isolation::semaphore;
    if (in_turn) {
      stage.in_turn += longest_call(call, model);
    } else {
      stage.parallel = std::max(stage.parallel, longest_call(call, model));
    }
  }
  Duration sum{0};
  for (const auto& [number, stage] : stages) sum += std::max(stage.parallel, stage.in_turn);
  return sum;
}

}  // namespace streamtwin::services
