// The caller's side of a call: it reads as the steps of a Hystrix command. The breaker is asked, then the pool for a
// thread; the time-out covers the wait for it and every try; what fails ends in the fallback.
#include "models/services/mesh.hpp"
#include "models/services/tries.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

namespace {

hystrix::Outcome outcome_of(Status status) {
  if (answered(status)) return hystrix::Outcome::success;
  return status == Status::timed_out ? hystrix::Outcome::timeout : hystrix::Outcome::failure;
}

}  // namespace

Task<Reply> Mesh::call(Instance& caller, Outgoing& outgoing, Request request, Unheard* unheard) {
  ++measures.hops;
  request.span = request.span.child("call", outgoing.callee->name, now());
  if (request.deadline <= now()) {
    ++measures.expired;
    request.span.end(now(), SpanStatus::failed);
    Reply none;
    none.status = Status::timed_out;
    co_return none;
  }
  if (outgoing.spec->priority) request.priority = static_cast<std::uint8_t>(*outgoing.spec->priority);
  hystrix::Command& command = outgoing.command;
  const Duration patience = command.properties().timeout_enabled ? command.properties().timeout : never.time_since_epoch();
  const Instant deadline = std::min(now() + patience, request.deadline);
  request.deadline = tightened(request.deadline, deadline);
  QueuedCall queued(outgoing.pool);
  hystrix::Decision decision = command.decide(now(), queued.ticket());
  if (decision == hystrix::Decision::queued) {
    Future<void> thread = queued.thread();
    const bool started = co_await thread.within(deadline - now());
    if (started) decision = hystrix::Decision::run;
  }
  hystrix::Outcome outcome;
  Reply reply;
  if (decision == hystrix::Decision::run) {
    Tries tries(*this, caller, outgoing, request, deadline);
    for (bool again = true; again; again = tries.another(reply.status)) {
      const std::optional<Reply> answer = co_await tries.send();
      if (caller.execution.paused(now())) co_await end_of_pause(caller);  // only now is it read, or missed
      reply = tries.ended(answer);
    }
    outcome = outcome_of(reply.status);
    command.run_ended(outcome, now());
    free_thread(caller, outgoing, tries, outcome);
    if (unheard != nullptr && outcome == hystrix::Outcome::timeout) *unheard = {tries.take_reply(), tries.patient_until()};
  } else {
    outcome = never_ran(command, decision);
    reply.status = outcome == hystrix::Outcome::timeout ? Status::timed_out : Status::rejected;
  }
  if (outcome == hystrix::Outcome::timeout) ++measures.timeouts;
  if (hystrix::has_fallback(outcome) && outgoing.spec->fallback != Fallback::none) {
    reply = co_await fall_back(caller, outgoing, request, reply.status);
  }
  command.command_ended(outcome, now());
  request.span.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
  co_return reply;
}

Task<> Mesh::end_of_pause(Instance& paused) { co_await until(paused.execution.awake_at(now())); }

// It was rejected, or it timed out in the queue of the pool.
hystrix::Outcome Mesh::never_ran(hystrix::Command& command, hystrix::Decision decision) {
  const bool in_queue = decision == hystrix::Decision::queued;
  const hystrix::Outcome outcome = in_queue ? hystrix::Outcome::timeout : hystrix::outcome_of(decision);
  if (outcome == hystrix::Outcome::short_circuited) ++measures.short_circuited;
  if (outcome == hystrix::Outcome::thread_pool_rejected || outcome == hystrix::Outcome::semaphore_rejected) ++measures.pool_rejected;
  if (in_queue || outcome == hystrix::Outcome::thread_pool_rejected) command.run_ended(outcome, now());
  return outcome;
}

// A thread whose code does not heed the interrupt stays busy until the answer comes or the client's own time-out.
void Mesh::free_thread(Instance& caller, Outgoing& outgoing, Tries& tries, hystrix::Outcome outcome) {
  const bool still_busy = outcome == hystrix::Outcome::timeout && outgoing.command.pool() != nullptr &&
                          !outgoing.command.frees_thread_at_once() && now() < tries.patient_until();
  if (still_busy) {
    caller.scope.spawn("a thread that nobody waits for", hold_thread(outgoing, tries.take_reply(), tries.patient_until()));
  } else {
    outgoing.release_thread(now());
  }
}

Task<> Mesh::hold_thread(Outgoing& outgoing, Future<Reply> reply, Instant until) {
  const std::optional<Reply> late = co_await reply.within(until - now());
  if (late) ++measures.late_answers;
  outgoing.release_thread(now());
}

Task<Reply> Mesh::fall_back(Instance& caller, Outgoing& outgoing, const Request& request, Status why) {
  Reply reply;
  reply.status = why;
  if (outgoing.command.begin_fallback() != hystrix::Fallback::run) co_return reply;
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

}  // namespace streamtwin::services
