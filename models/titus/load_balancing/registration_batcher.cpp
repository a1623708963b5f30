#include "models/titus/load_balancing/registration_batcher.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace streamtwin::titus {

RegistrationBatcher::RegistrationBatcher(const LoadBalancingSpec& spec, Instant now)
    : spec_(spec),
      tokens_({.capacity = spec.burst, .refill = spec.refill, .interval = 1s, .initial = spec.burst}, now),
      delay_(spec.min_time),
      next_(now + spec.min_time) {}

bool RegistrationBatcher::offer(BalancerId balancer, const TargetUpdate& update) {
  const auto [place, is_new] = pending_[balancer].try_emplace(update.container, update);
  if (is_new) return true;
  TargetUpdate& existing = place->second;
  const bool replaces = update.priority != existing.priority ? update.priority > existing.priority
                                                             : update.when >= existing.when && update.state != existing.state;
  if (replaces) existing = update;
  return replaces;
}

std::vector<Batch> RegistrationBatcher::ready(Instant now) const {
  std::vector<Batch> batches;
  for (const auto& [balancer, updates] : pending_) {
    Batch batch{balancer, {}, never};
    for (const auto& update : updates) {
      batch.updates.push_back(update.second);
      batch.oldest = std::min(batch.oldest, update.second.when);
    }
    if (batch.oldest + spec_.min_time <= now) batches.push_back(std::move(batch));
  }
  const auto in_order = [this](const Batch& a, const Batch& b) {
    const auto bucket = [this](const Batch& batch) { return std::floor(batch.oldest.time_since_epoch() / spec_.bucket); };
    return std::tuple(bucket(a), b.updates.size(), a.oldest) < std::tuple(bucket(b), a.updates.size(), b.oldest);
  };
  std::stable_sort(batches.begin(), batches.end(), in_order);
  return batches;
}

std::vector<Batch> RegistrationBatcher::flush(Instant now) {
  std::vector<Batch> batches = ready(now);
  for (auto batch = batches.begin(); batch != batches.end(); ++batch) {
    if (!tokens_.try_take(1, now)) {
      ++rate_limited_;
      delay_ = std::min(spec_.max_time, 2 * delay_);
      next_ = now + std::max(delay_, tokens_.until_refill(now));
      batches.erase(batch, batches.end());
      return batches;
    }
    delay_ = spec_.min_time;
    pending_.erase(batch->balancer);
  }
  next_ = now + delay_;
  return batches;
}

void RegistrationBatcher::skip_to(Instant now) {
  if (next_ < now) next_ += std::ceil((now - next_) / delay_) * delay_;
  next_ = std::max(next_, now);  // against rounding
}

std::size_t RegistrationBatcher::pending() const {
  std::size_t count = 0;
  for (const auto& balancer : pending_) count += balancer.second.size();
  return count;
}

}  // namespace streamtwin::titus
