// How long a client waits before it tries again: exponential back-off, part of it drawn at random.
#pragma once

#include <algorithm>
#include <optional>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

/// The wait after `failed` tries; nothing when the client gives up. A policy has `attempts`, `back_off_first`,
/// `back_off_factor`, `back_off_max` and `jitter`.
template <class Policy>
std::optional<Duration> wait_before_retry(const Policy& policy, int failed, Random& random) {
  if (failed >= policy.attempts) return std::nullopt;
  Duration wait = policy.back_off_first;
  for (int i = 1; i < failed && wait < policy.back_off_max; ++i) wait *= policy.back_off_factor;
  wait = std::min(wait, policy.back_off_max);
  return wait * (1 - policy.jitter.value() * random.uniform());
}

}  // namespace streamtwin::clients
