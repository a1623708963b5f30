// The caller's side of a call: it reads as the steps of a Hystrix command. The breaker is asked, then the pool for a
// thread; the time-out covers the wait for it and every try; what fails ends in the fallback.
#include "models/services/mesh.hpp"
#include "models/services/tries.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

namespace {

// Only the command's own clock makes a time-out of a failure: one of the client's, or of the callee's, is a failure.
hystrix::Outcome outcome_of(Status status, bool in_time) {
  if (answered(status)) return hystrix::Outcome::success;
  return status == Status::timed_out && !in_time ? hystrix::Outcome::timeout : hystrix::Outcome::failure;
}

}  // namespace

Task<Reply> Mesh::call(Instance& caller, std::size_t position, Request request, std::optional<Unheard>* unheard) {
  const CallSpec& spec = caller.service.spec.calls[position];
  Outgoing& outgoing = caller.outgoing(position);
  ++measures.hops;
  request.span = request.span.child("call", outgoing.callee->name, now());
  if (request.deadline <= now()) {
    ++measures.expired;
    request.span.end(now(), SpanStatus::failed);
    Reply none;
    none.status = Status::timed_out;
    co_return none;
  }
  if (spec.priority) request.priority = static_cast<std::uint8_t>(*spec.priority);
  hystrix::Command& command = outgoing.command;
  const Duration patience = command.properties().timeout_enabled ? command.properties().timeout : never.time_since_epoch();
  const Instant deadline = std::min(now() + patience, request.deadline);
  request.deadline = tightened(request.deadline, deadline);
  QueuedCall queued(outgoing.pool);
  hystrix::Decision decision = command.decide(now(), queued.ticket());
  if (decision == hystrix::Decision::queued) {
    Future<void> thread = queued.thread();
    const bool started = co_await thread.within(deadline - now());
    if (started) {
      decision = hystrix::Decision::run;
    } else {
      queued.leave();  // at once: its fallback may last
    }
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
    outcome = outcome_of(reply.status, now() < deadline);
    command.run_ended(outcome, now());
    end_run(caller, outgoing, tries, unheard);
  } else {
    outcome = never_ran(command, decision);
    reply.status = outcome == hystrix::Outcome::timeout ? Status::timed_out : Status::rejected;
  }
  if (outcome == hystrix::Outcome::timeout) ++measures.timeouts;
  if (hystrix::has_fallback(outcome) && spec.fallback != Fallback::none) {
    reply = co_await fall_back(caller, outgoing, spec.fallback, request, reply.status);
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

// Code that runs on the caller's own thread, or that does not heed the interrupt of the pool's, goes on when the command
// has timed out.
void Mesh::end_run(Instance& caller, Outgoing& outgoing, Tries& tries, std::optional<Unheard>* unheard) {
  if (tries.cut_short()) {
    if (unheard != nullptr) {
      *unheard = tries.go_on();
      return;
    }
    if (outgoing.command.pool() != nullptr && !outgoing.command.frees_thread_at_once()) {
      caller.scope.spawn("a thread that nobody waits for", hear_out(outgoing, tries.go_on()));
      return;
    }
    tries.abandon();
  }
  outgoing.release_thread(now());
}

// Until the answer comes or the client's own time-out: then its thread, if it has one of the pool, is free.
Task<> Mesh::hear_out(Outgoing& outgoing, Unheard last) {
  const std::optional<Reply> late = co_await last.reply.within(last.until - now());
  if (late) ++measures.late_answers;
  const auto result = late ? ribbon::AttemptResult::answered : ribbon::AttemptResult::connection_failed;
  if (last.server) outgoing.try_ended(*last.server, result, now() - last.sent, now());
  outgoing.release_thread(now());
}

Task<Reply> Mesh::fall_back(Instance& caller, Outgoing& outgoing, Fallback fallback, const Request& request, Status why) {
  Reply reply;
  reply.status = why;
  if (outgoing.command.begin_fallback() != hystrix::Fallback::run) co_return reply;
  ++measures.fallbacks;
  const bool from_cache = fallback == Fallback::stale_cache && outgoing.callee->cache != nullptr;
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
