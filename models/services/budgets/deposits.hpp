// Finagle's RetryBudget (twitter/finagle service/RetryBudget.scala over twitter/util TokenBucket): each call deposits, each retry
// withdraws, and both are forgotten after a while; a reserve lets idle clients retry.
#pragma once

#include <cstdint>

#include "models/services/hystrix/rolling_number.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::budgets {

struct RetryDepositsSpec {
  Duration remembered = 10s;
  double least_per_second = 10;
  Fraction share{0.2};

  void check(Checker& checker) const {
    checker.require(share.value() > 0, "share",
                    "a budget without any share of the calls is the reserve alone: expected a share above zero");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "twitter/finagle RetryBudget.scala";
    visit(self.remembered,
          {.name = "remembered", .doc = "How long a call's deposit and a retry's withdrawal count", .source = source, .min = 1, .max = 60});
    visit(self.least_per_second, {.name = "least_per_second",
                                  .doc = "Retries per second that there may be whatever the number of calls",
                                  .source = source,
                                  .min = 0,
                                  .max = 1e6});
    visit(self.share, {.name = "share", .doc = "Retries as a share of the calls", .source = source, .min = 0, .max = 1});
  }
};

class RetryDeposits {
 public:
  explicit RetryDeposits(const RetryDepositsSpec& spec)
      : withdrawal_(static_cast<std::int64_t>(deposit / spec.share.value() * (1 + 1e-12))),
        reserve_(static_cast<std::int64_t>(spec.least_per_second * (spec.remembered / 1s)) * withdrawal_),
        window_(spec.remembered, slices) {}

  void called(Instant now) { window_.add(0, deposit, now); }
  bool allows(Instant now) { return window_.rolling_sum(0, now) + reserve_ >= withdrawal_; }
  void take(Instant now) { window_.add(0, -withdrawal_, now); }
  /// Retries that there could be at once.
  std::int64_t balance(Instant now) { return (window_.rolling_sum(0, now) + reserve_) / withdrawal_; }

 private:
  static constexpr std::int64_t deposit = 1000;
  static constexpr int slices = 10;

  std::int64_t withdrawal_;
  std::int64_t reserve_;
  hystrix::RollingNumber<1> window_;
};

}  // namespace streamtwin::budgets
