#include "models/edge/elb/target_group.hpp"

#include <algorithm>

namespace streamtwin::elb {
namespace {
constexpr double weight_min = 0.01;  // a target in slow start gets something from its first second on
}

TargetId TargetGroup::add(bool healthy, Instant now) {
  const Target target{.healthy_since = now, .health = TargetHealth(healthy, !healthy)};
  const TargetId id = take_number(free_, targets_, target);
  order_.push_back(id);
  collect();
  return id;
}

void TargetGroup::deregister(TargetId target, Instant now) {
  targets_[target].registered = false;
  targets_[target].deregistered = now;
  targets_[target].slow_starting = false;
  collect();
}

void TargetGroup::forget(TargetId target) {
  std::erase(order_, target);
  free_.push_back(target);
}

bool TargetGroup::drained(TargetId target, Instant now) const {
  const Target& t = targets_[target];
  return !t.registered && (t.outstanding == 0 || now - t.deregistered >= properties_.deregistration_delay);
}

bool TargetGroup::health(TargetId target, bool passed, Instant now) {
  Target& t = targets_[target];
  if (!t.health.report(passed, properties_.health_check, true)) return false;
  t.healthy_since = now;
  t.slow_starting = passed && properties_.slow_start > 0s && properties_.routing != GroupRouting::least_outstanding;
  t.credit = 0;
  collect();
  return true;
}

std::optional<TargetId> TargetGroup::route(Instant now, Random& random) {
  if (eligible_.empty()) return std::nullopt;
  TargetId chosen = eligible_.front();
  if (properties_.routing == GroupRouting::round_robin) {
    chosen = in_turn(now);
  } else if (properties_.routing == GroupRouting::least_outstanding) {
    for (std::size_t i = 0; i < eligible_.size(); ++i) {
      const TargetId other = eligible_[(turn_ + i) % eligible_.size()];
      if (i == 0 || targets_[other].outstanding < targets_[chosen].outstanding) chosen = other;
    }
    turn_ = (turn_ + 1) % eligible_.size();
  } else {
    double total = 0;
    for (TargetId id : eligible_) total += weight(id, now);
    double drawn = random.uniform() * total;
    for (TargetId id : eligible_) {
      chosen = id;
      drawn -= weight(id, now);
      if (drawn < 0) break;
    }
  }
  ++targets_[chosen].outstanding;
  return chosen;
}

double TargetGroup::weight(TargetId target, Instant now) const {
  const Target& t = targets_[target];
  if (!t.slow_starting) return 1;
  return std::clamp((now - t.healthy_since) / properties_.slow_start, weight_min, 1.0);
}

bool TargetGroup::failing_open() const {
  return !eligible_.empty() &&
         std::none_of(eligible_.begin(), eligible_.end(), [this](TargetId id) { return targets_[id].health.healthy(); });
}

void TargetGroup::collect() {
  eligible_.clear();
  for (bool healthy : {true, false}) {
    for (const TargetId id : order_)
      if (targets_[id].registered && (targets_[id].health.healthy() || !healthy)) eligible_.push_back(id);
    if (!eligible_.empty()) return;
  }
}

// Smooth weighted round robin: everybody earns its weight, the richest is served and pays the sum.
TargetId TargetGroup::in_turn(Instant now) {
  double total = 0;
  TargetId richest = eligible_.front();
  for (TargetId id : eligible_) {
    const double earned = weight(id, now);
    total += earned;
    targets_[id].credit += earned;
    if (targets_[id].credit > targets_[richest].credit + 1e-9) richest = id;
  }
  targets_[richest].credit -= total;
  return richest;
}

}  // namespace streamtwin::elb
