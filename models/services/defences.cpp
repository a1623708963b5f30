#include "models/services/defences.hpp"

#include <algorithm>

namespace streamtwin::services {

void Ejections::take_list(std::span<const ribbon::Server> servers, ribbon::LoadBalancer& balancer, Instant now) {
  listed_.assign(servers.begin(), servers.end());
  std::vector<outlier::Host> hosts;
  for (const ribbon::Server& server : servers) hosts.push_back(server.host);
  detector.follow(hosts);
  apply(balancer, now);
}

void Ejections::apply(ribbon::LoadBalancer& balancer, Instant now) const {
  if (detector.ejected() == 0 || detector.panics()) return balancer.update(listed_, now);
  std::vector<ribbon::Server> left;
  std::copy_if(listed_.begin(), listed_.end(), std::back_inserter(left),
               [this](const ribbon::Server& server) { return !detector.ejected(server.host); });
  balancer.update(left, now);
}

Defences::Defences(const ClientSpec& client, Random its_random, Instant now) : random(its_random) {
  if (client.retry_throttle.enabled) throttle.emplace(client.retry_throttle);
  if (client.retry_concurrency) concurrency.emplace(*client.retry_concurrency);
  if (client.retry_quota) quota.emplace(*client.retry_quota);
  if (client.retry_deposits) deposits.emplace(*client.retry_deposits);
  if (client.adaptive_throttle) adaptive.emplace(*client.adaptive_throttle);
  if (client.outlier_ejection) ejections = std::make_unique<Ejections>(*client.outlier_ejection, now);
}

bool Defences::asked_for(const ClientSpec& client) { return client.has_budget() || client.adaptive_throttle || client.outlier_ejection; }

// That a server which fails has accepted the request, and one that is silent or cannot be reached has not, is an assumption.
void Defences::heard(Status status, bool worth_another, int last_cost, Instant now) {
  if (status == Status::throttled) return;
  if (throttle && worth_another) {
    throttle->failed();
  } else if (throttle && answered(status)) {
    throttle->succeeded();  // an error that is not retried neither takes a token nor gives one
  }
  if (quota && answered(status)) quota->answered(last_cost);
  const bool refused =
      status == Status::overloaded || status == Status::timed_out || status == Status::unreachable || status == Status::reset;
  if (adaptive && !refused) adaptive->accepted(now);
}

outlier::Answer outlier_answer(Status status) {
  if (answered(status)) return outlier::Answer::good;
  switch (status) {
    case Status::timed_out:
    case Status::overloaded:
    case Status::unreachable: return outlier::Answer::gateway_failure;
    default: return outlier::Answer::error;
  }
}

bool Claim::take(Failure failure, Instant now) {
  retry_over();
  Defences& of = *of_;
  const int cost = of.quota ? of.quota->cost(failure == Failure::timeout || failure == Failure::refused) : 0;
  const bool allowed = (!of.throttle || of.throttle->allows()) && (!of.concurrency || of.concurrency->allows(of.tries_under_way)) &&
                       (!of.quota || of.quota->allows(cost)) && (!of.deposits || of.deposits->allows(now));
  if (!allowed) return false;
  if (of.concurrency) {
    of.concurrency->begun();
    retries_ = true;
  }
  if (of.quota) of.quota->take(cost);
  if (of.deposits) of.deposits->take(now);
  last_cost_ = cost;
  return true;
}

}  // namespace streamtwin::services
