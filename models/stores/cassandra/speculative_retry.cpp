#include "models/stores/cassandra/speculative_retry.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/math.hpp"

namespace streamtwin::cassandra {
namespace {

constexpr Duration half_life = 60s;        // DecayingEstimatedHistogramReservoir HALF_TIME_IN_S
constexpr Duration rescale_after = 1800s;  // LANDMARK_RESET_INTERVAL_IN_MS
constexpr double ln_2 = 0.693147180559945309;

// EstimatedHistogram: each bound is 1.2 times the one before, rounded, and at least one more; in microseconds.
std::array<std::int64_t, 96> make_bounds() {
  std::array<std::int64_t, 96> bounds{};
  std::int64_t last = 1;
  for (std::int64_t& bound : bounds) {
    bound = last;
    last = std::max<std::int64_t>(last + 1, std::llround(static_cast<double>(last) * 1.2));
  }
  return bounds;
}

const std::array<std::int64_t, 96> bounds = make_bounds();

}  // namespace

std::size_t DecayingLatencies::bucket_of(Duration latency) {
  const auto microseconds = static_cast<std::int64_t>(in_seconds(latency) * 1e6);
  const auto found = std::lower_bound(bounds.begin(), bounds.end(), microseconds);
  return std::min<std::size_t>(buckets - 1, static_cast<std::size_t>(found - bounds.begin()));
}

Duration DecayingLatencies::upper_bound(std::size_t bucket) { return seconds(static_cast<double>(bounds[bucket]) * 1e-6); }

void DecayingLatencies::add(Duration latency, Instant now) {
  if (now - landmark_ > rescale_after) {
    const double faded = math::exp(-ln_2 * ((now - landmark_) / half_life));
    for (double& count : counts_) count *= faded;
    total_ *= faded;
    landmark_ = now;
  }
  const double weight = math::exp(ln_2 * ((now - landmark_) / half_life));
  counts_[bucket_of(latency)] += weight;
  total_ += weight;
}

Duration DecayingLatencies::percentile(Fraction share) const {
  double seen = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    seen += counts_[bucket];
    if (counts_[bucket] > 0 && seen >= share.value() * total_) return upper_bound(bucket);
  }
  return upper_bound(buckets - 1);
}

void SpeculativeRetry::answered(Duration latency, Instant now) {
  if (properties_.policy != Speculation::percentile) return;
  catch_up(now);
  latencies_.add(latency, now);
}

void SpeculativeRetry::catch_up(Instant now) {
  if (now < next_) return;
  next_ += read_timeout_ * std::floor((now - next_) / read_timeout_ + 1);
  if (!latencies_.empty()) threshold_ = latencies_.percentile(properties_.percentile);
}

Duration SpeculativeRetry::wait(Instant now) {
  switch (properties_.policy) {
    case Speculation::fixed: return properties_.delay;
    case Speculation::percentile: catch_up(now); return threshold_;
    case Speculation::none:
    case Speculation::always: break;
  }
  return read_timeout_;
}

}  // namespace streamtwin::cassandra
