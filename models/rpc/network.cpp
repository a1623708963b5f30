// The callee's side of a call: a request arrives at an instance, is admitted, worked on, completed by the service's own
// calls and data, and answered. It goes on working when nobody waits any more, and ends with its machine.
#include "models/rpc/network.hpp"

#include "sim-core/awaitables.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {

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

// Whether who answers finds no core free.
bool waits_for_core(const Instance& self) {
  const ProcessorSharing& processor = self.execution.threads->processor;
  return self.service.instance_spec.execution.dispatch_delay > Duration{0} && static_cast<double>(processor.jobs()) >= processor.cores();
}

}  // namespace

void Network::send(Instance& callee, Way way, const Envelope& request, Promise<Reply> promise) {
  if (way.answered_there) {
    if (promise.awaited()) std::move(promise).set_after(way.held, Reply{.status = Status::failed});
    return;
  }
  if (!callee.alive() || way.there == never_arrives) return;  // nothing is answered: the caller's time-out will tell
  callee.scope.look_ahead();
  Owed owed(callee, way.back, std::move(promise));
  callee.scope.spawn_after(
      way.held + way.there, callee.service.name,
      callee.execution.threads ? serve_on_thread(callee, request, std::move(owed)) : serve(callee, request, std::move(owed)));
}

Future<Reply> Network::ask(const Instance& caller, Instance* callee, const Envelope& request) {
  auto [promise, future] = make_promise<Reply>();
  ++hops;
  if (callee == nullptr) return std::move(future);
  send(*callee, way(caller, callee, callee->zone), request, std::move(promise));
  return std::move(future);
}

ZoneIndex Network::neighbour(ZoneIndex zone, int step) const {
  const RegionIndex region = geography.region_of(zone);
  const ZoneIndex first = geography.first_zone(region);
  return static_cast<ZoneIndex>(first + (zone - first + step) % geography.zones_of(region));
}

// On an event loop: a worker for its own work, nothing while it waits for others or for what a fault adds.
Task<> Network::serve(Instance& self, Envelope request, Owed owed) {
  Admission::Answer entry = arrive(self, request);
  if (waits(self, entry)) co_await wait_for_place(self, request, entry);
  Reply reply;
  if (entry.refusal != Admission::Refusal::none) {
    refuse(self, request, entry, reply);
  } else if (fails_at_once(self)) {
    reply.status = Status::failed;
  } else if (!gives_up(request, owed, reply)) {
    const Duration work = self.draw_work(request.id, now()) * extra_work(self, request, entry.grant.start);
    const Served served = co_await self.execution.workers.serve(work, request.deadline);
    if (served != Served::served) {
      turn_away(self, served, reply);
    } else {
      if (self.trouble->latency > Duration{0}) co_await delay(self.trouble->draw_latency(self.random));
      Handler* const handler = next_of(self, request, entry.grant.start, work, reply);
      if (handler != nullptr && !gives_up(request, owed, reply)) {
        request.cancels = false;  // it says so of this hop alone
        Task<> rest = handler->handle(self, request, reply);
        if (rest) co_await std::move(rest);
      }
    }
  }
  answer(self, entry, request, reply, owed);
}

// On a thread of its own until it is answered. What a fault adds is waited for there, without a core.
Task<> Network::serve_on_thread(Instance& self, Envelope request, Owed owed) {
  Admission::Answer entry = arrive(self, request);
  if (waits(self, entry)) co_await wait_for_place(self, request, entry);
  Reply reply;
  RequestThreads& threads = *self.execution.threads;
  Permit thread;
  if (entry.refusal != Admission::Refusal::none || threads.full()) {
    refuse(self, request, entry, reply);
  } else if (fails_at_once(self)) {
    reply.status = Status::failed;
  } else {
    thread = co_await threads.acquire();
    if (now() >= request.deadline) {
      turn_away(self, Served::expired, reply);
    } else if (!gives_up(request, owed, reply)) {
      const Duration work = self.draw_work(request.id, now()) * extra_work(self, request, entry.grant.start);
      co_await threads.processor.serve(work);
      if (self.trouble->latency > Duration{0}) co_await delay(self.trouble->draw_latency(self.random));
      Handler* const handler = next_of(self, request, entry.grant.start, work, reply);
      if (handler != nullptr && !gives_up(request, owed, reply)) {
        request.cancels = false;  // it says so of this hop alone
        Task<> rest = handler->handle(self, request, reply);
        if (rest) co_await std::move(rest);
      }
    }
  }
  if (waits_for_core(self)) {
    thread = {};
    co_await delay(self.random.exponential(self.service.instance_spec.execution.dispatch_delay));
  }
  answer(self, entry, request, reply, owed);
}

// Counts a request and decides whether it is let in.
Admission::Answer Network::arrive(Instance& self, Envelope& request) {
  ServiceMeasures& measures = self.service.measures;
  ++measures.requests;
  ++self.requests;
  if (request.span) request.span = request.span.child("serve", self.name, now());
  const Grant uncounted{.start = now(), .bypass = true};
  Handler* const screen = self.service.screen();
  if (screen != nullptr && !screen->admits(self, request)) return {uncounted, Admission::Refusal::shed};
  if (!self.admission) return {uncounted};
  const Admission::Answer answer = self.admission->enter(request.priority, self.admission->sheds() ? self.execution.load(now()) : 0, now());
  if (answer.refusal == Admission::Refusal::over_limit && !self.admission->has_backlog()) ++measures.over_limit;
  if (answer.refusal == Admission::Refusal::shed) ++measures.shed;
  return answer;
}

// The limit was used up: the request waits, without a worker, until it is its turn, its time is over or its deadline passes.
Task<> Network::wait_for_place(Instance& self, const Envelope& request, Admission::Answer& entry) {
  const Instant came = now();
  Backlogged place(*self.admission, request.priority);
  if (place.waiting()) {
    Future<Grant> turn = place.place();
    const std::optional<Grant> grant = co_await turn.within(std::min(self.admission->backlog_timeout(), request.deadline - came));
    entry.waited = now() - came;
    if (grant) {
      entry.grant = *grant;
      entry.refusal = Admission::Refusal::none;
      co_return;
    }
  }
  ++self.service.measures.over_limit;
}

// A black hole: what it needs is broken, and it says so without working on anything.
bool Network::fails_at_once(Instance& self) {
  const Fraction share = self.trouble->at_once;
  return share.value() > 0 && self.random.chance(share.value());
}

void Network::refuse(Instance& self, const Envelope& request, const Admission::Answer& entry, Reply& reply) {
  turn_away(self, Served::rejected, reply);
  const Handler* const screen = self.service.screen();
  if (screen != nullptr && entry.refusal == Admission::Refusal::shed) screen->advise(request, reply);
}

void Network::turn_away(Instance& self, Served why, Reply& reply) {
  if (why == Served::expired) {
    reply.status = Status::timed_out;
    ++expired;
  } else {
    reply.status = Status::overloaded;
    ++self.service.measures.rejections;
  }
}

// Its caller has taken it back, and the protocol says so.
bool Network::gives_up(const Envelope& request, const Owed& owed, Reply& reply) {
  if (!request.cancels || owed.awaited()) return false;
  reply.status = Status::timed_out;
  ++cancelled;
  return true;
}

// The instance's own work is done: who has something left to do with the request, if anybody.
Handler* Network::next_of(Instance& self, const Envelope& request, Instant began, Duration work, Reply& reply) {
  self.service.measures.busy.add(work);
  const Fraction errors = self.trouble->errors;
  if (errors.value() > 0 && self.random.chance(errors.value())) {
    reply.status = Status::failed;
    return nullptr;
  }
  if (self.group() != nullptr) {
    self.group()->done.work += work;
    if (fails_by_build(self)) {
      reply.status = Status::failed;
      return nullptr;
    }
  }
  if (!self.service.paths.empty() && fails_on_path(self, request, began)) {
    reply.status = Status::failed;
    return nullptr;
  }
  return self.service.handler();
}

// What code that not all requests take makes of the work of one.
double Network::extra_work(const Instance& self, const Envelope& request, Instant began) {
  double factor = 1;
  for (CodePath* path : self.service.paths) {
    if (!path->takes(request, self, began)) continue;
    ++path->taken;
    factor *= path->work;
  }
  return factor;
}

bool Network::fails_on_path(Instance& self, const Envelope& request, Instant began) {
  for (CodePath* path : self.service.paths) {
    if (path->errors.value() <= 0 || !path->takes(request, self, began) || !self.random.chance(path->errors.value())) continue;
    ++path->harmed;
    return true;
  }
  return false;
}

// It finds in its region what the last request has left there, perhaps one of another build.
bool Network::fails_by_build(Instance& self) {
  ServerGroup& group = *self.group();
  const ServerGroup* const before = self.service.served_by(geography.region_of(self.zone), group);
  const double chance = group.failing(before).value();
  const bool fails = chance > 0 && self.random.chance(chance);
  if (fails) ++group.harmed;
  return fails;
}

void Network::answer(Instance& self, const Admission::Answer& entry, const Envelope& request, Reply& reply, Owed& owed) {
  ServiceMeasures& measures = self.service.measures;
  if (!answered(reply.status)) ++measures.failures;
  const Duration latency = now() - entry.grant.start + entry.waited;
  measures.latency.record(latency);
  if (ServerGroup* const group = self.group()) {
    ++group->done.requests;
    if (!answered(reply.status)) ++group->done.failures;
    group->done.latency += latency;
    group->done.last = now();
  }
  if (self.admission) {
    self.admission->leave(entry.grant, ending_of(reply.status), now());
    if (const auto next = self.admission->unblock(now())) Backlogged::let_in(*next);
  }
  request.span.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
  if (self.service.tells_utilisation) {
    reply.tells_utilisation = true;
    reply.utilisation = self.execution.load(now());
  }
  owed.give(std::move(reply));
}

}  // namespace streamtwin::rpc
