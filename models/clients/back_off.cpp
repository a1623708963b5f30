#include "models/clients/back_off.hpp"

#include <algorithm>

namespace streamtwin::clients {

std::optional<Duration> wait_before_retry(const RetryPolicy& policy, int failed, Random& random) {
  if (failed >= policy.attempts) return std::nullopt;
  Duration wait = policy.back_off_first;
  for (int i = 1; i < failed && wait < policy.back_off_max; ++i) wait *= policy.back_off_factor;
  wait = std::min(wait, policy.back_off_max);
  return wait * (1 - policy.jitter.value() * random.uniform());
}

}  // namespace streamtwin::clients
