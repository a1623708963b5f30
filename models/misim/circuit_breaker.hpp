// MiSim's circuit breaker of one instance for one service that it calls: CircuitBreaker with TimingWindowCircuitBreakerState.
// The window forgets only when a call ends, and failures while the circuit is open count too. The volume limit rejects by
// counting: what is over it goes out nevertheless.
#pragma once

#include <deque>

#include "models/misim/spec.hpp"

namespace streamtwin::misim {

class CircuitBreaker {
 public:
  explicit CircuitBreaker(const MisimCircuitBreakerSpec& spec) : spec_(spec) {}

  enum class Decision : unsigned char { send, open, over_volume };
  /// A call is about to go out; every decision is followed by one failed() or succeeded().
  Decision decide(Instant now) {
    ++active_;
    if (is_open(now)) return Decision::open;
    if (spec_.request_volume_threshold && active_ > *spec_.request_volume_threshold) {
      note_failure(now);
      return Decision::over_volume;
    }
    return Decision::send;
  }
  void failed(Instant now) {
    --active_;
    note_failure(now);
  }
  void succeeded(Instant now) {
    --active_;
    advance(now);
    forget(now);
    if (state_ == State::half_open) {
      state_ = State::closed;
      ended_.clear();
      failures_ = 0;
    }
    ended_.push_back({now, false});
  }

  bool is_open(Instant now) {
    advance(now);
    return state_ == State::open;
  }
  /// Failed share of what ended in the window; 0 while fewer than five did.
  double error_rate() const {
    return ended_.size() < least_ended ? 0 : static_cast<double>(failures_) / static_cast<double>(ended_.size());
  }
  int active() const { return active_; }

 private:
  enum class State : unsigned char { closed, half_open, open };
  struct Ended {
    Instant at;
    bool failed;
  };
  static constexpr std::size_t least_ended = 5;  ///< TimingWindowCircuitBreakerState.getErrorRate

  void advance(Instant now) {
    if (state_ == State::open && now >= half_open_at_) state_ = State::half_open;
  }
  void note_failure(Instant now) {
    advance(now);
    forget(now);
    if (state_ == State::half_open) {
      open(now);
      return;
    }
    ended_.push_back({now, true});
    ++failures_;
    if (state_ == State::closed && spec_.error_threshold && error_rate() >= spec_.error_threshold->value()) open(now);
  }
  void open(Instant now) {
    state_ = State::open;
    half_open_at_ = now + spec_.sleep_window;
  }
  void forget(Instant now) {
    while (!ended_.empty() && ended_.front().at < now - spec_.rolling_window) {
      if (ended_.front().failed) --failures_;
      ended_.pop_front();
    }
  }

  MisimCircuitBreakerSpec spec_;
  State state_ = State::closed;
  Instant half_open_at_{};
  std::deque<Ended> ended_;
  std::size_t failures_ = 0;
  int active_ = 0;
};

}  // namespace streamtwin::misim
