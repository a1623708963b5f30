// The callee's side of a call: a request arrives at an instance, is admitted, worked on, completed by the service's own
// calls and data, and answered. It goes on working when nobody waits any more, and ends with its machine.
#include "models/services/mesh.hpp"
#include "models/services/tries.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

using rpc::Grant;
using rpc::RequestThreads;
using Served = ::streamtwin::Service;

namespace {

/// A request's place in the backlog of an instance, should it have to wait there. Its death leaves the backlog, too.
class Backlogged {
 public:
  Backlogged(Admission& admission, int priority) : admission_(admission) {
    waiting_ = admission.park(reinterpret_cast<std::uint64_t>(this), priority);
  }
  Backlogged(const Backlogged&) = delete;
  Backlogged& operator=(const Backlogged&) = delete;
  ~Backlogged() {
    if (waiting_) admission_.give_up(reinterpret_cast<std::uint64_t>(this));
  }
  bool waiting() const { return waiting_; }
  Future<Grant> place() {
    auto [promise, future] = make_promise<Grant>();
    promise_ = std::move(promise);
    return std::move(future);
  }
  static void let_in(const limits::LifoBacklog::Admitted& admitted) {
    Backlogged& request = *reinterpret_cast<Backlogged*>(admitted.ticket);
    request.waiting_ = false;
    request.promise_.set(admitted.grant);
  }

 private:
  Admission& admission_;
  Promise<Grant> promise_;
  bool waiting_ = false;
};

bool waits(const Instance& self, const Admission::Answer& entry) {
  return entry.refusal == Admission::Refusal::over_limit && self.admission->has_backlog();
}

}  // namespace

void Mesh::send(Instance& callee, Way way, const Envelope& request, Promise<Reply> promise) {
  if (!callee.alive()) return;  // a dead machine answers nothing: the caller's time-out will tell
  callee.scope.spawn_after(way.there, callee.service.name,
                           callee.execution.threads ? serve_on_thread(callee, way.back, request, std::move(promise))
                                                    : serve(callee, way.back, request, std::move(promise)));
}

// On an event loop: a worker for its own work, nothing while it waits for others or for what a fault adds.
Task<> Mesh::serve(Instance& self, Duration way_back, Envelope request, Promise<Reply> promise) {
  Admission::Answer entry = arrive(self, request);
  if (waits(self, entry)) entry = co_await wait_for_place(self, request, entry);
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
Task<> Mesh::serve_on_thread(Instance& self, Duration way_back, Envelope request, Promise<Reply> promise) {
  Admission::Answer entry = arrive(self, request);
  if (waits(self, entry)) entry = co_await wait_for_place(self, request, entry);
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
Admission::Answer Mesh::arrive(Instance& self, Envelope& request) {
  ServiceMeasures& measures = self.service.measures;
  ++measures.requests;
  request.span = request.span.child("serve", self.name, now());
  const Grant uncounted{.start = now(), .bypass = true};
  RoleProcess* process = process_of(self.service);
  if (process != nullptr && !process->admits(self, request)) return {uncounted, Admission::Refusal::shed};
  if (!self.admission) return {uncounted};
  const Admission::Answer answer = self.admission->enter(request.priority, self.admission->sheds() ? self.execution.load(now()) : 0, now());
  if (answer.refusal == Admission::Refusal::over_limit && !self.admission->has_backlog()) ++measures.over_limit;
  if (answer.refusal == Admission::Refusal::shed) ++measures.shed;
  return answer;
}

// The limit was used up: the request waits, without a worker, until it is its turn, its time is over or its deadline passes.
Task<Admission::Answer> Mesh::wait_for_place(Instance& self, const Envelope& request, Admission::Answer entry) {
  const Instant came = now();
  Backlogged place(*self.admission, request.priority);
  if (place.waiting()) {
    Future<Grant> turn = place.place();
    const std::optional<Grant> grant = co_await turn.within(std::min(self.admission->backlog_timeout(), request.deadline - came));
    entry.waited = now() - came;
    if (grant) {
      entry.grant = *grant;
      entry.refusal = Admission::Refusal::none;
      co_return entry;
    }
  }
  ++self.service.measures.over_limit;
  co_return entry;
}

void Mesh::refuse(Instance& self, const Envelope& request, const Admission::Answer& entry, Reply& reply) {
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
bool Mesh::has_more_to_do(Instance& self, Duration work, const Envelope& request, Reply& reply) {
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

void Mesh::answer(Instance& self, const Admission::Answer& entry, Envelope& request, Reply& reply, Promise<Reply> promise,
                  Duration way_back) {
  ServiceMeasures& measures = self.service.measures;
  if (!answered(reply.status)) ++measures.failures;
  measures.latency.record(now() - entry.grant.start + entry.waited);
  if (self.admission) {
    self.admission->leave(entry.grant, ending_of(reply.status), now());
    if (const auto next = self.admission->unblock(now())) Backlogged::let_in(*next);
  }
  request.span.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
  if (self.service.tells_utilisation) reply.utilisation = self.execution.load(now());
  if (promise.awaited()) std::move(promise).set_after(way_back, reply);
}

Task<> Mesh::complete(Instance& self, const Envelope& request, Reply& reply) {
  const Service& service = self.service;
  if (RoleProcess* process = process_of(service)) return process->handle(self, request, reply);
  if (service.spec.role == Role::store) return reach_quorum(self, request, reply);
  if (service.callees.empty() && behaviour_of(service) == nullptr) return read_item(self, request, reply);
  return orchestrate(self, request, reply);
}

// A service's own item first, then its calls, stage after stage. What comes back during a pause is read after it.
Task<> Mesh::orchestrate(Instance& self, const Envelope& request, Reply& reply) {
  if (self.service.store != nullptr) co_await read_item(self, request, reply);
  const auto& specs = self.service.spec.calls;
  RequestCache cache;
  for (std::size_t begin = 0, end = 0; begin < specs.size() && reply.status == Status::ok; begin = end) {
    while (end < specs.size() && specs[end].stage == specs[begin].stage) ++end;
    std::vector<Task<Reply>> parallel = begin_stage(self, begin, end, request, cache);
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
std::vector<Task<Reply>> Mesh::begin_stage(Instance& self, std::size_t begin, std::size_t end, const Envelope& request,
                                           RequestCache& cache) {
  std::vector<Task<Reply>> parallel;
  std::vector<std::size_t> in_turn;
  for (std::size_t i = begin; i < end; ++i) {
    const double probability = self.service.spec.calls[i].probability.value();
    if (probability < 1 && !self.random.chance(probability)) continue;
    if (self.execution.threads && self.outgoing(i).command.pool() == nullptr) {
      in_turn.push_back(i);
    } else {
      const bool shares = self.service.spec.calls[i].shares_answers();
      parallel.push_back(shares ? call_or_share(self, i, request, cache) : call(self, i, request));
    }
  }
  if (!in_turn.empty()) parallel.push_back(call_in_turn(self, std::move(in_turn), request, cache));
  return parallel;
}

/// The answer of the first of the calls that ask for the same.
struct SharedAnswer {
  std::optional<Reply> reply;
  Signal here{"the answer to an equal call"};
};

// Errors and time-outs are shared, too. Who shares asks no breaker, takes no thread and counts in no health statistics.
Task<Reply> Mesh::call_or_share(Instance& self, std::size_t position, const Envelope& request, RequestCache& cache) {
  const auto mine = std::make_shared<SharedAnswer>();
  const auto command = static_cast<std::uint32_t>(self.service.commands[position]);
  const auto first = cache.find_or_put(command, hash_text(self.service.spec.calls[position].cache_key), mine);
  if (first) {
    ++measures.shared_answers;
    while (!(*first)->reply) co_await (*first)->here.wait();
    co_return *(*first)->reply;
  }
  mine->reply = co_await call(self, position, request);
  mine->here.notify_all();
  co_return *mine->reply;
}

// A time-out is answered from the timer's thread, but the code on this one goes on until its client gives up.
Task<Reply> Mesh::call_in_turn(Instance& self, std::vector<std::size_t> positions, const Envelope& request, RequestCache& cache) {
  Reply all;
  for (const std::size_t position : positions) {
    std::optional<Unheard> unheard;
    const bool shares = self.service.spec.calls[position].shares_answers();
    Task<Reply> made = shares ? call_or_share(self, position, request, cache) : call(self, position, request, &unheard);
    const Reply reply = co_await std::move(made);
    merge(all, reply);
    if (unheard) co_await go_on(self, self.outgoing(position), std::move(*unheard));
    if (all.status != Status::ok) break;
  }
  co_return all;
}

void Mesh::merge(Reply& reply, const Reply& answer) {
  reply.stale |= answer.stale;
  if (answer.enclosed && answered(answer.status)) reply.enclosed = answer.enclosed;
  if (answer.status == Status::refused) {
    if (reply.status == Status::ok) reply.status = Status::refused;
  } else if (!answered(answer.status) && answered(reply.status)) {
    reply.status = answer.status;  // who tries again goes by what it was; of several by the first
  }
}

}  // namespace streamtwin::services
