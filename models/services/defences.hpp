// What one calling instance does against a callee that fails, besides Ribbon's blackouts and its Hystrix command: budgets for further
// tries, holding back, and sending nothing to servers that do worse than the others. It is there where a scenario asks for any of it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/services/budgets/adaptive_throttle.hpp"
#include "models/services/budgets/concurrency.hpp"
#include "models/services/budgets/deposits.hpp"
#include "models/services/budgets/quota.hpp"
#include "models/services/outlier/outlier_detector.hpp"
#include "models/services/retry_rules.hpp"
#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::services {

/// The servers of a balancer, without those that are ejected.
class Ejections {
 public:
  Ejections(const outlier::OutlierSpec& properties, Instant now) : detector(properties, now) {}

  /// The registry's list, as the client keeps it.
  void take_list(std::span<const ribbon::Server> servers, ribbon::LoadBalancer& balancer, Instant now);
  /// Somebody was ejected or is back: the balancer's list becomes what is left, or in a panic all of it.
  void apply(ribbon::LoadBalancer& balancer, Instant now) const;

  outlier::OutlierDetector detector;

 private:
  std::vector<ribbon::Server> listed_;
};

class Defences {
 public:
  /// `client` must outlive it; `random` is its own.
  Defences(const ClientSpec& client, Random random, Instant now);
  static bool asked_for(const ClientSpec& client);

  void call_began(Instant now) {
    if (deposits) deposits->called(now);
  }
  /// Whether the next try is sent, or held back.
  bool sends(Instant now) { return !adaptive || adaptive->sends(now, random); }
  /// What a try has come to says something of the callee; `worth_another`: of its kind some are tried again.
  void heard(Status status, bool worth_another, int last_cost, Instant now);

  int tries_under_way = 0;
  std::optional<RetryThrottle> throttle;
  std::optional<budgets::RetryConcurrency> concurrency;
  std::optional<budgets::RetryQuota> quota;
  std::optional<budgets::RetryDeposits> deposits;
  std::optional<budgets::AdaptiveThrottle> adaptive;
  std::unique_ptr<Ejections> ejections;
  Random random;
};

/// What a try says of its server.
outlier::Answer outlier_answer(Status status);

/// What a call has taken of its client's defences. Its death gives it back.
class Claim {
 public:
  /// Of a client that may have none.
  explicit Claim(Defences* of) : of_(of) {}
  Claim(Claim&& other) noexcept
      : of_(std::exchange(other.of_, nullptr)), last_cost_(other.last_cost_), trying_(other.trying_), retries_(other.retries_) {}
  Claim& operator=(Claim&&) = delete;
  ~Claim() {
    if (of_ == nullptr) return;
    try_over();
    retry_over();
  }

  void try_begins() {
    ++of_->tries_under_way;
    trying_ = true;
  }
  void try_over() {
    if (std::exchange(trying_, false)) --of_->tries_under_way;
  }
  /// Whether every budget allows a further try after such a failure: then it is paid for.
  bool take(Failure failure, Instant now);
  int last_cost() const { return last_cost_; }

 private:
  void retry_over() {
    if (std::exchange(retries_, false)) of_->concurrency->over();
  }

  Defences* of_;
  int last_cost_ = 0;
  bool trying_ = false;
  bool retries_ = false;
};

}  // namespace streamtwin::services
