// How clients of Amazon's stores try again (aws/aws-sdk-java retry/PredefinedBackoffStrategies, PredefinedRetryPolicies): after an error a
// random part of a wait that doubles, after being throttled at least half of a longer one.
#pragma once

#include <algorithm>
#include <optional>

#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::stores {

struct SdkRetries {
  int retries = 3;
  Duration base = 100ms;
  Duration throttled_base = 500ms;
  Duration longest = 20s;

  /// Before the next retry, of which there have been so many; nothing when the client gives up.
  std::optional<Duration> wait(int tried_again, bool throttled, Random& random) const {
    if (tried_again >= retries) return std::nullopt;
    const Duration whole = std::min(longest, (throttled ? throttled_base : base) * static_cast<double>(1ULL << std::min(tried_again, 30)));
    return throttled ? whole / 2 + whole / 2 * random.uniform() : whole * random.uniform();
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.retries, {.name = "retries",
                         .doc = "Further tries before a client gives up",
                         .source = "aws/aws-sdk-java PredefinedRetryPolicies DEFAULT_MAX_ERROR_RETRY 3; of DynamoDB 10",
                         .min = 0,
                         .max = 100});
    visit(self.base, {.name = "base",
                      .doc = "Wait before the first of them, which doubles; a random part of it",
                      .source = "aws/aws-sdk-java PredefinedBackoffStrategies SDK_DEFAULT_BASE_DELAY 100 ms; of DynamoDB 25 ms",
                      .min = 0,
                      .max = 3600});
    visit(self.throttled_base, {.name = "throttled_base",
                                .doc = "The same after being throttled; half of it, and a random part of the other half",
                                .source = "aws/aws-sdk-java PredefinedBackoffStrategies SDK_DEFAULT_THROTTLED_BASE_DELAY 500 ms",
                                .min = 0,
                                .max = 3600});
    visit(self.longest, {.name = "longest",
                         .doc = "Longest wait",
                         .source = "aws/aws-sdk-java PredefinedBackoffStrategies SDK_MAX_BACKOFF_IN_MILLISECONDS 20 s",
                         .min = 0,
                         .max = 86400});
  }
};

}  // namespace streamtwin::stores
