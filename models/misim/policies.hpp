// MiSim's decisions that need no memory, or hardly any: how long a message and a wait before a retry take, and how many
// instances a service should have.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/misim/spec.hpp"
#include "sim-core/math.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::misim {

/// NetworkRequestSendEvent and SimpleDependencyDescription: drawn again while negative.
inline Duration draw(const MisimDelaySpec& spec, Random& random) {
  if (spec.deviation == Duration{0}) return spec.mean;
  for (;;) {
    const Duration drawn{random.normal(in_seconds(spec.mean), in_seconds(spec.deviation))};
    if (drawn >= Duration{0}) return drawn;
  }
}

/// ExponentialBackoffRetryStrategy and LinearBackoffRetryStrategy with their jittering kinds: the wait after so many
/// tries. The linear one takes a whole second off, as MiSim's does.
inline Duration back_off(const MisimRetrySpec& spec, int tries, Random& random) {
  const bool linear = spec.strategy == BackOff::linear || spec.strategy == BackOff::jittering_linear;
  const double first = in_seconds(spec.base_backoff);
  const double grown = linear ? first + spec.base * tries - 1 : first * math::pow(spec.base, tries - 1);
  const Duration wait{std::max(0.0, std::min(grown, in_seconds(spec.max_backoff)))};
  const bool jittering = spec.strategy == BackOff::jittering || spec.strategy == BackOff::jittering_linear;
  return jittering ? wait * random.uniform() : wait;
}

/// ReactiveAutoscalingPolicy.
class Autoscaler {
 public:
  explicit Autoscaler(const MisimAutoscalerSpec& spec) : spec_(spec) {}

  /// How many instances there should be. `utilisation`: seconds of work left per instance, on average.
  int decide(int instances, double utilisation, Instant now) {
    const int most = spec_.max_instances.value_or(instances_max);
    if (instances < spec_.min_instances) return spec_.min_instances;
    if (instances > most) return most;
    if (utilisation >= spec_.upper_bound && instances < most) {
      changed_ = now;
      return scaled(instances, utilisation / (spec_.upper_bound - 0.01), 1, most);
    }
    if (utilisation <= spec_.lower_bound && instances > spec_.min_instances && now - changed_ > spec_.hold_time) {
      changed_ = now;
      return scaled(instances, std::max(0.01, utilisation) / spec_.lower_bound, std::max(1, spec_.min_instances), instances_max);
    }
    return instances;
  }

  /// MiSim knows no limit; a run of this program does.
  static constexpr int instances_max = 10000;

 private:
  static int scaled(int instances, double factor, int least, int most) {
    return static_cast<int>(std::clamp(std::ceil(instances * factor), static_cast<double>(least), static_cast<double>(most)));
  }

  MisimAutoscalerSpec spec_;
  Instant changed_{};
};

}  // namespace streamtwin::misim
