// How long a client waits before it tries again: exponential back-off, part of it drawn at random.
#pragma once

#include <optional>

#include "models/edge/zuul/load_shedding.hpp"
#include "models/rpc/envelope.hpp"
#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

struct RetryPolicy {
  int attempts = 1;
  Duration back_off_first = 100ms;
  double back_off_factor = 2;
  Duration back_off_max = 10s;
  Fraction jitter{0.5};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.attempts, {.name = "attempts",
                          .doc = "Tries of one request, the first included, before the client gives up",
                          .source = assumption,
                          .min = 1,
                          .max = 100});
    visit(self.back_off_first,
          {.name = "back_off_first", .doc = "Wait before the second try", .source = assumption, .min = 0, .max = 3600});
    visit(self.back_off_factor,
          {.name = "back_off_factor", .doc = "Growth of the wait from try to try", .source = assumption, .min = 1, .max = 100});
    visit(self.back_off_max, {.name = "back_off_max", .doc = "Longest wait", .source = assumption, .min = 0, .max = 86400});
    visit(self.jitter,
          {.name = "jitter", .doc = "Share of the wait that is drawn at random: 0 none, 1 all", .source = assumption, .min = 0, .max = 1});
  }
};

/// The wait after `failed` tries; nothing when the client gives up.
std::optional<Duration> wait_before_retry(const RetryPolicy& policy, int failed, Random& random);

/// A wait that keeps clients that failed together from coming back together (shaka-player backoff.js: fuzz factor 0.5).
inline Duration half_up_or_down(Duration wait, Random& random) { return wait * (0.5 + random.uniform()); }

/// What a gateway has told a client that tries again and again: it heeds the latest directive beside its own policy.
class Heeded {
 public:
  /// The wait after `failed` tries, the last of which ended with `reply`, or without one. Where the gateway shed it, no
  /// more tries follow than it allows, each at a random moment of its share of the window, so that devices that were
  /// shed together do not come back together.
  std::optional<Duration> wait_before_retry(const RetryPolicy& policy, int failed, const std::optional<rpc::Reply>& reply, Random& random);

 private:
  std::optional<zuul::BackOffDirective> directive_;
  int retries_left_ = 0;
};

}  // namespace streamtwin::clients
