#include "models/services/tries.hpp"

#include <algorithm>

#include "models/services/mesh.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {
namespace {

/// What a failed try is to Ribbon's retry driver; nothing for what the application itself answered.
std::optional<ribbon::Failure> failure_of(Status status) {
  switch (status) {
    case Status::timed_out: return ribbon::Failure::other;
    case Status::overloaded: return ribbon::Failure::throttled;
    case Status::unreachable: return ribbon::Failure::connection;
    default: return std::nullopt;
  }
}

}  // namespace

Tries::Tries(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Request& request, Instant deadline)
    : mesh_(mesh),
      caller_(caller),
      outgoing_(outgoing),
      request_(request),
      deadline_(deadline),
      // Calls between services read: every error is worth another try.
      retries_(outgoing.client->retries_same_server, outgoing.client->retries_next_server, true, true) {}

Future<Reply>::Timed Tries::send() {
  const ClientSpec& client = *outgoing_.client;
  auto [promise, future] = make_promise<Reply>();
  reply_ = std::move(future);
  sent_ = now();
  patience_ = client.read_timeout;
  silence_ = Status::timed_out;
  if (!same_server_) server_ = outgoing_.balancer.choose(sent_, caller_.random);
  if (server_) {
    Instance& callee = mesh_.instance(outgoing_.balancer.server(*server_).host);
    outgoing_.balancer.request_started(*server_, sent_);
    const Duration one_way = mesh_.geography.one_way(caller_.zone, callee.zone);
    const bool connected = outgoing_.connect(*server_);
    if (!connected && !callee.alive()) {
      patience_ = client.connect_timeout;
      silence_ = Status::unreachable;
    }
    mesh_.send(callee, {.there = connected ? one_way : 3 * one_way, .back = one_way}, request_, std::move(promise));
  } else {
    promise.set(Reply{.status = Status::unreachable});
  }
  return reply_.within(std::min(patience_, deadline_ - sent_));
}

Reply Tries::ended(const std::optional<Reply>& answer) {
  const Reply reply = answer.value_or(Reply{.status = now() < deadline_ ? silence_ : Status::timed_out});
  if (failure_of(reply.status)) {
    outgoing_.retry_throttle.failed();
  } else if (answered(reply.status)) {
    outgoing_.retry_throttle.succeeded();  // an error that is not retried neither takes a token nor gives one
  }
  cut_short_ = !answer && now() >= deadline_ && deadline_ < patient_until();
  if (server_ && !cut_short_) {
    outgoing_.try_ended(*server_, answer ? ribbon::AttemptResult::answered : ribbon::AttemptResult::connection_failed, now() - sent_,
                        now());
  }
  return reply;
}

void Tries::abandon() {
  if (server_) outgoing_.try_ended(*server_, ribbon::AttemptResult::abandoned, now() - sent_, now());
}

bool Tries::another(Status last) {
  const std::optional<ribbon::Failure> failure = failure_of(last);
  if (!failure || now() >= deadline_) return false;
  const ribbon::NextStep next = retries_.failed(*failure);
  same_server_ = next == ribbon::NextStep::same_server && server_.has_value();
  const bool again = same_server_ || next == ribbon::NextStep::next_server;
  if (!again) return false;
  const bool allowed = outgoing_.retry_throttle.allows();
  ++(allowed ? mesh_.measures.retries : mesh_.measures.retries_throttled);
  return allowed;
}

}  // namespace streamtwin::services
