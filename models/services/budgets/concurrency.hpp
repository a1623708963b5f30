// Envoy's retry budget (resource_manager_impl.h): so many retries at a time as a share of the requests under way, or a few. With a
// share of nothing it is the circuit breaker `max_retries`.
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::budgets {

struct RetryConcurrencySpec {
  Fraction share{0.2};
  int least = 3;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "envoyproxy/envoy circuit_breaker.proto RetryBudget";
    visit(self.share, {.name = "share",
                       .doc = "Retries at a time, as a share of the tries under way; 0: `least` alone counts (max_retries)",
                       .source = source,
                       .min = 0,
                       .max = 1});
    visit(self.least, {.name = "least", .doc = "Retries at a time that there may always be", .source = source, .min = 0, .max = 1e6});
  }
};

class RetryConcurrency {
 public:
  explicit RetryConcurrency(const RetryConcurrencySpec& spec) : spec_(&spec) {}

  int allowed(int under_way) const { return std::max(static_cast<int>(spec_->share.value() * under_way * (1 + 1e-12)), spec_->least); }
  bool allows(int under_way) const { return retries_ < allowed(under_way); }
  /// A retry is under way from the decision to make it, its back-off included, until the next decision or the end of its call.
  void begun() { ++retries_; }
  void over() { --retries_; }
  int retries() const { return retries_; }

 private:
  const RetryConcurrencySpec* spec_;
  int retries_ = 0;
};

}  // namespace streamtwin::budgets
