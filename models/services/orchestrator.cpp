#include "models/services/orchestrator.hpp"

#include <span>

#include "models/services/call.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/signal.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

namespace {

Outgoing& asked(Caller& caller, std::size_t position, const Envelope& request) {
  return caller.outgoing(caller.service.position_on(request.route, position));
}

}  // namespace

/// The answer of the first of the calls that ask for the same.
struct SharedAnswer {
  std::optional<Reply> reply;
  Signal here{"the answer to an equal call"};
};

std::unique_ptr<rpc::HandlerState> Orchestrator::make_state(Instance& self) { return std::make_unique<Caller>(self, service_of(self)); }

Task<> Orchestrator::handle(Instance& self, const Envelope& request, Reply& reply) {
  const Service& service = caller_of(self).service;
  if (!service.callees.empty()) return orchestrate(self, request, reply);
  if (service.store != nullptr) return mesh_.data.read_item(caller_of(self), request, reply);
  return {};
}

// A service's own item first, then its calls, stage after stage. What comes back during a pause is read after it.
Task<> Orchestrator::orchestrate(Instance& self, const Envelope& request, Reply& reply) {
  Caller& caller = caller_of(self);
  bool misses = true;
  if (caller.service.store != nullptr) {
    co_await mesh_.data.read_item(caller, request, reply);
  } else if (caller.service.cache != nullptr) {
    misses = !co_await mesh_.data.has_item(caller, request);
  }
  const std::span specs{caller.service.calls.data(), caller.service.calls_without_detours()};
  RequestCache cache;
  for (std::size_t begin = 0, end = 0; begin < specs.size() && reply.status == Status::ok; begin = end) {
    while (end < specs.size() && specs[end].stage == specs[begin].stage) ++end;
    if (end - begin == 1 && !specs[begin].shares_answers() && !makes_itself(caller, begin)) {
      if (makes(caller, begin, misses)) {
        Call call(mesh_, caller, caller.service.position_on(request.route, begin), request);  // here, and not in a frame of its own
        if (call.sends()) call.hear(co_await call.send());
        if (!call.over()) co_await call.rest();
        merge(reply, call.reply());
      }
    } else {
      std::vector<Task<Reply>> calls = begin_stage(caller, begin, end, misses, request, cache);
      if (!calls.empty()) co_await in_parallel(std::move(calls), reply);
    }
    if (self.execution.paused(now())) co_await until(self.execution.awake_at(now()));
  }
  const bool keeps = misses && caller.service.store == nullptr && caller.service.cache != nullptr;
  if (keeps && reply.status == Status::ok) co_await mesh_.data.keep_item(caller, request);
}

// Not in the frame of `orchestrate`, which is that of every request.
Task<> Orchestrator::in_parallel(std::vector<Task<Reply>> calls, Reply& reply) {
  if (calls.size() == 1) {
    merge(reply, co_await std::move(calls.front()));
  } else {
    for (const Reply& answer : co_await all_of(std::move(calls))) merge(reply, answer);
  }
}

// Whether this request makes a call.
bool Orchestrator::makes(Caller& caller, std::size_t position, bool misses) {
  const double probability = caller.service.calls[position].probability.value();
  if (caller.service.calls[position].on_miss && !misses) return false;
  return probability >= 1 || caller.instance.random.chance(probability);
}

// Whether the thread that serves the request makes it, as the call has none of its own.
bool Orchestrator::makes_itself(Caller& caller, std::size_t position) {
  return caller.instance.execution.threads && caller.outgoing(position).command.pool() == nullptr;
}

// The calls of a stage that this request makes, each to be awaited. A thread that serves a request makes those itself
// that have no thread of their own, one after the other, while the others run.
std::vector<Task<Reply>> Orchestrator::begin_stage(Caller& caller, std::size_t begin, std::size_t end, bool misses, const Envelope& request,
                                                   RequestCache& cache) {
  std::vector<Task<Reply>> parallel;
  std::vector<std::size_t> in_turn;
  for (std::size_t i = begin; i < end; ++i) {
    if (!makes(caller, i, misses)) continue;
    if (makes_itself(caller, i)) {
      in_turn.push_back(i);
    } else {
      const bool shares = caller.service.calls[i].shares_answers();
      parallel.push_back(shares ? call_or_share(caller, i, request, cache) : mesh_.call(caller, i, request));
    }
  }
  if (!in_turn.empty()) parallel.push_back(call_in_turn(caller, std::move(in_turn), request, cache));
  return parallel;
}

// Errors and time-outs are shared, too. Who shares asks no breaker, takes no thread and counts in no health statistics.
Task<Reply> Orchestrator::call_or_share(Caller& caller, std::size_t position, const Envelope& request, RequestCache& cache) {
  const auto mine = std::make_shared<SharedAnswer>();
  const auto command = static_cast<std::uint32_t>(caller.service.commands[position]);
  const auto first = cache.find_or_put(command, hash_text(caller.service.calls[position].cache_key), mine);
  if (first) {
    ++mesh_.measures.shared_answers;
    while (!(*first)->reply) co_await (*first)->here.wait();
    co_return *(*first)->reply;
  }
  mine->reply = co_await mesh_.call(caller, position, request);
  mine->here.notify_all();
  co_return *mine->reply;
}

// A time-out is answered from the timer's thread, but the code on this one goes on until its client gives up.
Task<Reply> Orchestrator::call_in_turn(Caller& caller, std::vector<std::size_t> positions, const Envelope& request, RequestCache& cache) {
  Reply all;
  for (const std::size_t position : positions) {
    std::optional<Unheard> unheard;
    const bool shares = caller.service.calls[position].shares_answers();
    Task<Reply> made = shares ? call_or_share(caller, position, request, cache) : mesh_.call(caller, position, request, &unheard);
    const Reply reply = co_await std::move(made);
    merge(all, reply);
    if (unheard) co_await Mesh::go_on(mesh_.measures, caller.instance, asked(caller, position, request), std::move(*unheard));
    if (all.status != Status::ok) break;
  }
  co_return all;
}

void Orchestrator::merge(Reply& reply, const Reply& answer) {
  reply.stale |= answer.stale;
  if (answer.enclosed && answered(answer.status)) reply.enclosed = answer.enclosed;
  if (answer.status == Status::refused) {
    if (reply.status == Status::ok) reply.status = Status::refused;
  } else if (!answered(answer.status) && answered(reply.status)) {
    reply.status = answer.status;  // who tries again goes by what it was; of several by the first
  }
}

}  // namespace streamtwin::services
