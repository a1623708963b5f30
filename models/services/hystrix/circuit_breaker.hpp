// Hystrix's circuit breakers with the health stream that feeds them. Two were released. That of 1.5.18, the last release,
// is that of 1.5.11 again: it judges when a request asks, admits one probe per sleep window, counted from the admission of
// the last, and closes at any success. That of 1.5.12, which the repository has kept, judges at each tick of the stream,
// is half open until its probe is answered, and counts the sleep window from a failed probe's end. Closing restarts the
// stream, whose ticks get a new phase.
#pragma once

#include "models/services/hystrix/health_counts.hpp"

namespace streamtwin::hystrix {

enum class CircuitStatus : std::uint8_t { closed, open, half_open };

/// Time must not go backwards between calls. `properties` is shared by many breakers and must outlive them.
class CircuitBreaker {
 public:
  CircuitBreaker(const CommandProperties& properties, Instant created) : properties_(&properties), stream_(properties, created) {
    if (properties.lose_close_race) lose_next_close_race();
  }

  /// Asks to run: HystrixCircuitBreaker.allowRequest of 1.5.18, attemptExecution of 1.5.12. Takes the probe of an open
  /// circuit whose time has come.
  bool attempt(Instant now) {
    advance(now);
    if (!properties_->circuit_breaker_enabled) return true;
    if (properties_->force_open) return false;
    if (judges_when_asked()) judge(now);
    if (properties_->force_closed) return true;
    if (!opened_) return true;
    if (status_ != CircuitStatus::open || !(now > probe_after_)) return false;
    if (judges_when_asked()) {
      probe_after_ = add_exactly(now, properties_->sleep_window);
    } else {
      status_ = CircuitStatus::half_open;
    }
    return true;
  }

  /// Whether `attempt` would be granted, without taking the probe.
  bool allows(Instant now) {
    advance(now);
    if (!properties_->circuit_breaker_enabled) return true;
    if (properties_->force_open) return false;
    if (properties_->force_closed) return true;
    if (!opened_) return !(judges_when_asked() && too_many_errors(stream_.snapshot()));
    return status_ == CircuitStatus::open && now > probe_after_;
  }

  /// A run succeeded. In 1.5.18 that closes an open circuit, whenever the run began; in 1.5.12 only a half-open one. The
  /// statistics start anew.
  void mark_success(Instant now) {
    advance(now);
    if (status_ != (judges_when_asked() ? CircuitStatus::open : CircuitStatus::half_open)) return;
    if (lose_close_race_) {  // a tick of the old stream came between the two steps of closing
      lose_close_race_ = false;
      status_ = CircuitStatus::open;
    } else {
      status_ = CircuitStatus::closed;
    }
    stream_.restart(now);
    opened_ = false;
  }

  /// A run failed, timed out, was rejected by its pool or was a bad request: a half-open circuit re-opens. 1.5.18 has none.
  void mark_non_success(Instant now) {
    advance(now);
    if (status_ == CircuitStatus::half_open) open(now);
  }

  /// A command ended, fallback included: counted in the bucket being filled.
  void record(bool error, Instant now) {
    advance(now);
    stream_.record(error);
  }

  /// What dashboards show (AbstractCommand.isCircuitBreakerOpen): true while half open, too. In 1.5.18 looking is asking:
  /// it may open the circuit.
  bool is_open(Instant now) {
    advance(now);
    if (!properties_->circuit_breaker_enabled) return false;
    if (properties_->force_open) return true;
    if (properties_->force_closed) return false;
    if (judges_when_asked()) judge(now);
    return opened_;
  }
  /// Whether it was open when somebody last asked it: looks without asking.
  bool was_open() const { return opened_; }
  /// As the last judgement left it; never half open in 1.5.18.
  CircuitStatus status(Instant now) {
    advance(now);
    return status_;
  }
  const HealthCounts& health(Instant now) {
    advance(now);
    return stream_.snapshot();
  }

  /// The fault of Hystrix pull request 1640, which 1.5.12 has: the next close is overtaken by a stale tick, which leaves
  /// the circuit open by name but with no opening time: it then allows everything and can never trip again.
  void lose_next_close_race() { lose_close_race_ = !judges_when_asked(); }

 private:
  void advance(Instant now) {
    if (stream_.due(now)) [[unlikely]]
      catch_up(now);
  }

  void catch_up(Instant now) {
    stream_.advance(now, [this](Instant tick, const HealthCounts&) {
      if (properties_->circuit_breaker_enabled && !judges_when_asked()) judge(tick);
    });
  }

  bool judges_when_asked() const { return properties_->circuit_breaker == BreakerVersion::hystrix_1_5_18; }

  void judge(Instant when) {
    if (status_ == CircuitStatus::closed && too_many_errors(stream_.snapshot())) open(when);
  }

  bool too_many_errors(const HealthCounts& counts) const {
    return counts.total >= static_cast<std::uint32_t>(properties_->request_volume_threshold) &&
           counts.error_percentage() >= properties_->error_threshold_percent();
  }

  void open(Instant when) {
    status_ = CircuitStatus::open;
    opened_ = true;
    probe_after_ = add_exactly(when, properties_->sleep_window);
  }

  const CommandProperties* properties_;
  CircuitStatus status_ = CircuitStatus::closed;
  bool opened_ = false;  ///< circuitOpened != -1 in 1.5.12
  bool lose_close_race_ = false;
  Instant probe_after_{};
  HealthStream stream_;
};

}  // namespace streamtwin::hystrix
