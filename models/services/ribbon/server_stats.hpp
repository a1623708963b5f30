// What one client knows of one server (com.netflix.loadbalancer.ServerStats): requests in flight, successive
// connection failures and the blackout they cause, response times. One cache line per server, with what its balancer knows.
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/places/ids.hpp"
#include "models/services/ribbon/properties.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::ribbon {

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
  Instant blackout_until() const { return blackout_until_; }

  /// A connection failure or a read time-out: three in a row trip the server, measured from the last.
  void connection_failed(Instant now, const BalancerProperties& properties) {
    ++failures_in_row_;
    const Duration length = blackout(failures_in_row_, properties);
    blackout_until_ = length.count() > 0 ? add_exactly(now, length) : Instant{Duration{-HUGE_VAL}};
  }
  /// A success, or an error that is not the connection's. The end of a blackout does not clear them.
  void clear_connection_failures() {
    failures_in_row_ = 0;
    blackout_until_ = Instant{Duration{-HUGE_VAL}};
  }
  bool tripped(Instant now) const { return blackout_until_ > now; }
  int failures_in_row() const { return failures_in_row_; }

  /// The failures of a second that begins with the first access after the one before: MeasuredRate of the commons.
  void count_failure(Instant now) {
    roll_failures(now);
    ++failures_;
  }
  int failure_count(Instant now) {
    roll_failures(now);
    return failures_;
  }

  void note_response_time(Duration time) {
    response_time_sum_ += time.count();
    ++responses_;
  }
  /// Mean since the beginning; it is never windowed.
  Duration response_time_mean() const { return Duration{responses_ == 0 ? 0 : response_time_sum_ / static_cast<double>(responses_)}; }

  bool alive() const { return alive_; }
  void set_alive(bool alive) { alive_ = alive; }

 private:
  void roll_failures(Instant now) {
    if (!(failures_until_ < now)) return;
    failures_ = 0;
    failures_until_ = add_exactly(now, 1s);
  }

  Instant blackout_until_{Duration{-HUGE_VAL}};
  Instant active_changed_{};
  std::int32_t active_ = 0;
  std::int32_t failures_in_row_ = 0;
  Instant failures_until_{};
  double response_time_sum_ = 0;
  std::uint32_t responses_ = 0;
  std::int32_t failures_ = 0;
  bool alive_ = true;
};

/// All that a request touches of a server: there are so many of them that hardly any is in the cache.
struct alignas(64) KnownServer : ServerStats {
  ZoneIndex zone = 0;
  std::uint8_t zone_position = 0;  ///< of its zone in the balancer, where it is listed
  bool listed : 1 = false;
  bool asked : 1 = false;      ///< whether it was ever to be connected to
  bool connected : 1 = false;  ///< whether the client holds a connection to it, once it has asked
  std::uint32_t host = 0;      ///< its identity
  Instant last_seen{};         ///< in a list, or in use
};
static_assert(sizeof(KnownServer) == 64);

}  // namespace streamtwin::ribbon
