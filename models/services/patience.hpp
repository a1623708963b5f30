// How long a call between services may last: what its client waits for over all its tries, what its command lets the
// caller wait, and whether its code goes on after that.
#pragma once

#include <algorithm>
#include <map>

#include "models/services/retry_rules.hpp"
#include "models/services/service_spec.hpp"

namespace streamtwin::services {

/// The longest time that the client takes: each try may need a connection and then an answer, as Spring Cloud computes what a
/// Hystrix time-out has to be longer than (spring-cloud/spring-cloud-netflix AbstractRibbonCommand); a failure after which
/// none is tried again ends it. Waits between tries come on top.
inline Duration longest_tries(const ClientSpec& client) {
  const RetryRules rules = retry_rules(client, false);
  Duration longest = static_cast<double>(rules.tries_after(Failure::refused)) * client.connect_timeout +
                     static_cast<double>(rules.tries_after(Failure::timeout)) * client.read_timeout;
  for (int failed = 1; failed < rules.tries_max(); ++failed) longest += rules.wait_max(failed);
  return longest;
}

/// Whether the request's own thread makes the call, so that it goes on with the call's code.
inline bool on_own_thread(const CallSpec& call, ExecutionModel caller) {
  return call.command.isolation == hystrix::Isolation::semaphore && caller == ExecutionModel::blocking_threads;
}

/// Whether the code of a call goes on when its command has timed out: on the thread of the request that makes it, or on one of
/// the pool that nobody interrupts or that does not heed it. A call of an event loop without a thread is cancelled.
inline bool code_goes_on(const CallSpec& call, ExecutionModel caller) {
  if (call.command.isolation == hystrix::Isolation::semaphore) return caller == ExecutionModel::blocking_threads;
  return !call.command.interrupt_on_timeout || !call.command.honours_interrupt;
}

/// The longest time until the caller goes on after a call. A request's own thread goes on with the code of the call itself.
inline Duration longest_call(const CallSpec& call, ExecutionModel caller) {
  return call.command.timeout_enabled && !on_own_thread(call, caller) ? call.command.timeout : longest_tries(call.client);
}

/// How often a call is tried, and how long it takes, at a callee where each try ends with a failure after `each`.
struct FailingTries {
  int made;
  Duration lasts;
};
inline FailingTries failing_tries(const CallSpec& call, ExecutionModel caller, Failure failure, Duration each, bool of_writes) {
  const RetryRules rules = retry_rules(call.client, of_writes);
  const int most = call.client.has_budget() ? 1 : rules.tries_after(failure);
  const bool cut = call.command.timeout_enabled && !code_goes_on(call, caller);
  FailingTries tries{0, Duration{0}};
  for (Duration next{0}; tries.made < most && (!cut || next < call.command.timeout);) {
    tries.lasts = next + std::min(each, call.client.read_timeout);
    next = tries.lasts + rules.wait_max(++tries.made) * (1 - rules.back_off.jitter.value());
  }
  if (call.command.timeout_enabled && !on_own_thread(call, caller)) tries.lasts = std::min(tries.lasts, call.command.timeout);
  return tries;
}

/// The longest time that one call of a request to a service takes.
inline Duration longest_of_one(const ServiceSpec& service) {
  Duration longest{0};
  for (const CallSpec& call : service.calls) longest = std::max(longest, longest_call(call, service.execution.model));
  return longest;
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
    if (on_own_thread(call, model)) {
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
