// Adaptive throttling at the client: while its callee accepts less than a part of what it is asked, requests are not even sent, with
// a probability that leaves the callee `accepts_factor` times what it accepts. Beyer et al., "Site Reliability Engineering", Handling
// overload.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/services/hystrix/rolling_number.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::budgets {

struct AdaptiveThrottleSpec {
  double accepts_factor = 2;
  Duration window = 120s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Beyer et al., Site Reliability Engineering, Handling overload";
    visit(self.accepts_factor, {.name = "accepts_factor",
                                .doc = "How many times what the callee accepts it may be asked (K): the smaller, the more is held back",
                                .source = source,
                                .min = 1,
                                .max = 1000});
    visit(self.window, {.name = "window", .doc = "How long requests count", .source = source, .min = 1, .max = 3600});
  }
};

/// With which a request is not sent.
constexpr double throttling_probability(double requests, double accepted, double accepts_factor) {
  return std::max(0.0, (requests - accepts_factor * accepted) / (requests + 1));
}

class AdaptiveThrottle {
 public:
  explicit AdaptiveThrottle(const AdaptiveThrottleSpec& spec) : factor_(spec.accepts_factor), window_(spec.window, slices) {}

  /// Whether the next request is sent. One that is not counts, too.
  bool sends(Instant now, Random& random) {
    const double p = probability(now);
    window_.increment(requests, now);
    return p <= 0 || !random.chance(p);
  }
  /// The callee did not refuse it.
  void accepted(Instant now) { window_.increment(accepts, now); }
  double probability(Instant now) {
    return throttling_probability(static_cast<double>(window_.rolling_sum(requests, now)),
                                  static_cast<double>(window_.rolling_sum(accepts, now)), factor_);
  }

 private:
  static constexpr std::size_t requests = 0, accepts = 1;
  static constexpr int slices = 24;  ///< assumption

  double factor_;
  hystrix::RollingNumber<2> window_;
};

}  // namespace streamtwin::budgets
