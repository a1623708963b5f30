// The caller's side of a call: it reads as the steps of a Hystrix command. The breaker is asked, then the pool for a
// thread; the time-out covers the wait for it and every try; what fails ends in the fallback.
#include <fmt/format.h>

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

Status status_of(hystrix::Outcome never_ran) {
  switch (never_ran) {
    case hystrix::Outcome::timeout: return Status::timed_out;
    case hystrix::Outcome::short_circuited: return Status::short_circuited;
    default: return Status::pool_rejected;
  }
}

std::string_view reason_of(hystrix::Outcome outcome) {
  switch (outcome) {
    case hystrix::Outcome::timeout: return "timed out";
    case hystrix::Outcome::short_circuited: return "short-circuited";
    case hystrix::Outcome::semaphore_rejected:
    case hystrix::Outcome::thread_pool_rejected: return "no room in the pool";
    default: return "failed";
  }
}

// A command that did not succeed is an error, though a fallback may answer in its place.
// What the dashboard of the calling instance shows of the command at that moment, beside the call of the trace.
void note_dashboard(const Span& span, hystrix::Dashboard& dashboard) {
  if (!span) return;
  span.note("hystrix.requests", fmt::format("{} in 10 s", dashboard.requests(now())));
  span.note("hystrix.errors", fmt::format("{} in 10 s", dashboard.errors(now())));
  span.note("hystrix.circuit", dashboard.open() ? "open" : "closed");
  for (const double percent : hystrix::Dashboard::percentiles) {
    span.note(fmt::format("hystrix.latency.p{:g}", percent), fmt::format("{:g} ms", dashboard.latency(percent, now()) / 1ms));
  }
}

void end_span(const Span& span, hystrix::Outcome outcome, const Reply& reply) {
  const bool good = outcome == hystrix::Outcome::success;
  if (!good) span.note("reason", reason_of(outcome));
  if (!good && answered(reply.status)) span.note("answered_by", "fallback");
  span.end(now(), good ? SpanStatus::ok : SpanStatus::failed);
}

}  // namespace

Task<Reply> Mesh::call(Caller& by, std::size_t position, Envelope request, std::optional<Unheard>* unheard) {
  const CallSpec& spec = by.service.calls[position];
  Outgoing& outgoing = by.outgoing(position);
  Instance& caller = by.instance;
  ++measures.hops;
  if (request.span) request.span = request.span.child("call " + outgoing.callee->name, caller.name, now());
  if (request.deadline <= now()) {
    ++measures.expired;
    end_span(request.span, hystrix::Outcome::timeout, {.status = Status::timed_out});
    Reply none;
    none.status = Status::timed_out;
    co_return none;
  }
  if (spec.priority) request.priority = static_cast<std::uint8_t>(*spec.priority);
  if (spec.method) {
    rpc::HttpRequest asked = request.body.as<rpc::HttpRequest>();
    asked.method = *spec.method;
    request.body = asked;
  }
  hystrix::Command& command = outgoing.command;
  const Instant began = now();
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
    for (bool again = true; again;) {
      const std::optional<Reply> answer = co_await tries.send();
      if (caller.execution.paused(now())) co_await until(caller.execution.awake_at(now()));  // only now is it read, or missed
      reply = tries.ended(answer);
      again = tries.another(reply.status);
      if (!again || tries.wakes() <= now()) continue;
      co_await until(std::min(tries.wakes(), deadline));
      if (tries.wakes() >= deadline) {
        reply = Reply{.status = Status::timed_out};
        again = false;
      }
    }
    outcome = outcome_of(reply.status, now() < deadline);
    command.run_ended(outcome, now());
    end_run(caller, outgoing, tries, request, unheard);
  } else {
    outcome = never_ran(command, decision);
    reply.status = status_of(outcome);
  }
  if (outcome == hystrix::Outcome::timeout) ++measures.timeouts;
  if (outgoing.dashboard) {
    outgoing.dashboard->ended(outcome, decision == hystrix::Decision::run, now() - began, now());
    if (outgoing.dashboard->circuit(command.breaker().was_open())) ++by.service.circuit_changes[position];
    note_dashboard(request.span, *outgoing.dashboard);
  }
  if (hystrix::has_fallback(outcome) && spec.fallback != Fallback::none) {
    reply = co_await fall_back(by, outgoing, spec.fallback, request, reply.status);
  }
  command.command_ended(outcome, now());
  end_span(request.span, outcome, reply);
  co_return reply;
}

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
void Mesh::end_run(Instance& caller, Outgoing& outgoing, Tries& tries, const Envelope& request, std::optional<Unheard>* unheard) {
  if (tries.cut_short()) {
    if (unheard != nullptr) {
      unheard->emplace(Unheard{std::move(tries), request});
      return;
    }
    if (outgoing.command.pool() != nullptr && !outgoing.command.frees_thread_at_once()) {
      caller.scope.spawn("a thread that nobody waits for", go_on(measures, caller, outgoing, Unheard{std::move(tries), request}));
      return;
    }
    tries.abandon();
  }
  outgoing.release_thread(now());
}

// Nothing under the command has noticed that it has timed out: until an answer comes or the client has no further try, its
// thread, if it has one of the pool, is not free.
Task<> Mesh::go_on(MeshMeasures& measures, Instance& caller, Outgoing& outgoing, Unheard left) {
  Tries& tries = left.tries;
  tries.go_on(left.request);
  std::optional<Reply> late;
  bool under_way = !tries.asleep();
  for (bool again = true; again; under_way = false) {
    if (under_way) {
      late = co_await tries.rest();
    } else {
      if (tries.wakes() > now()) co_await until(tries.wakes());
      late = co_await tries.send();
    }
    if (caller.execution.paused(now())) co_await until(caller.execution.awake_at(now()));
    if (late) ++measures.late_answers;
    again = tries.another(tries.ended(late).status);
  }
  outgoing.release_thread(now());
}

Task<Reply> Mesh::fall_back(Caller& caller, Outgoing& outgoing, Fallback fallback, const Envelope& request, Status why) {
  Reply reply;
  reply.status = why;
  const hystrix::Fallback begun = outgoing.command.begin_fallback();
  if (begun == hystrix::Fallback::rejected) reply.status = Status::fallback_rejected;
  if (begun != hystrix::Fallback::run) co_return reply;
  ++measures.fallbacks;
  const bool from_cache = fallback == Fallback::stale_cache && outgoing.callee->cache != nullptr;
  if (from_cache) {
    reply = co_await data.read_stale(caller, *outgoing.callee, request);
  } else {
    reply = Reply{};
  }
  reply.stale = true;
  if (answered(reply.status)) {
    ++measures.stale_answers;
  } else {
    reply.status = why;  // a fallback without an answer hides nothing
  }
  outgoing.command.end_fallback();
  co_return reply;
}

}  // namespace streamtwin::services
