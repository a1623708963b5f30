// What a Eureka server lets clients fetch (RateLimitingFilter): two token buckets, one for all fetches and one for those of the
// whole registry. Registrations and heartbeats always pass. Standard clients and peers are privileged unless told otherwise.
#pragma once

#include "models/registry/eureka/token_bucket.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::eureka {

struct RateLimiterProperties {
  bool enabled = false;
  bool throttle_standard_clients = false;
  int burst = 10;
  int registry_fetch_average = 500;
  int full_fetch_average = 100;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view config = "Netflix/eureka DefaultEurekaServerConfig";
    visit(self.enabled,
          {.name = "enabled", .doc = "Answer 503 to fetches beyond the limits, for which clients ask another server", .source = config});
    visit(self.throttle_standard_clients, {.name = "throttle_standard_clients",
                                           .doc = "Limit the standard Java client, too, which is privileged otherwise",
                                           .source = config});
    visit(self.burst, {.name = "burst", .doc = "Fetches at once; 0 is no limit", .source = config, .min = 0, .max = 1e6});
    visit(self.registry_fetch_average,
          {.name = "registry_fetch_average", .doc = "Fetches per second; 0 is no limit", .source = config, .min = 0, .max = 1e6});
    visit(self.full_fetch_average, {.name = "full_fetch_average",
                                    .doc = "Fetches of the whole registry per second, which are some of those; 0 is no limit",
                                    .source = config,
                                    .min = 0,
                                    .max = 1e6});
  }
};

enum class Fetch : std::uint8_t { delta, full };

class RateLimitingFilter {
 public:
  explicit RateLimitingFilter(const RateLimiterProperties& properties)
      : properties_(properties),
        fetches_(properties.burst, properties.registry_fetch_average, 1s),
        full_fetches_(properties.burst, properties.full_fetch_average, 1s) {}

  /// `privileged`: by name, a standard client or a peer. A fetch of the whole registry takes a token of both buckets, also when
  /// one of them has none.
  bool admits(Fetch fetch, bool privileged, Instant now) {
    if (privileged && !properties_.throttle_standard_clients) return true;
    bool admitted = fetches_.acquire(now);
    if (fetch == Fetch::full) admitted = full_fetches_.acquire(now) && admitted;
    return admitted || !properties_.enabled;
  }

 private:
  RateLimiterProperties properties_;
  TokenBucket fetches_;
  TokenBucket full_fetches_;
};

}  // namespace streamtwin::eureka
