// The retry quota of the AWS SDKs' standard mode (boto/botocore retries/quota.py): each retry costs tokens of a bucket that only
// answers fill again.
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"

namespace streamtwin::budgets {

struct RetryQuotaSpec {
  int tokens = 500;
  int retry_cost = 5;
  int timeout_cost = 10;
  int earned = 1;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "boto/botocore retries/quota.py, retries/standard.py";
    visit(self.tokens, {.name = "tokens", .doc = "Tokens at the start, and at most", .source = source, .min = 1, .max = 1e6});
    visit(self.retry_cost, {.name = "retry_cost", .doc = "What a retry takes", .source = source, .min = 0, .max = 1e6});
    visit(
        self.timeout_cost,
        {.name = "timeout_cost", .doc = "What one takes after a time-out or without a connection", .source = source, .min = 0, .max = 1e6});
    visit(self.earned, {.name = "earned",
                        .doc = "What an answer to a call that was not tried again gives; others give back what their last retry took",
                        .source = source,
                        .min = 0,
                        .max = 1e6});
  }
};

class RetryQuota {
 public:
  explicit RetryQuota(const RetryQuotaSpec& spec) : spec_(&spec), tokens_(spec.tokens) {}

  int cost(bool after_timeout) const { return after_timeout ? spec_->timeout_cost : spec_->retry_cost; }
  bool allows(int cost) const { return tokens_ >= cost; }
  void take(int cost) { tokens_ -= cost; }
  /// `last_cost`: of the call's last retry; 0 without any.
  void answered(int last_cost) { tokens_ = std::min(spec_->tokens, tokens_ + (last_cost > 0 ? last_cost : spec_->earned)); }
  int tokens() const { return tokens_; }

 private:
  const RetryQuotaSpec* spec_;
  int tokens_;
};

}  // namespace streamtwin::budgets
