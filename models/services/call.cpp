#include "models/services/call.hpp"

#include <fmt/format.h>

#include "models/services/hedges.hpp"
#include "models/services/mesh.hpp"
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

Call::Call(Mesh& mesh, Caller& by, std::size_t position, const Envelope& request, std::optional<Unheard>* unheard)
    : mesh_(mesh),
      by_(by),
      outgoing_(by.outgoing(position)),
      spec_(by.service.calls[position]),
      unheard_(unheard),
      position_(static_cast<std::uint32_t>(position)),
      began_(now()),
      request_(request),
      queued_(outgoing_.pool) {
  ++mesh_.measures.hops;
  if (request_.span) request_.span = request_.span.child("call " + outgoing_.callee->name, by.instance.name, began_);
  if (request_.deadline <= began_) {
    ++mesh_.measures.expired;
    reply_.status = Status::timed_out;
    end_span(request_.span, outcome_, reply_);
    return;
  }
  if (spec_.priority) request_.priority = static_cast<std::uint8_t>(*spec_.priority);
  if (spec_.method) {
    rpc::HttpRequest asked = request_.body.as<rpc::HttpRequest>();
    asked.method = *spec_.method;
    request_.body = asked;
  }
  hystrix::Command& command = outgoing_.command;
  const Duration patience = command.properties().timeout_enabled ? command.properties().timeout : never.time_since_epoch();
  deadline_ = std::min(began_ + patience, request_.deadline);
  request_.deadline = mesh_.tightened(request_.deadline, deadline_);
  const hystrix::Decision decision = command.decide(began_, queued_.ticket());
  if (decision == hystrix::Decision::run) {
    run();
  } else if (decision == hystrix::Decision::queued) {
    step_ = Step::thread;
  } else {
    never_ran(decision);
  }
}

// This and the following are called once or twice each, with every hop: inline.
inline void Call::run() {
  if (request_.injections != 0) [[unlikely]] {
    step_ = Step::inject;
  } else {
    begin_tries();
  }
}

inline void Call::begin_tries() {
  if (outgoing_.defences != nullptr) [[unlikely]]
    outgoing_.defences->call_began(now());
  if (spec_.client.hedging) [[unlikely]] {
    step_ = Step::hedge;
    return;
  }
  tries_.emplace(mesh_, by_.instance, outgoing_, request_, deadline_);
  step_ = Step::send;
}

// What comes during a pause of the caller is read, or missed, only after it.
void Call::hear(std::optional<Reply>&& answer) {
  outgoing_.fetch();
  if (!by_.instance.execution.paused(now())) return read(std::move(answer));
  unread_ = std::move(answer);
  step_ = Step::awake;
}

inline void Call::read(std::optional<Reply>&& answer) {
  reply_ = tries_->ended(std::move(answer));
  if (!tries_->another(reply_.status)) return end_run();
  step_ = tries_->wakes() > now() ? Step::back_off : Step::send;
}

Task<> Call::rest() {
  while (!over()) {
    switch (step_) {
      case Step::thread: {
        Future<void> thread = queued_.thread();
        const bool started = co_await thread.within(deadline_ - now());
        if (started) {
          run();
        } else {
          queued_.leave();  // at once: its fallback may last
          never_ran(hystrix::Decision::queued);
        }
        break;
      }
      case Step::send: hear(co_await send()); break;
      case Step::awake:
        co_await until(by_.instance.execution.awake_at(now()));
        read(std::move(unread_));
        break;
      case Step::back_off:
        co_await until(std::min(tries_->wakes(), deadline_));
        step_ = Step::send;
        if (tries_->wakes() >= deadline_) {
          reply_ = Reply{.status = Status::timed_out};
          end_run();
        }
        break;
      case Step::inject: co_await inject(); break;
      case Step::hedge: co_await hedge(); break;
      case Step::fall_back: co_await fall_back(); break;
      case Step::over: break;
    }
  }
}

// Within the command, on its thread: its time-out ends a delay, and a failure counts in its statistics.
Task<> Call::inject() {
  const fit::Injected injected =
      mesh_.injections.strike(request_.injections, fit::Point::command, by_.service.index, outgoing_.callee->index);
  if (injected.wait > Duration{0}) co_await until(std::min(now() + injected.wait, deadline_));
  if (injected.fails || now() >= deadline_) {
    reply_.status = injected.fails && now() < deadline_ ? Status::failed : Status::timed_out;
    end_run();
  } else {
    begin_tries();
  }
}

// A client that hedges is asynchronous: its tries need no thread when the command has ended.
Task<> Call::hedge() {
  const Duration all_in_turn = spec_.client.hedging->at_most * spec_.client.read_timeout;
  reply_ =
      co_await Hedges::run(std::make_shared<Hedges>(mesh_, by_.instance, outgoing_, request_, std::min(deadline_, now() + all_in_turn)));
  end_run();
}

inline void Call::end_run() {
  const hystrix::Outcome outcome = outcome_of(reply_.status, now() < deadline_);
  outgoing_.command.run_ended(outcome, now());
  leave_thread();
  settle(outcome, true);
}

// Code that runs on the caller's own thread, or that does not heed the interrupt of the pool's, goes on when the command
// has timed out.
inline void Call::leave_thread() {
  if (tries_ && tries_->cut_short()) {
    if (unheard_ != nullptr) {
      unheard_->emplace(Unheard{std::move(*tries_), request_});
      return;
    }
    if (outgoing_.command.pool() != nullptr && !outgoing_.command.frees_thread_at_once()) {
      by_.instance.scope.spawn("a thread that nobody waits for",
                               Mesh::go_on(mesh_.measures, by_.instance, outgoing_, Unheard{std::move(*tries_), request_}));
      return;
    }
    tries_->abandon();
  }
  outgoing_.release_thread(now());
}

// It was rejected, or it timed out in the queue of the pool.
void Call::never_ran(hystrix::Decision decision) {
  const bool in_queue = decision == hystrix::Decision::queued;
  const hystrix::Outcome outcome = in_queue ? hystrix::Outcome::timeout : hystrix::outcome_of(decision);
  MeshMeasures& measures = mesh_.measures;
  if (outcome == hystrix::Outcome::short_circuited) {
    ++measures.short_circuited;
    mesh_.notice_open_circuit(by_.instance, *outgoing_.callee);
  }
  if (outcome == hystrix::Outcome::thread_pool_rejected || outcome == hystrix::Outcome::semaphore_rejected) ++measures.pool_rejected;
  if (in_queue || outcome == hystrix::Outcome::thread_pool_rejected) outgoing_.command.run_ended(outcome, now());
  reply_.status = status_of(outcome);
  settle(outcome, false);
}

// How the command ended is known: what a fallback makes of it is not.
inline void Call::settle(hystrix::Outcome outcome, bool ran) {
  outcome_ = outcome;
  if (outcome == hystrix::Outcome::timeout) ++mesh_.measures.timeouts;
  if (outgoing_.dashboard) {
    outgoing_.dashboard->ended(outcome, ran, now() - began_, now());
    if (outgoing_.dashboard->circuit(outgoing_.command.breaker().was_open())) ++by_.service.circuit_changes[position_];
    note_dashboard(request_.span, *outgoing_.dashboard);
  }
  if (hystrix::has_fallback(outcome) && spec_.fallback != Fallback::none) {
    step_ = Step::fall_back;
  } else {
    end();
  }
}

Task<> Call::fall_back() {
  const Status why = reply_.status;
  hystrix::Command& command = outgoing_.command;
  const hystrix::Fallback begun = command.begin_fallback();
  if (begun == hystrix::Fallback::run) {
    ++mesh_.measures.fallbacks;
    const bool from_cache = spec_.fallback == Fallback::stale_cache && outgoing_.callee->cache != nullptr;
    reply_ = Reply{};
    if (from_cache) reply_ = co_await mesh_.data.read_stale(by_, *outgoing_.callee, request_);
    reply_.stale = true;
    if (answered(reply_.status)) {
      ++mesh_.measures.stale_answers;
    } else {
      reply_.status = why;  // a fallback without an answer hides nothing
    }
    command.end_fallback();
  } else {
    reply_ = Reply{.status = begun == hystrix::Fallback::rejected ? Status::fallback_rejected : why};
  }
  end();
}

inline void Call::end() {
  step_ = Step::over;
  outgoing_.command.command_ended(outcome_, now());
  end_span(request_.span, outcome_, reply_);
}

Task<Reply> Mesh::call(Caller& by, std::size_t position, const Envelope& request, std::optional<Unheard>* unheard) {
  Call call(*this, by, by.service.position_on(request.route, position), request, unheard);
  if (call.sends()) call.hear(co_await call.send());
  if (!call.over()) co_await call.rest();
  co_return call.reply();
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
    again = tries.another(tries.ended(std::move(late)).status);
  }
  outgoing.release_thread(now());
}

}  // namespace streamtwin::services
