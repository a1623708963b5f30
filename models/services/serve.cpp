// The callee's side of a call: a request arrives at an instance, is admitted, worked on, completed by the service's own
// calls and data, and answered. It goes on working when nobody waits any more, and ends with its machine.
#include "models/services/mesh.hpp"
#include "models/services/tries.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

using Served = ::streamtwin::Service;

void Mesh::send(Instance& callee, Way way, const Request& request, Promise<Reply> promise) {
  if (!callee.alive()) return;  // a dead machine answers nothing: the caller's time-out will tell
  callee.scope.spawn_after(way.there, callee.service.name,
                           callee.execution.threads ? serve_on_thread(callee, way.back, request, std::move(promise))
                                                    : serve(callee, way.back, request, std::move(promise)));
}

// On an event loop: a worker for its own work, nothing while it waits for others or for what a fault adds.
Task<> Mesh::serve(Instance& self, Duration way_back, Request request, Promise<Reply> promise) {
  const Admission::Answer entry = arrive(self, request);
  Reply reply;
  if (entry.refusal != Admission::Refusal::none) {
    refuse(self, request, entry, reply);
  } else {
    const Duration work = self.draw_work(now());
    const Served served = co_await self.execution.workers.serve(work, request.deadline);
    if (served != Served::served) {
      turn_away(self, served, reply);
      answer(self, entry, request, reply, std::move(promise), way_back);
      co_return;
    }
    if (self.service.added_latency > Duration{0}) co_await delay(self.service.added_latency);
    if (has_more_to_do(self, work, request, reply)) {
      co_await complete(self, request, reply);
    }
  }
  answer(self, entry, request, reply, std::move(promise), way_back);
}

// On a thread of its own until it is answered. What a fault adds is waited for there, without a core.
Task<> Mesh::serve_on_thread(Instance& self, Duration way_back, Request request, Promise<Reply> promise) {
  const Admission::Answer entry = arrive(self, request);
  Reply reply;
  RequestThreads& threads = *self.execution.threads;
  Permit thread;
  if (entry.refusal != Admission::Refusal::none || threads.full()) {
    refuse(self, request, entry, reply);
  } else {
    thread = co_await threads.acquire();
    if (now() >= request.deadline) {
      turn_away(self, Served::expired, reply);
    } else {
      const Duration work = self.draw_work(now());
      co_await threads.processor.serve(work);
      if (self.service.added_latency > Duration{0}) co_await delay(self.service.added_latency);
      if (has_more_to_do(self, work, request, reply)) co_await complete(self, request, reply);
    }
  }
  answer(self, entry, request, reply, std::move(promise), way_back);
}

// Counts a request and decides whether it is let in.
Admission::Answer Mesh::arrive(Instance& self, Request& request) {
  ServiceMeasures& measures = self.service.measures;
  ++measures.requests;
  request.span = request.span.child("serve", self.name, now());
  const Grant uncounted{.start = now(), .bypass = true};
  RoleProcess* process = process_of(self.service);
  if (process != nullptr && !process->admits(self, request)) return {uncounted, Admission::Refusal::shed};
  if (!self.admission) return {uncounted};
  const Admission::Answer answer = self.admission->enter(request.priority, self.admission->sheds() ? self.execution.load(now()) : 0, now());
  if (answer.refusal == Admission::Refusal::over_limit) ++measures.over_limit;
  if (answer.refusal == Admission::Refusal::shed) ++measures.shed;
  return answer;
}

void Mesh::refuse(Instance& self, const Request& request, const Admission::Answer& entry, Reply& reply) {
  turn_away(self, Served::rejected, reply);
  const RoleProcess* process = process_of(self.service);
  if (process != nullptr && entry.refusal == Admission::Refusal::shed) process->advise(request, reply);
}

void Mesh::turn_away(Instance& self, Served why, Reply& reply) {
  if (why == Served::expired) {
    reply.status = Status::timed_out;
    ++measures.expired;
  } else {
    reply.status = Status::overloaded;
    ++self.service.measures.rejections;
  }
}

// The instance's own work is done; most services have something left to do.
bool Mesh::has_more_to_do(Instance& self, Duration work, const Request& request, Reply& reply) {
  Service& service = self.service;
  service.measures.busy.add(work);
  if (service.added_errors.value() > 0 && self.random.chance(service.added_errors.value())) {
    reply.status = Status::failed;
    return false;
  }
  if (service.spec.role == Role::cache) {
    answer_from_shard(self, request, reply);
    return false;
  }
  return service.has_more_to_do();
}

void Mesh::answer(Instance& self, const Admission::Answer& entry, Request& request, Reply& reply, Promise<Reply> promise,
                  Duration way_back) {
  ServiceMeasures& measures = self.service.measures;
  if (!answered(reply.status)) ++measures.failures;
  measures.latency.record(now() - entry.grant.start);
  if (self.admission) self.admission->leave(entry.grant, ending_of(reply.status), now());
  request.span.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
  if (self.service.tells_utilisation) reply.utilisation = self.execution.load(now());
  if (promise.awaited()) std::move(promise).set_after(way_back, reply);
}

Task<> Mesh::complete(Instance& self, const Request& request, Reply& reply) {
  const Service& service = self.service;
  if (RoleProcess* process = process_of(service)) return process->handle(self, request, reply);
  if (service.spec.role == Role::store) return reach_quorum(self, request, reply);
  if (service.callees.empty() && behaviour_of(service) == nullptr) return read_item(self, request, reply);
  return orchestrate(self, request, reply);
}

// A service's own item first, then its calls, stage after stage. What comes back during a pause is read after it.
Task<> Mesh::orchestrate(Instance& self, const Request& request, Reply& reply) {
  if (self.service.store != nullptr) co_await read_item(self, request, reply);
  const auto& specs = self.service.spec.calls;
  for (std::size_t begin = 0, end = 0; begin < specs.size() && reply.status == Status::ok; begin = end) {
    while (end < specs.size() && specs[end].stage == specs[begin].stage) ++end;
    std::vector<Task<Reply>> parallel = begin_stage(self, begin, end, request);
    if (parallel.size() == 1) {
      merge(reply, co_await std::move(parallel.front()));
    } else if (!parallel.empty()) {
      for (const Reply& answer : co_await all_of(std::move(parallel))) merge(reply, answer);
    }
    if (self.execution.paused(now())) co_await end_of_pause(self);
  }
  RoleBehaviour* behaviour = behaviour_of(self.service);
  if (behaviour != nullptr && reply.status == Status::ok) behaviour->complete(request, reply, now());
}

// The calls of a stage that this request makes, each to be awaited. A thread that serves a request makes those itself
// that have no thread of their own, one after the other, while the others run.
std::vector<Task<Reply>> Mesh::begin_stage(Instance& self, std::size_t begin, std::size_t end, const Request& request) {
  std::vector<Task<Reply>> parallel;
  std::vector<std::size_t> in_turn;
  for (std::size_t i = begin; i < end; ++i) {
    const double probability = self.service.spec.calls[i].probability.value();
    if (probability < 1 && !self.random.chance(probability)) continue;
    if (self.execution.threads && self.outgoing(i).command.pool() == nullptr) {
      in_turn.push_back(i);
    } else {
      parallel.push_back(call(self, i, request));
    }
  }
  if (!in_turn.empty()) parallel.push_back(call_in_turn(self, std::move(in_turn), request));
  return parallel;
}

// A time-out is answered from the timer's thread, but the code on this one goes on until its client gives up.
Task<Reply> Mesh::call_in_turn(Instance& self, std::vector<std::size_t> positions, const Request& request) {
  Reply all;
  for (const std::size_t position : positions) {
    std::optional<Unheard> unheard;
    const Reply reply = co_await call(self, position, request, &unheard);
    merge(all, reply);
    if (unheard) co_await go_on(self, self.outgoing(position), std::move(*unheard));
    if (all.status != Status::ok) break;
  }
  co_return all;
}

void Mesh::merge(Reply& reply, const Reply& answer) {
  reply.stale |= answer.stale;
  if (answer.list.size > 0) reply.list = answer.list;
  if (answer.status == Status::refused) {
    if (reply.status == Status::ok) reply.status = Status::refused;
  } else if (!answered(answer.status) && answered(reply.status)) {
    reply.status = answer.status;  // who tries again goes by what it was; of several by the first
  }
}

}  // namespace streamtwin::services
