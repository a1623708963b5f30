// A request's way through MiSim's instances: it arrives, makes its calls, waits for them, works, and is answered.
#include <utility>

#include "models/misim/cluster.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::misim {

using rpc::Status;

void Cluster::Gathering::answered() {
  if (--left == 0 && !promise.is_set()) promise.set(true);
}

// The others' answers are not waited for any more.
void Cluster::Gathering::failed() {
  if (!promise.is_set()) promise.set(false);
  open.assign(open.size(), false);
}

// NetworkRequestReceiveEvent and MicroserviceInstance.handleIncomingRequest.
void Cluster::accept(const Choice& choice, Operation& operation, const Envelope& request, Promise<Reply> promise, bool of_user) {
  Instance* const callee = find(choice);
  if (callee == nullptr || !takes_requests(*callee)) {
    promise.set(Reply{.status = Status::failed});
    return;
  }
  ++callee->service.measures.requests;
  InFlight& in_flight = state_of(*callee).in_flight;
  in_flight.push_back({std::move(promise), now(), of_user});
  callee->scope.spawn(callee->service.name, serve(*callee, operation, request, std::prev(in_flight.end())));
}

Task<> Cluster::arrive(Choice callee, Operation& operation, Envelope request, Promise<Reply> promise) {
  accept(callee, operation, request, std::move(promise), false);
  co_return;
}

Task<> Cluster::serve(Instance& self, Operation& operation, Envelope request, InFlight::iterator entry) {
  request.span = request.span.child("serve", self.name + "." + operation.name, now());
  std::vector<std::size_t> calls;
  operation.dependencies.draw(self.random, calls);
  bool good = true;
  if (!calls.empty()) {
    Future<bool> gathered = gather(self, operation, calls, request);
    good = co_await gathered;
  }
  if (good) {
    state_of(self).submitted += operation.work;
    const ::streamtwin::Service served = co_await self.execution.workers.serve(operation.work);
    good = served == ::streamtwin::Service::served;
    if (good) {
      self.service.measures.busy.add(operation.work);
    } else {
      state_of(self).submitted -= operation.work;
      ++self.service.measures.rejections;  // MiSim's queues have no end; a scenario's have one
    }
  }
  request.span.end(now(), good ? SpanStatus::ok : SpanStatus::failed);
  answer(self, entry, good);
}

Future<bool> Cluster::gather(Instance& self, const Operation& operation, const std::vector<std::size_t>& calls, const Envelope& request) {
  auto [promise, future] = make_promise<bool>();
  auto gathering = std::make_shared<Gathering>();
  gathering->left = calls.size();
  gathering->promise = std::move(promise);
  gathering->open.assign(calls.size(), true);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    self.scope.spawn("a call", make_call(self, {gathering, i, &operation.calls[calls[i]]}, request));
  }
  return std::move(future);
}

// The Retry pattern around a call. What the request has become in the meantime does not matter to it.
Task<> Cluster::make_call(Instance& self, Calling calling, Envelope request) {
  const std::optional<MisimRetrySpec>& retry = of(self.service).spec.retry;
  CircuitBreaker* breaker = breaker_of(self, calling.call->target->service);
  if (request.span) request.span = request.span.child("call " + calling.call->target->service.service.name, self.name, now());
  bool good = false, lost = false;
  for (int tries = 1;; ++tries) {
    good = co_await try_once(self, calling, request, breaker, lost);
    if (good || lost) break;
    if (breaker != nullptr) breaker->failed(now());
    if (!retry || tries >= retry->max_tries) break;
    ++mesh_.measures.retries;
    co_await delay(back_off(*retry, tries, self.random));
  }
  request.span.end(now(), good ? SpanStatus::ok : SpanStatus::failed);
  std::vector<bool>& open = calling.gathering->open;
  if (lost || !open[calling.number]) co_return;
  open[calling.number] = false;
  good ? calling.gathering->answered() : calling.gathering->failed();
}

// One try: true when it was answered. `lost`: the answer came, but nobody takes it any more.
Task<bool> Cluster::try_once(Instance& self, const Calling& calling, Envelope request, CircuitBreaker* breaker, bool& lost) {
  const CircuitBreaker::Decision decision = breaker != nullptr ? breaker->decide(now()) : CircuitBreaker::Decision::send;
  if (decision == CircuitBreaker::Decision::open) {
    ++mesh_.measures.short_circuited;
    co_return false;
  }
  ++mesh_.measures.hops;
  Operation& target = *calling.call->target;
  const Duration way = time_of_call(*calling.call, self.random);
  auto [promise, future] = make_promise<Reply>();
  const Choice callee = choose(target.service);
  if (!callee.nobody) {
    scope_.spawn_after(way, "a call on its way", arrive(callee, target, request, std::move(promise)));
  } else {
    scope_.spawn_after(way, "a call to nobody", be_unreachable(std::move(promise)));
  }
  if (decision == CircuitBreaker::Decision::over_volume) {
    ++mesh_.measures.pool_rejected;
    self.scope.spawn_service("a late answer", hear_late(calling, std::move(future)));
    co_return false;
  }
  const std::optional<Reply> reply = co_await future.within(spec_.timeout);
  if (!reply) {
    ++mesh_.measures.timeouts;
    self.scope.spawn_service("a late answer", hear_late(calling, std::move(future)));
    co_return false;
  }
  if (reply->status != Status::ok) co_return false;
  lost = state_of(self).shutting_down || !calling.gathering->open[calling.number];
  const bool within_itself = &target.service.service == &self.service;  // CircuitBreaker passes over those
  if (!lost && breaker != nullptr && !within_itself) breaker->succeeded(now());
  co_return !lost;
}

// MicroserviceInstance.handleRequestAnswer: it takes the call off its list before it sees that the answer is an old one.
Task<> Cluster::hear_late(Calling calling, Future<Reply> answer) {
  const Reply reply = co_await answer;
  if (reply.status != Status::ok) co_return;
  ++mesh_.measures.late_answers;
  calling.gathering->open[calling.number] = false;
}

Task<> Cluster::be_unreachable(Promise<Reply> promise) {
  promise.set(Reply{.status = Status::unreachable});
  co_return;
}

CircuitBreaker* Cluster::breaker_of(Instance& self, const Microservice& target) {
  const std::optional<MisimCircuitBreakerSpec>& spec = of(self.service).spec.circuit_breaker;
  if (!spec) return nullptr;
  return &state_of(self).breakers.try_emplace(&target, *spec).first->second;
}

// NetworkRequestSendEvent.customizeLatency.
Duration Cluster::time_of_call(const Operation::Call& call, Random& random) const {
  const Duration plain = draw(call.custom_delay ? *call.custom_delay : spec_.delay, random);
  return call.added_delay ? plain + draw(*call.added_delay, random) : plain;
}

void Cluster::answer(Instance& self, InFlight::iterator entry, bool good) {
  Pending pending = std::move(*entry);
  State& state = state_of(self);
  state.in_flight.erase(entry);
  rpc::ServiceMeasures& measures = self.service.measures;
  measures.latency.record(now() - pending.arrived);
  if (!good) ++measures.failures;
  if (pending.promise.awaited()) {
    if (!good) {
      pending.promise.set(Reply{.status = Status::failed});
    } else if (pending.of_user) {
      pending.promise.set(Reply{});
    } else {
      std::move(pending.promise).set_after(draw(spec_.delay, self.random), Reply{});
    }
  }
  if (state.shutting_down && state.in_flight.empty()) end(self);
}

// MicroserviceInstance.die: whoever waits for it is told at once.
void Cluster::fail_all(Instance& instance) {
  for (Pending& pending : state_of(instance).in_flight) {
    ++instance.service.measures.failures;
    if (pending.promise.awaited()) pending.promise.set(Reply{.status = Status::failed});
  }
  state_of(instance).in_flight.clear();
}

}  // namespace streamtwin::misim
