#include "models/titus/load_balancing/registration_batcher.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace streamtwin::titus {

bool IntervalBucket::try_take(Instant now) {
  if (now >= next_) {
    const double intervals = std::max(0.0, std::floor((now - last_) / interval_));
    last_ += intervals * interval_;
    next_ = last_ + interval_;
    tokens_ = std::min(capacity_, tokens_ + static_cast<std::int64_t>(intervals) * per_interval_);
  }
  if (tokens_ == 0) return false;
  --tokens_;
  return true;
}

RegistrationBatcher::RegistrationBatcher(const LoadBalancingSpec& spec, Instant now)
    : spec_(spec), tokens_(spec.burst, spec.refill, 1s, now), delay_(spec.min_time), next_(now + spec.min_time) {}

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
    if (!tokens_.try_take(now)) {
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
