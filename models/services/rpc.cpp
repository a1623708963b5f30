// How one service calls another. The caller's side is `call`: it reads as the steps of a Hystrix command. The
// callee's side is `serve`: it goes on working when nobody waits any more, and ends with its machine.
#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

using Served = ::streamtwin::Service;

namespace {

hystrix::Outcome outcome_of(Status status) {
  if (answered(status)) return hystrix::Outcome::success;
  return status == Status::timed_out ? hystrix::Outcome::timeout : hystrix::Outcome::failure;
}

SpanStatus span_status(Status status) { return answered(status) ? SpanStatus::ok : SpanStatus::failed; }

}  // namespace

Task<Reply> Mesh::call(Instance& caller, Outgoing& outgoing, Request request) {
  ++measures.hops;
  request.span = request.span.child("call", outgoing.callee->name, now());
  hystrix::Command& command = outgoing.command;
  const hystrix::Decision decision = command.decide(now());
  hystrix::Outcome outcome = hystrix::Outcome::success;
  Reply reply;
  if (decision == hystrix::Decision::run) {
    reply = co_await attempt(caller, outgoing, request);
    outcome = outcome_of(reply.status);
    command.run_ended(outcome, now());
    if (hystrix::ThreadPool* pool = command.pool()) pool->release(now());
  } else {
    outcome = hystrix::outcome_of(decision);
    reply.status = Status::rejected;
    ++(outcome == hystrix::Outcome::short_circuited ? measures.short_circuited : measures.pool_rejected);
    if (outcome == hystrix::Outcome::thread_pool_rejected) command.run_ended(outcome, now());
  }
  if (hystrix::has_fallback(outcome)) reply = co_await fall_back(caller, outgoing, request, reply.status);
  command.command_ended(outcome, now());
  request.span.end(now(), span_status(reply.status));
  co_return reply;
}

Task<Reply> Mesh::attempt(Instance& caller, Outgoing& outgoing, const Request& request) {
  Reply reply;
  const std::optional<ribbon::ServerIndex> choice = outgoing.balancer.choose(now(), caller.random);
  if (!choice) {
    reply.status = Status::unreachable;
    co_return reply;
  }
  Instance& callee = instance(outgoing.balancer.server(*choice).host);
  const Instant sent = now();
  outgoing.balancer.request_started(*choice, sent);
  auto [promise, future] = make_promise<Reply>();
  send(callee, geography.one_way(caller.zone, callee.zone), request, std::move(promise));
  const std::optional<Reply> answer = co_await future.within(outgoing.spec->command.timeout);
  if (answer) {
    reply = *answer;
  } else {
    reply.status = Status::timed_out;
    ++measures.timeouts;
  }
  const bool silent = reply.status == Status::timed_out;
  outgoing.balancer.request_finished(*choice, silent ? ribbon::AttemptResult::connection_failed : ribbon::AttemptResult::answered,
                                     now() - sent, now());
  co_return reply;
}

Task<Reply> Mesh::fall_back(Instance& caller, Outgoing& outgoing, const Request& request, Status why) {
  Reply reply;
  reply.status = why;
  if (outgoing.spec->fallback == Fallback::none || outgoing.command.begin_fallback() != hystrix::Fallback::run) {
    co_return reply;
  }
  ++measures.fallbacks;
  const bool from_cache = outgoing.spec->fallback == Fallback::stale_cache && outgoing.callee->cache != nullptr;
  if (from_cache) {
    reply = co_await read_stale(caller, *outgoing.callee, request);
  } else {
    reply = Reply{};
  }
  reply.stale = true;
  if (answered(reply.status)) ++measures.stale_answers;
  outgoing.command.end_fallback();
  co_return reply;
}

void Mesh::send(Instance& callee, Duration one_way, const Request& request, Promise<Reply> promise) {
  if (!callee.alive()) return;  // a dead machine answers nothing: the caller's time-out will tell
  callee.scope.spawn(callee.service.name, serve(callee, one_way, request, std::move(promise)));
}

Task<> Mesh::serve(Instance& self, Duration one_way, Request request, Promise<Reply> promise) {
  co_await delay(one_way);
  Service& service = self.service;
  const Instant arrived = now();
  ++service.measures.requests;
  const Span span = request.span.child("serve", self.name, arrived);
  request.span = span;
  Reply reply;
  const Duration work = service.draw_cost(self.random) + service.added_latency;
  const Served served = co_await self.workers.serve(work);
  if (served == Served::rejected) {
    reply.status = Status::overloaded;
    ++service.measures.rejections;
  } else {
    service.measures.busy.add(work);
    if (service.added_errors.value() > 0 && self.random.chance(service.added_errors.value())) {
      reply.status = Status::failed;
    } else if (service.has_more_to_do()) {
      co_await complete(self, request, reply);
    }
  }
  if (!answered(reply.status)) ++service.measures.failures;
  service.measures.latency.record(now() - arrived);
  span.end(now(), span_status(reply.status));
  co_await delay(one_way);
  promise.set(reply);
}

Task<> Mesh::complete(Instance& self, Request request, Reply& reply) {
  const Service& service = self.service;
  if (service.spec.role == Role::cache) {
    answer_from_shard(self, request, reply);
    co_return;
  }
  if (RoleProcess* process = processes_[static_cast<std::size_t>(service.spec.role)]) {
    co_await process->handle(self, request, reply);
    co_return;
  }
  if (service.spec.role == Role::store) {
    co_await reach_quorum(self, request, reply);
    co_return;
  }
  if (service.store != nullptr) {
    co_await read_item(self, request, reply);
    if (!answered(reply.status)) co_return;
  }
  co_await orchestrate(self, request, reply);
  RoleBehaviour* behaviour = behaviours_[static_cast<std::size_t>(service.spec.role)];
  if (behaviour != nullptr && reply.status == Status::ok) behaviour->complete(request, reply, now());
}

Task<> Mesh::orchestrate(Instance& self, const Request& request, Reply& reply) {
  const auto& specs = self.service.spec.calls;
  std::vector<Task<Reply>> parallel;
  for (std::size_t begin = 0; begin < specs.size() && reply.status == Status::ok;) {
    std::size_t end = begin;
    parallel.clear();
    for (; end < specs.size() && specs[end].stage == specs[begin].stage; ++end) {
      if (specs[end].probability.value() < 1 && !self.random.chance(specs[end].probability.value())) continue;
      parallel.push_back(call(self, *self.calls[end], request));
    }
    begin = end;
    if (parallel.size() == 1) {
      merge(reply, co_await std::move(parallel.front()));
    } else if (!parallel.empty()) {
      for (const Reply& answer : co_await all_of(std::move(parallel))) merge(reply, answer);
    }
  }
}

void Mesh::merge(Reply& reply, const Reply& answer) {
  reply.stale |= answer.stale;
  if (answer.list.size > 0) reply.list = answer.list;
  if (answer.status == Status::refused) {
    if (reply.status == Status::ok) reply.status = Status::refused;
  } else if (!answered(answer.status)) {
    reply.status = Status::failed;
  }
}

}  // namespace streamtwin::services
