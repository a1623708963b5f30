// The caller's side of a call: it reads as the steps of a Hystrix command around a Ribbon client. The breaker is asked,
// then the pool for a thread; the time-out covers the wait for it and every try; what fails ends in the fallback.
#include <algorithm>

#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

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
  const Instant deadline = command.properties().timeout_enabled ? now() + command.properties().timeout : never;
  QueuedCall queued(outgoing.pool);
  hystrix::Decision decision = command.decide(now(), queued.ticket());
  hystrix::Outcome outcome = hystrix::Outcome::timeout;
  Reply reply;
  reply.status = Status::timed_out;
  if (decision == hystrix::Decision::queued) {
    Future<void> thread = queued.thread();
    const bool started = co_await thread.within(deadline - now());
    if (started) decision = hystrix::Decision::run;
  }
  if (decision == hystrix::Decision::run) {
    ribbon::RetryDriver retries(outgoing.spec->client.retries_same_server, outgoing.spec->client.retries_next_server, true, true);
    Attempt attempt = begin_attempt(caller, outgoing, request, std::nullopt);
    for (;;) {
      if (attempt.server) {
        const std::optional<Reply> answer = co_await attempt.reply.within(std::min(attempt.patience, deadline - now()));
        end_attempt(outgoing, attempt, answer, deadline, reply);
      } else {
        reply = Reply{};
        reply.status = Status::unreachable;
      }
      const std::optional<ribbon::Failure> failure = failure_of(reply.status);
      if (!failure || now() >= deadline) break;
      const ribbon::NextStep next = retries.failed(*failure);
      if (next != ribbon::NextStep::same_server && next != ribbon::NextStep::next_server) break;
      ++measures.retries;
      attempt = begin_attempt(caller, outgoing, request, next == ribbon::NextStep::same_server ? attempt.server : std::nullopt);
    }
    outcome = outcome_of(reply.status);
    end_run(caller, outgoing, attempt, outcome);
  } else if (decision == hystrix::Decision::queued) {
    command.run_ended(outcome, now());  // timed out before it had a thread
  } else {
    outcome = hystrix::outcome_of(decision);
    reply.status = Status::rejected;
    ++(outcome == hystrix::Outcome::short_circuited ? measures.short_circuited : measures.pool_rejected);
    if (outcome == hystrix::Outcome::thread_pool_rejected) command.run_ended(outcome, now());
  }
  if (outcome == hystrix::Outcome::timeout) ++measures.timeouts;
  if (hystrix::has_fallback(outcome) && outgoing.spec->fallback != Fallback::none) {
    reply = co_await fall_back(caller, outgoing, request, reply.status);
  }
  command.command_ended(outcome, now());
  request.span.end(now(), span_status(reply.status));
  co_return reply;
}

Attempt Mesh::begin_attempt(Instance& caller, Outgoing& outgoing, const Request& request, std::optional<ribbon::ServerIndex> same) {
  const ClientSpec& client = outgoing.spec->client;
  Attempt attempt{.server = same ? same : outgoing.balancer.choose(now(), caller.random), .sent = now(), .patience = client.read_timeout};
  if (!attempt.server) return attempt;
  Instance& callee = instance(outgoing.balancer.server(*attempt.server).host);
  outgoing.balancer.request_started(*attempt.server, attempt.sent);
  const Duration one_way = geography.one_way(caller.zone, callee.zone);
  Duration there = one_way;
  if (!outgoing.connect(*attempt.server)) {
    there += 2 * one_way;  // the handshake of TCP
    if (!callee.alive()) {
      attempt.patience = client.connect_timeout;
      attempt.silence = Status::unreachable;
    }
  }
  auto [promise, future] = make_promise<Reply>();
  attempt.reply = std::move(future);
  send(callee, {there, one_way}, request, std::move(promise));
  return attempt;
}

void Mesh::end_attempt(Outgoing& outgoing, const Attempt& attempt, const std::optional<Reply>& answer, Instant deadline, Reply& reply) {
  reply = answer.value_or(Reply{.status = now() < deadline ? attempt.silence : Status::timed_out});
  outgoing.attempt_ended(attempt, reply.status, now());
}

// A thread whose code does not heed the interrupt stays busy until the answer comes or the client's own time-out.
void Mesh::end_run(Instance& caller, Outgoing& outgoing, Attempt& attempt, hystrix::Outcome outcome) {
  outgoing.command.run_ended(outcome, now());
  const bool still_busy = outcome == hystrix::Outcome::timeout && outgoing.command.pool() != nullptr &&
                          !outgoing.command.frees_thread_at_once() && now() < attempt.sent + attempt.patience;
  if (still_busy) {
    caller.scope.spawn("a thread that nobody waits for", hold_thread(outgoing, std::move(attempt)));
  } else {
    outgoing.release_thread(now());
  }
}

Task<> Mesh::hold_thread(Outgoing& outgoing, Attempt attempt) {
  const std::optional<Reply> late = co_await attempt.reply.within(attempt.sent + attempt.patience - now());
  measures.late_answers.add(late.has_value());
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
