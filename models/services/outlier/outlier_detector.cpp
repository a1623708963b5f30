#include "models/services/outlier/outlier_detector.hpp"

#include <algorithm>

#include "sim-core/math.hpp"

namespace streamtwin::outlier {

// Panic is ignored while what is left is enough for all of the traffic, each server being good for 1.4 times its share.
bool panics(int healthy, int hosts, Fraction threshold) {
  if (hosts == 0) return false;
  const int available = std::min(100, 140 * healthy / hosts);
  return available < 100 && 100.0 * healthy / hosts < 100 * threshold.value();
}

void OutlierDetector::follow(std::span<const Host> hosts) {
  std::vector<Watched> watched;
  for (const Host host : hosts) {
    const Watched* const known = find(host);
    watched.push_back(known != nullptr ? *known : Watched{.host = host});
  }
  std::sort(watched.begin(), watched.end(), [](const Watched& a, const Watched& b) { return a.host < b.host; });
  hosts_ = std::move(watched);
  ejected_ = static_cast<int>(std::count_if(hosts_.begin(), hosts_.end(), [](const Watched& w) { return w.ejected; }));
}

std::optional<Change> OutlierDetector::heard(Host host, Answer answer, Instant now, Random& random) {
  Watched* const watched = find(host);
  if (watched == nullptr) return std::nullopt;
  ++watched->requests;
  if (answer == Answer::good) {
    ++watched->good;
    watched->errors_in_a_row = watched->gateway_failures_in_a_row = 0;
    return std::nullopt;
  }
  std::optional<Change> change;
  if (answer == Answer::error) {
    watched->gateway_failures_in_a_row = 0;
  } else if (++watched->gateway_failures_in_a_row == properties_->consecutive_gateway_failures) {
    watched->gateway_failures_in_a_row = 0;
    change = eject(*watched, Cause::gateway_failures_in_a_row, properties_->enforced_gateway_failures, now, random);
  }
  if (++watched->errors_in_a_row == properties_->consecutive_errors) {
    watched->errors_in_a_row = 0;
    const std::optional<Change> by_errors = eject(*watched, Cause::errors_in_a_row, properties_->enforced_errors, now, random);
    if (by_errors) change = by_errors;
  }
  return change;
}

std::vector<Change> OutlierDetector::sweep(Instant now, Random& random) {
  std::vector<Change> changes;
  for (; next_sweep_ <= now; next_sweep_ += properties_->interval) sweep_once(next_sweep_, random, changes);
  return changes;
}

bool OutlierDetector::ejected(Host host) const {
  const Watched* const watched = const_cast<OutlierDetector*>(this)->find(host);
  return watched != nullptr && watched->ejected;
}

OutlierDetector::Watched* OutlierDetector::find(Host host) {
  const auto place = std::lower_bound(hosts_.begin(), hosts_.end(), host, [](const Watched& w, Host h) { return w.host < h; });
  return place != hosts_.end() && place->host == host ? &*place : nullptr;
}

bool OutlierDetector::may_eject_another() const {
  const double percent = 100.0 * (ejected_ + 1) / hosts();
  return percent <= 100 * properties_->max_ejected.value() * (1 + 1e-12) || (properties_->always_eject_one && ejected_ == 0);
}

std::optional<Change> OutlierDetector::eject(Watched& watched, Cause cause, Fraction enforced, Instant now, Random& random) {
  if (watched.ejected) return std::nullopt;
  if (!may_eject_another()) {
    ++overflowed_;
    return std::nullopt;
  }
  if (enforced.value() < 1 && !random.chance(enforced.value())) return std::nullopt;
  watched.ejected = true;
  watched.changed = now;
  ++ejected_;
  const Duration most = std::max(properties_->max_ejection_time, properties_->base_ejection_time);
  if (properties_->base_ejection_time * watched.multiplier < most + properties_->base_ejection_time) ++watched.multiplier;
  const auto jitter_ms = static_cast<std::uint64_t>(properties_->max_jitter / 1ms);
  watched.jitter = jitter_ms > 0 ? Duration{static_cast<double>(random.below(jitter_ms + 1)) * 1ms} : Duration{0};
  return Change{watched.host, cause, lasts(watched), now};
}

Duration OutlierDetector::lasts(const Watched& watched) const {
  const Duration most = std::max(properties_->max_ejection_time, properties_->base_ejection_time);
  return std::min(properties_->base_ejection_time * watched.multiplier, most) + watched.jitter;
}

void OutlierDetector::sweep_once(Instant when, Random& random, std::vector<Change>& changes) {
  for (Watched& watched : hosts_) let_back_or_forgive(watched, when, changes);
  const auto comparable = with_requests(properties_->success_rate_volume, properties_->success_rate_hosts);
  const auto countable = with_requests(properties_->failure_share_volume, properties_->failure_share_hosts);
  compare_success_rates(comparable, when, random, changes);
  look_for_failing(countable, when, random, changes);
  for (Watched& watched : hosts_) watched.requests = watched.good = 0;
}

void OutlierDetector::let_back_or_forgive(Watched& watched, Instant when, std::vector<Change>& changes) {
  if (!watched.ejected) {
    if (watched.multiplier > 0 && when - watched.changed >= properties_->interval) --watched.multiplier;
    return;
  }
  if (when - watched.changed < lasts(watched)) return;
  watched.ejected = false;
  --ejected_;
  watched.changed = when;
  watched.errors_in_a_row = watched.gateway_failures_in_a_row = 0;
  changes.push_back({watched.host, std::nullopt, Duration{0}, when});
}

std::vector<OutlierDetector::Watched*> OutlierDetector::with_requests(int volume, int hosts_min) {
  std::vector<Watched*> enough;
  for (Watched& watched : hosts_) {
    if (!watched.ejected && watched.requests >= static_cast<std::uint32_t>(volume)) enough.push_back(&watched);
  }
  if (static_cast<int>(enough.size()) < hosts_min) enough.clear();
  return enough;
}

// The deviation is that of the population.
void OutlierDetector::compare_success_rates(const std::vector<Watched*>& enough, Instant when, Random& random,
                                            std::vector<Change>& changes) {
  if (enough.empty()) return;
  double mean = 0, variance = 0;
  for (const Watched* watched : enough) mean += watched->good_percent() / static_cast<double>(enough.size());
  for (const Watched* watched : enough) {
    const double off = watched->good_percent() - mean;
    variance += off * off / static_cast<double>(enough.size());
  }
  const double threshold = mean - properties_->success_rate_factor * math::sqrt(variance);
  for (Watched* watched : enough) {
    if (!(watched->good_percent() < threshold)) continue;
    if (const auto change = eject(*watched, Cause::success_rate, properties_->enforced_success_rate, when, random))
      changes.push_back(*change);
  }
}

void OutlierDetector::look_for_failing(const std::vector<Watched*>& enough, Instant when, Random& random, std::vector<Change>& changes) {
  for (Watched* watched : enough) {
    if (100 - watched->good_percent() < 100 * properties_->failure_share.value()) continue;
    if (const auto change = eject(*watched, Cause::failure_share, properties_->enforced_failure_share, when, random))
      changes.push_back(*change);
  }
}

}  // namespace streamtwin::outlier
