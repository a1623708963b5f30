// Hystrix's circuit breaker with the health stream that feeds it (HystrixCircuitBreakerImpl at commit 7c03baf). It
// opens only at a tick of the stream, admits one probe after the sleep window and closes only when that probe (or
// any call that succeeds meanwhile) succeeds; closing restarts the stream, whose ticks get a new phase.
#pragma once

#include "models/services/hystrix/health_counts.hpp"

namespace streamtwin::hystrix {

enum class CircuitStatus : std::uint8_t { closed, open, half_open };

/// Time must not go backwards between calls. `properties` is shared by many breakers and must outlive them.
class CircuitBreaker {
 public:
  CircuitBreaker(const CommandProperties& properties, Instant created)
      : properties_(&properties), lose_close_race_(properties.lose_close_race), stream_(properties, created) {}

  /// Asks to run: HystrixCircuitBreaker.attemptExecution. May turn an open circuit half-open.
  bool attempt(Instant now) {
    advance(now);
    if (!properties_->circuit_breaker_enabled) return true;
    if (properties_->force_open) return false;
    if (properties_->force_closed) return true;
    if (!opened_) return true;
    if (status_ != CircuitStatus::open || !(now > probe_after_)) return false;
    status_ = CircuitStatus::half_open;
    return true;
  }

  /// HystrixCircuitBreaker.allowRequest: whether `attempt` would be granted, without taking the probe.
  bool allows(Instant now) {
    advance(now);
    if (!properties_->circuit_breaker_enabled) return true;
    if (properties_->force_open) return false;
    if (properties_->force_closed || !opened_) return true;
    return status_ == CircuitStatus::open && now > probe_after_;
  }

  /// A run succeeded. Only while half open does it matter: the circuit closes and the statistics start anew.
  void mark_success(Instant now) {
    advance(now);
    if (status_ != CircuitStatus::half_open) return;
    if (lose_close_race_) {  // a tick of the old stream came between the two steps of closing
      lose_close_race_ = false;
      status_ = CircuitStatus::open;
    } else {
      status_ = CircuitStatus::closed;
    }
    stream_.restart(now);
    opened_ = false;
  }

  /// A run failed, timed out, was rejected by its pool, was a bad request or was cancelled: a probe re-opens.
  void mark_non_success(Instant now) {
    advance(now);
    if (status_ == CircuitStatus::half_open) open(now);
  }

  /// A command ended, fallback included: counted in the bucket being filled.
  void record(bool error, Instant now) {
    advance(now);
    stream_.record(error);
  }

  /// What dashboards show: true while half open, too.
  bool is_open(Instant now) {
    advance(now);
    if (!properties_->circuit_breaker_enabled) return false;
    if (properties_->force_open) return true;
    return !properties_->force_closed && opened_;
  }
  CircuitStatus status(Instant now) {
    advance(now);
    return status_;
  }
  const HealthCounts& health(Instant now) {
    advance(now);
    return stream_.snapshot();
  }

  /// The fault of Hystrix pull request 1640: the next close is overtaken by a stale tick, which leaves the circuit
  /// open by name but with no opening time: it then allows everything and can never trip again.
  void lose_next_close_race() { lose_close_race_ = true; }

 private:
  void advance(Instant now) {
    if (stream_.due(now)) [[unlikely]]
      catch_up(now);
  }

  void catch_up(Instant now) {
    stream_.advance(now, [this](Instant tick, const HealthCounts& counts) {
      if (status_ != CircuitStatus::closed || !properties_->circuit_breaker_enabled) return;
      if (counts.total < static_cast<std::uint32_t>(properties_->request_volume_threshold)) return;
      if (counts.error_percentage() < properties_->error_threshold_percent()) return;
      open(tick);
    });
  }

  void open(Instant when) {
    status_ = CircuitStatus::open;
    opened_ = true;
    probe_after_ = add_exactly(when, properties_->sleep_window);
  }

  const CommandProperties* properties_;
  CircuitStatus status_ = CircuitStatus::closed;
  bool opened_ = false;  ///< circuitOpened != -1
  bool lose_close_race_ = false;
  Instant probe_after_{};
  HealthStream stream_;
};

}  // namespace streamtwin::hystrix
