#include "models/services/hedges.hpp"

#include "models/services/mesh.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

Hedges::Hedges(Mesh& mesh, Instance& caller, Outgoing& outgoing, const Envelope& request, Instant deadline)
    : mesh_(mesh),
      caller_(caller),
      outgoing_(outgoing),
      request_(request),
      deadline_(deadline),
      rules_(writes(request.body.as<rpc::HttpRequest>().method) ? outgoing.rules->writes : outgoing.rules->reads),
      plan_(*outgoing.client->hedging, outgoing.client->read_timeout) {
  request_.cancels = outgoing.client->hedging->cancels;
}

Task<Reply> Hedges::run(std::shared_ptr<Hedges> self) {
  Hedges& all = *self;
  while (!all.final_ && now() < all.deadline_) {
    const bool due = all.plan_.more() && now() >= all.plan_.due();
    if (due && !all.send_next(self)) all.plan_.stop();
    if (due) continue;
    if (all.open_ == 0 && !all.plan_.more()) all.final_ = all.last_;
    if (all.final_) break;
    auto [promise, future] = make_promise<void>();
    all.news_ = std::move(promise);
    const Instant next = all.plan_.more() ? std::min(all.plan_.due(), all.deadline_) : all.deadline_;
    Future<void> news = std::move(future);
    co_await news.within(next - now());
  }
  all.leave();
  co_return all.final_.value_or(Reply{.status = Status::timed_out});
}

// The first goes out whatever there is; a further one is a retry to every budget.
bool Hedges::send_next(const std::shared_ptr<Hedges>& self) {
  auto tries = std::make_unique<Tries>(mesh_, caller_, outgoing_, request_, deadline_);
  const bool hedge = !sent_.empty();
  if (hedge) {
    const bool allowed = tries->pay_for_another(open_ > 0 ? Failure::timeout : failure_of(last_.status));
    mesh_.count_retry(caller_, *outgoing_.callee, allowed);
    if (!allowed) return false;
    ++mesh_.measures.defences.hedges;
  }
  ++open_;
  plan_.sent(now());
  Tries& one = *tries;
  sent_.push_back({std::move(tries), caller_.scope.spawn("a try of several", one_try(self, one, hedge))});
  return true;
}

Task<> Hedges::one_try(std::shared_ptr<Hedges> self, Tries& tries, bool hedge) {
  std::optional<Reply> answer = co_await tries.send();
  const bool goes_on = !self->outgoing_.client->hedging->after && !answer && now() < self->deadline_;
  if (goes_on) answer = co_await tries.rest_of_call();
  if (self->caller_.execution.paused(now())) co_await until(self->caller_.execution.awake_at(now()));
  const Reply reply = tries.ended(std::move(answer));
  tries.abandon();
  self->heard(reply, hedge);
}

void Hedges::heard(const Reply& reply, bool hedge) {
  --open_;
  if (over_) {
    ++mesh_.measures.defences.hedges_spare;
    return;
  }
  last_ = reply;
  if (answered(reply.status)) {
    if (hedge) ++mesh_.measures.defences.hedges_won;
    final_ = reply;
  } else if (rules_.retries(failure_of(reply.status)) && reply.status != Status::throttled) {
    plan_.failed(now());
  } else {
    final_ = reply;
  }
  if (news_.awaited() && !news_.is_set()) news_.set();
}

// Of a server whose try is taken back that says nothing.
void Hedges::leave() {
  over_ = true;
  if (!outgoing_.client->hedging->cancels) return;
  for (Sent& sent : sent_) {
    if (!sent.process.alive()) continue;
    ++mesh_.measures.defences.hedges_taken_back;
    sent.process.cancel();
    sent.tries->take_back();
  }
}

}  // namespace streamtwin::services
