#include "models/services/tries.hpp"

#include <algorithm>

#include "models/services/mesh.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {
std::string_view reason_of(Status status) {
  switch (status) {
    case Status::timed_out: return "timed out";
    case Status::overloaded: return "overloaded";
    case Status::unreachable: return "no connection";
    case Status::reset: return "connection reset";
    case Status::short_circuited: return "short-circuited";
    case Status::pool_rejected: return "no room in the pool";
    case Status::fallback_rejected: return "too many fallbacks";
    case Status::throttled: return "held back";
    default: return "failed";
  }
}

Tries::Tries(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Envelope& request, Instant deadline)
    : mesh_(mesh),
      caller_(caller),
      outgoing_(outgoing),
      request_(&request),
      deadline_(deadline),
      rules_(writes(request.body.as<rpc::HttpRequest>().method) ? outgoing.rules->writes : outgoing.rules->reads),
      driver_(rules_.same_server, rules_.next_server, true, rules_.busy_at_same_server),
      claim_(outgoing.defences.get()) {}

Future<Reply>::Timed Tries::send() {
  const ClientSpec& client = *outgoing_.client;
  auto [promise, future] = make_promise<Reply>();
  reply_ = std::move(future);
  sent_ = now();
  patience_ = client.read_timeout;
  silence_ = Status::timed_out;
  told_by_server_ = false;
  Duration held{0};
  if (outgoing_.defences != nullptr || request_->injections != 0) [[unlikely]] {
    const std::optional<Duration> before = before_sending(promise);
    if (!before) return reply_.within(std::min(patience_, deadline_ - sent_));
    held = *before;
  }
  if (!same_server_) server_ = outgoing_.balancer.choose(sent_, caller_.random);
  if (request_->span) span_ = request_->span.child("try", caller_.name, sent_);
  if (server_) {
    const ribbon::Server server = outgoing_.balancer.server(*server_);
    Instance* const callee = mesh_.lives.find(server.host);
    outgoing_.balancer.request_started(*server_, sent_);
    rpc::Way way = mesh_.network.way(caller_, callee, server.zone);
    const bool found_open = !caller_.launched_cold() && callee != nullptr && !callee->launched_cold();
    const bool connected = outgoing_.balancer.connect(*server_, found_open);
    const bool serves = callee != nullptr && callee->alive();
    told_by_server_ = serves && way.connects();
    if (!serves) mesh_.count_call_to_dead(server.host);
    if (!serves && way.connects() && mesh_.lives.refuses(server.host)) {  // where the instance was, the machine says that nobody listens
      std::move(promise).set_after(way.round_trip(), Reply{.status = connected ? Status::reset : Status::unreachable});
      return reply_.within(std::min(patience_, deadline_ - sent_));
    }
    if (!connected && !told_by_server_) {
      patience_ = client.connect_timeout;
      silence_ = Status::unreachable;
    }
    if (!connected) way.there += way.round_trip();
    way.held += held;
    if (span_) {
      span_.note("peer", callee != nullptr ? callee->name : "an instance that has gone");
      Envelope traced = *request_;
      traced.span = span_;
      if (serves) mesh_.network.send(*callee, way, traced, std::move(promise));
    } else if (serves) {
      mesh_.network.send(*callee, way, *request_, std::move(promise));
    }
  } else {
    span_.note("peer", "no server is known");
    promise.set(Reply{.status = Status::unreachable});
  }
  return reply_.within(std::min(patience_, deadline_ - sent_));
}

Reply Tries::ended(std::optional<Reply>&& answer) {
  Reply reply = answer ? *std::move(answer) : Reply{.status = now() < deadline_ ? silence_ : Status::timed_out};
  if (!answered(reply.status)) span_.note("reason", reason_of(reply.status));
  span_.end(now(), answered(reply.status) ? SpanStatus::ok : SpanStatus::failed);
  cut_short_ = !answer && now() >= deadline_ && deadline_ < patient_until();
  if (server_ && !cut_short_) {
    const bool heard = answer && told_by_server_;
    outgoing_.try_ended(*server_, heard ? ribbon::AttemptResult::answered : ribbon::AttemptResult::connection_failed, now() - sent_, now());
    if (!heard && outgoing_.balancer.leaves_out(*server_, now())) {
      mesh_.recorder.notices.add(now(), NoticeKind::tripped, mesh_.lives.name_of(outgoing_.balancer.server(*server_).host), caller_.name);
    }
  }
  if (outgoing_.defences != nullptr) [[unlikely]]
    tell_defences(reply);
  return reply;
}

// What the client does before it sends anything, and for how long that holds the request; nothing where it does not send it. Servers
// whose ejection is over come back first.
std::optional<Duration> Tries::before_sending(Promise<Reply>& promise) {
  Status instead = Status::ok;
  fit::Injected injected;
  if (Defences* const defences = outgoing_.defences.get()) {
    claim_.try_begins();
    sweep(*defences);
    if (!defences->sends(sent_)) {
      ++mesh_.measures.defences.held_back;
      instead = Status::throttled;
    }
  }
  if (request_->injections != 0 && instead == Status::ok) {
    injected = mesh_.injections.strike(request_->injections, fit::Point::client, caller_.service.index, outgoing_.callee->index);
    if (injected.fails) instead = Status::unreachable;
  }
  patience_ += injected.wait;
  if (instead == Status::ok) return injected.wait;
  server_.reset();
  span_ = {};
  std::move(promise).set_after(injected.wait, Reply{.status = instead});
  return std::nullopt;
}

void Tries::sweep(Defences& defences) {
  if (defences.ejections == nullptr || !defences.ejections->detector.sweep_due(sent_)) return;
  mesh_.ejections_changed(caller_, outgoing_, defences.ejections->detector.sweep(sent_, defences.random));
  mesh_.measures.defences.look_at(defences.ejections->detector);
}

void Tries::tell_defences(const Reply& reply) {
  Defences& defences = *outgoing_.defences;
  claim_.try_over();
  defences.heard(reply.status, rules_.retries(failure_of(reply.status)), claim_.last_cost(), now());
  if (defences.ejections == nullptr || !server_ || cut_short_) return;
  const auto change =
      defences.ejections->detector.heard(outgoing_.balancer.server(*server_).host, outlier_answer(reply.status), now(), defences.random);
  if (change) mesh_.ejections_changed(caller_, outgoing_, {&*change, 1});
}

void Tries::abandon() {
  if (server_ && cut_short_) outgoing_.try_ended(*server_, ribbon::AttemptResult::abandoned, now() - sent_, now());
}

Future<Reply>::Timed Tries::rest_of_call() {
  patience_ = deadline_ - sent_;
  return reply_.within(deadline_ - now());
}

bool Tries::pay_for_another(Failure failure) { return outgoing_.defences == nullptr || claim_.take(failure, now()); }

void Tries::take_back() {
  reply_ = {};
  if (server_) outgoing_.balancer.request_finished(*server_, ribbon::AttemptResult::abandoned, now() - sent_, now());
}

void Tries::go_on(const Envelope& request) {
  request_ = &request;
  deadline_ = never;
}

// A pause of the caller may have outlasted the client's patience.
Future<Reply>::Timed Tries::rest() { return reply_.within(std::max(Duration{0}, patient_until() - now())); }

namespace {

/// What it is to Ribbon's driver, which knows nothing that is an error of the application's own.
ribbon::Failure to_driver(Failure failure) {
  switch (failure) {
    case Failure::refused:
    case Failure::reset: return ribbon::Failure::connection;
    case Failure::overload: return ribbon::Failure::throttled;
    default: return ribbon::Failure::other;
  }
}

}  // namespace

bool Tries::again_after(Failure failure) {
  if (now() >= std::min(deadline_, request_->deadline)) return false;
  const ribbon::NextStep next = driver_.failed(to_driver(failure));
  same_server_ = next == ribbon::NextStep::same_server && server_.has_value();
  const bool again = same_server_ || next == ribbon::NextStep::next_server;
  if (!again) return false;
  const bool allowed = pay_for_another(failure);
  mesh_.count_retry(caller_, *outgoing_.callee, allowed);
  if (allowed) wakes_ = now() + rules_.wait(driver_.tries(), caller_.random);
  return allowed;
}

}  // namespace streamtwin::services
