// The callee's side of a call: a request arrives at an instance, is admitted, worked on, completed by the service's own
// calls and data, and answered. It goes on working when nobody waits any more, and ends with its machine.
#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

using Served = ::streamtwin::Service;

void Mesh::send(Instance& callee, Way way, const Request& request, Promise<Reply> promise) {
  if (!callee.alive()) return;  // a dead machine answers nothing: the caller's time-out will tell
  callee.scope.spawn_after(way.there, callee.service.name, serve(callee, way.back, request, std::move(promise)));
}

Task<> Mesh::serve(Instance& self, Duration way_back, Request request, Promise<Reply> promise) {
  Service& service = self.service;
  const Instant arrived = now();
  ++service.measures.requests;
  request.span = request.span.child("serve", self.name, arrived);
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
    } else if (service.spec.role == Role::cache) {
      answer_from_shard(self, request, reply);
    } else if (service.has_more_to_do()) {
      co_await complete(self, request, reply);
    }
  }
  if (!answered(reply.status)) ++service.measures.failures;
  service.measures.latency.record(now() - arrived);
  request.span.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
  if (promise.awaited()) std::move(promise).set_after(way_back, reply);
}

Task<> Mesh::complete(Instance& self, const Request& request, Reply& reply) {
  const Service& service = self.service;
  if (RoleProcess* process = processes_[static_cast<std::size_t>(service.spec.role)]) return process->handle(self, request, reply);
  if (service.spec.role == Role::store) return reach_quorum(self, request, reply);
  if (service.callees.empty() && behaviour_of(service) == nullptr) return read_item(self, request, reply);
  return orchestrate(self, request, reply);
}

// A service's own item first, then its calls, stage after stage.
Task<> Mesh::orchestrate(Instance& self, const Request& request, Reply& reply) {
  if (self.service.store != nullptr) co_await read_item(self, request, reply);
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
  RoleBehaviour* behaviour = behaviour_of(self.service);
  if (behaviour != nullptr && reply.status == Status::ok) behaviour->complete(request, reply, now());
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
