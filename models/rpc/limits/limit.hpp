// The adaptive limits of concurrency-limits: additive increase and multiplicative decrease, Vegas, Gradient, Gradient2.
// Each learns from samples how many requests may be in flight. Source: Netflix/concurrency-limits 78a74b9,
// com.netflix.concurrency.limits.limit; parameters and their defaults are in properties.hpp. None of them throws. A new one
// is a class with `limit` and `on_sample`, and an entry in the variant below.
#pragma once

#include <memory>
#include <variant>

#include "models/rpc/limits/functions.hpp"
#include "models/rpc/limits/properties.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::limits {

class FixedLimit {
 public:
  explicit FixedLimit(int limit) : limit_(limit) {}
  int limit() const { return limit_; }
  void on_sample(const Sample&, Random&) {}

 private:
  int limit_;
};

/// One more while at least half used, a tenth less after a drop or a time-out.
class AimdLimit {
 public:
  explicit AimdLimit(const AimdProperties& properties) : properties_(properties), limit_(properties.initial) {}
  int limit() const { return limit_; }
  void on_sample(const Sample& sample, Random&) {
    if (sample.dropped || to_nanoseconds(sample.round_trip) > to_nanoseconds(properties_.timeout)) {
      limit_ = static_cast<int>(limit_ * properties_.back_off);
    } else if (sample.in_flight * 2 >= limit_) {
      ++limit_;
    }
    limit_ = std::min(properties_.most, std::max(properties_.least, limit_));
  }

 private:
  AimdProperties properties_;
  int limit_;
};

/// Estimates the queue from the fastest round trip seen, keeps it between alpha and beta. The fastest is measured anew
/// after a jittered number of samples.
class VegasLimit {
 public:
  explicit VegasLimit(const VegasProperties& properties) : properties_(properties), limit_(properties.initial) {}
  int limit() const { return static_cast<int>(limit_); }
  void on_sample(const Sample& sample, Random& random);

 private:
  void learn(std::int64_t round_trip, const Sample& sample);

  VegasProperties properties_;
  double limit_;
  double jitter_ = 0;  ///< drawn with the first sample
  std::int64_t probes_ = 0;
  std::int64_t fastest_ = 0;
};

/// Shrinks by the ratio of fastest to present round trip; grows by the square root of the limit, unsmoothed.
class GradientLimit {
 public:
  explicit GradientLimit(const GradientProperties& properties) : properties_(properties), limit_(properties.initial) {}
  int limit() const { return static_cast<int>(limit_); }
  void on_sample(const Sample& sample, Random& random);

 private:
  std::int64_t next_probe(Random& random) const {
    return properties_.probe_interval + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(properties_.probe_interval)));
  }

  GradientProperties properties_;
  double limit_;
  bool counting_ = false;
  std::int64_t until_probe_ = 0;
  double fastest_ = 0;
};

/// As Gradient with a long average instead of the fastest round trip. It does not look at drops: fed with fast failures
/// only, it grows.
class Gradient2Limit {
 public:
  explicit Gradient2Limit(const Gradient2Properties& properties)
      : properties_(properties), limit_(properties.initial), long_average_(properties.long_window, 10) {}
  int limit() const { return static_cast<int>(limit_); }
  void on_sample(const Sample& sample, Random&);

 private:
  Gradient2Properties properties_;
  double limit_;
  ExponentialAverage long_average_;
};

/// Learns as a program says that runs a scenario, which no scenario can name.
class Learner {
 public:
  virtual ~Learner() = default;
  /// What follows from a sample, 1 at least, where `limit` has been the limit.
  virtual int learn(int limit, const Sample& sample, Random& random) = 0;
};

class PluggedLimit {
 public:
  PluggedLimit(std::shared_ptr<Learner> learner, int initial) : learner_(std::move(learner)), limit_(initial) {}
  int limit() const { return limit_; }
  void on_sample(const Sample& sample, Random& random) { limit_ = learner_->learn(limit_, sample, random); }

 private:
  std::shared_ptr<Learner> learner_;  ///< of all copies
  int limit_;
};

using Limit = std::variant<FixedLimit, AimdLimit, VegasLimit, GradientLimit, Gradient2Limit, PluggedLimit>;

inline int limit_of(const Limit& limit) {
  return std::visit([](const auto& l) { return l.limit(); }, limit);
}
inline void on_sample(Limit& limit, const Sample& sample, Random& random) {
  std::visit([&](auto& l) { l.on_sample(sample, random); }, limit);
}

}  // namespace streamtwin::limits
