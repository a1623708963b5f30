#include "models/misim/balancer.hpp"

#include <algorithm>

namespace streamtwin::misim {
namespace {

bool runs(std::span<const Candidate> running, StartNumber id) {
  const auto found =
      std::lower_bound(running.begin(), running.end(), id, [](const Candidate& c, StartNumber wanted) { return c.id < wanted; });
  return found != running.end() && found->id == id;
}

}  // namespace

std::optional<StartNumber> Balancer::choose(std::span<const Candidate> running, Random& random) {
  switch (kind_) {
    case BalancerKind::even: return even(running);
    case BalancerKind::round_robin: return round_robin(running);
    case BalancerKind::round_robin_fast: return round_robin_fast(running);
    case BalancerKind::util: return least_work(running, random);
    case BalancerKind::random: break;
  }
  if (running.empty()) return std::nullopt;
  return running[random.below(running.size())].id;
}

// EvenLoadBalanceStrategy: only the number of instances tells it that they have changed. Among equals MiSim takes what its
// hash map has first; here it is the oldest.
std::optional<StartNumber> Balancer::even(std::span<const Candidate> running) {
  if (counts_.size() != running.size()) {
    counts_.clear();
    for (const Candidate& candidate : running) counts_[candidate.id] = 0;
  }
  const auto least = std::min_element(counts_.begin(), counts_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (least == counts_.end()) return std::nullopt;
  ++least->second;
  return least->first;
}

// RoundRobinLoadbalancer.
std::optional<StartNumber> Balancer::round_robin(std::span<const Candidate> running) {
  for (const Candidate& candidate : running) {
    if (queued_.insert(candidate.id).second) queue_.push_front(candidate.id);
  }
  while (!queue_.empty()) {
    const StartNumber next = queue_.front();
    queue_.pop_front();
    if (runs(running, next)) {
      queue_.push_back(next);
      return next;
    }
    queued_.erase(next);
  }
  return std::nullopt;
}

// QuickRoundRobinLoadbalancer: when the rest of a round has died, the choice fails although others may run.
std::optional<StartNumber> Balancer::round_robin_fast(std::span<const Candidate> running) {
  if (queue_.empty()) {
    for (const Candidate& candidate : running) queue_.push_back(candidate.id);
  }
  while (!queue_.empty()) {
    const StartNumber next = queue_.front();
    queue_.pop_front();
    if (runs(running, next)) return next;
  }
  return std::nullopt;
}

// UtilizationBalanceStrategy: any of those with the least.
std::optional<StartNumber> Balancer::least_work(std::span<const Candidate> running, Random& random) {
  if (running.empty()) return std::nullopt;
  const double least = std::min_element(running.begin(), running.end(), [](const Candidate& a, const Candidate& b) {
                         return a.work_left < b.work_left;
                       })->work_left;
  const auto equals = [&](const Candidate& candidate) { return candidate.work_left == least; };
  std::uint64_t wanted = random.below(static_cast<std::uint64_t>(std::count_if(running.begin(), running.end(), equals)));
  for (const Candidate& candidate : running) {
    if (equals(candidate) && wanted-- == 0) return candidate.id;
  }
  return std::nullopt;
}

}  // namespace streamtwin::misim
