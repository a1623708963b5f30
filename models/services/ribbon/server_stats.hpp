// What one client knows of one server (com.netflix.loadbalancer.ServerStats): requests in flight, successive
// connection failures and the blackout they cause, response times. Each client has its own of every server that it is told of:
// half a cache line, with what its balancer knows. What few servers ever have lies elsewhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "models/places/ids.hpp"
#include "models/services/ribbon/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::ribbon {

/// A value that is made when somebody first changes it, copied as a value is. 8 bytes until then.
template <class T>
class Seldom {
 public:
  Seldom() = default;
  Seldom(const Seldom& other) : made_(other.made_ ? std::make_unique<T>(*other.made_) : nullptr) {}
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(Seldom other) noexcept {
    made_.swap(other.made_);
    return *this;
  }

  const T* operator->() const {
    static const T unchanged;
    return made_ ? made_.get() : &unchanged;
  }
  T& change() {
    if (!made_) made_ = std::make_unique<T>();
    return *made_;
  }

 private:
  std::unique_ptr<T> made_;
};

class ServerStats {
 public:
  /// Blackout after `failures` in a row: 0, 0, 0, 10, 20, 30, 30, ... seconds.
  static Duration blackout(int failures, const BalancerProperties& properties) {
    if (failures < properties.connection_failure_threshold) return Duration{0};
    const int doublings = std::min(failures - properties.connection_failure_threshold, 16);
    return std::min(properties.blackout_factor * (1 << doublings), properties.blackout_max);
  }

  void request_started(Instant now) {
    ++active_;
    active_changed_ = now;
  }
  /// Never below zero: a leak or a reset is not paid back.
  void request_finished(Instant now) {
    active_ = std::max(0, active_ - 1);
    active_changed_ = now;
  }
  /// Zero and reset when nothing has changed for 10 minutes: what leaked is forgotten then.
  int active_requests(Instant now, const BalancerProperties& properties) {
    if (active_ != 0 && now - active_changed_ > properties.active_count_timeout) active_ = 0;
    return active_;
  }

  /// Requests in flight, and when their number last changed; what leaked is not forgotten by looking at this.
  int active() const { return active_; }
  Instant active_changed() const { return active_changed_; }
  /// A connection failure or a read time-out: three in a row trip the server, measured from the last.
  void connection_failed(Instant now, const BalancerProperties& properties) {
    SeldomStats& s = seldom_.change();
    ++s.failures_in_row;
    const Duration length = blackout(s.failures_in_row, properties);
    s.blackout_until = length.count() > 0 ? add_exactly(now, length) : Instant{Duration{-HUGE_VAL}};
  }
  /// A success, or an error that is not the connection's. The end of a blackout does not clear them.
  void clear_connection_failures() {
    if (failures_in_row() == 0) return;
    seldom_.change().failures_in_row = 0;
    seldom_.change().blackout_until = Instant{Duration{-HUGE_VAL}};
  }
  bool tripped(Instant now) const { return seldom_->blackout_until > now; }
  int failures_in_row() const { return seldom_->failures_in_row; }

  /// The failures of a second that begins with the first access after the one before: MeasuredRate of the commons.
  void count_failure(Instant now) {
    roll_failures(now);
    ++seldom_.change().failures;
  }
  int failure_count(Instant now) {
    roll_failures(now);
    return seldom_->failures;
  }

  /// For the rule that looks at them.
  void note_response_time(Duration time) {
    seldom_.change().response_time_sum += time.count();
    ++seldom_.change().responses;
  }
  std::uint32_t responses() const { return seldom_->responses; }
  /// Mean since the beginning; it is never windowed.
  Duration response_time_mean() const {
    return Duration{seldom_->responses == 0 ? 0 : seldom_->response_time_sum / static_cast<double>(seldom_->responses)};
  }

  /// When it was last in a list or in use, of one that is not listed (any more).
  Instant last_seen() const { return seldom_->last_seen; }
  void seen(Instant now) { seldom_.change().last_seen = now; }

  bool alive() const { return alive_; }
  void set_alive(bool alive) { alive_ = alive; }

 private:
  void roll_failures(Instant now) {
    if (!(seldom_->failures_until < now)) return;
    SeldomStats& s = seldom_.change();
    s.failures = 0;
    s.failures_until = add_exactly(now, 1s);
  }

  /// Of servers that have failed or are not listed any more, and where the rule looks at response times.
  struct SeldomStats {
    Instant blackout_until{Duration{-HUGE_VAL}};
    Instant failures_until{};
    Instant last_seen{};
    double response_time_sum = 0;
    std::uint32_t responses = 0;
    std::int32_t failures_in_row = 0;
    std::int32_t failures = 0;
  };

  Seldom<SeldomStats> seldom_;
  Instant active_changed_{};
  std::int32_t active_ = 0;
  bool alive_ = true;
};

/// All that a request touches of a server: there are so many of them that hardly any is in the cache.
struct KnownServer : ServerStats {
  bool listed : 1 = false;
  bool asked : 1 = false;          ///< whether it was ever to be connected to
  bool connected : 1 = false;      ///< whether the client holds a connection to it, once it has asked
  std::uint8_t zone_position = 0;  ///< of its zone in the balancer, where it is listed
  ZoneIndex zone = 0;
  std::uint32_t host = 0;  ///< its identity
};
static_assert(sizeof(KnownServer) == 32);

}  // namespace streamtwin::ribbon
