#include "models/clients/back_off.hpp"

#include <algorithm>

#include "models/services/retry_rules.hpp"

namespace streamtwin::clients {

std::optional<Duration> wait_before_retry(const RetryPolicy& policy, int failed, Random& random) {
  if (failed >= policy.attempts) return std::nullopt;
  const Duration wait = services::exponential_back_off(policy.back_off_first, policy.back_off_factor, policy.back_off_max, failed);
  return wait * (1 - policy.jitter.value() * random.uniform());
}

std::optional<Duration> Heeded::wait_before_retry(const RetryPolicy& policy, int failed, const std::optional<rpc::Reply>& reply,
                                                  Random& random) {
  const std::optional<Duration> own = clients::wait_before_retry(policy, failed, random);
  const zuul::BackOffDirective* const told = reply ? reply->enclosed.get<zuul::BackOffDirective>() : nullptr;
  if (told != nullptr) {
    const int allowed = told->retries_max;
    retries_left_ = directive_ ? std::min(retries_left_, allowed) : allowed;
    directive_ = *told;
  }
  if (!own || !directive_) return own;
  if (retries_left_-- <= 0) return std::nullopt;
  return std::max(*own, directive_->window / directive_->retries_max * random.uniform());
}

}  // namespace streamtwin::clients
