// When a client sends a request once more though nobody has failed yet, so that the first good answer counts: gRPC's hedging
// (grpc/proposal A6) at 0, d, 2 d, …, or Envoy's hedge_on_per_try_timeout, where d is the time-out of a try.
#pragma once

#include <algorithm>
#include <optional>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

struct HedgingSpec {
  std::optional<Duration> after;
  int at_most = 2;
  bool cancels = true;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.after,
          {.name = "after",
           .doc = "How long a try is waited for before the next is sent beside it (hedgingDelay); the client's `read_timeout` if absent, "
                  "after which tries then go on (hedge_on_per_try_timeout)",
           .min = 0,
           .max = 3600});
    visit(self.at_most, {.name = "at_most",
                         .doc = "Tries of a call, the first included",
                         .source = "envoyproxy/envoy num_retries 1; of gRPC's maxAttempts more than 5 count as 5",
                         .min = 2,
                         .max = 5});
    visit(self.cancels, {.name = "cancels",
                         .doc = "Whether tries that nobody needs any more are taken back, so that a server that has not come to what they "
                                "lead to is spared it, as in gRPC and HTTP/2; otherwise all of them are worked on to their end",
                         .source = "grpc/proposal A6: the others are cancelled"});
  }
};

/// The instants at which tries of one call are due.
class HedgingPlan {
 public:
  HedgingPlan(const HedgingSpec& spec, Duration read_timeout) : delay_(spec.after.value_or(read_timeout)), left_(spec.at_most) {}

  bool more() const { return left_ > 0; }
  /// When the next is sent, if nothing is heard until then.
  Instant due() const { return due_; }
  void sent(Instant now) {
    --left_;
    due_ = now + delay_;
  }
  /// A try has failed in a way that is worth another: the next is sent at once.
  void failed(Instant now) { due_ = std::min(due_, now); }
  void stop() { left_ = 0; }

 private:
  Duration delay_;
  int left_;
  Instant due_{};
};

}  // namespace streamtwin::services
