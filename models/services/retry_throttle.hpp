// A client's budget for retries, as gRPC throttles them (gRFC A6): every failed try takes a token, every one that succeeds
// gives back a fraction, and an error that is not retried does neither; retries are made while more than half of the tokens
// are there.
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"

namespace streamtwin::services {

struct RetryThrottleSpec {
  bool enabled = false;
  double max_tokens = 10;
  double token_ratio = 0.1;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "grpc/proposal A6 retryThrottling, its example";
    visit(self.enabled, {.name = "enabled", .doc = "Whether retries have a budget", .source = "Netflix/ribbon has none"});
    visit(self.max_tokens, {.name = "max_tokens",
                            .doc = "Tokens at the start, and at most; each failed try takes one",
                            .source = source,
                            .min = 1,
                            .max = 1000});
    visit(self.token_ratio,
          {.name = "token_ratio", .doc = "Tokens that a try that succeeds gives back", .source = source, .min = 1e-3, .max = 1000});
  }
};

/// The budget of one client for one callee.
class RetryThrottle {
 public:
  explicit RetryThrottle(const RetryThrottleSpec& spec) : spec_(&spec), tokens_(spec.max_tokens) {}

  void succeeded() { tokens_ = std::min(spec_->max_tokens, tokens_ + spec_->token_ratio); }
  void failed() { tokens_ = std::max(0.0, tokens_ - 1); }
  bool allows() const { return !spec_->enabled || tokens_ > spec_->max_tokens / 2; }
  double tokens() const { return tokens_; }

 private:
  const RetryThrottleSpec* spec_;
  double tokens_;
};

}  // namespace streamtwin::services
