// How the two ends of a channel notice that the other is gone (ClientHeartbeatHandler, ServerHeartbeatHandler).
#pragma once

#include <optional>

#include "sim-core/units.hpp"

namespace streamtwin::eureka2 {

/// Who has opened it sends a heartbeat at each tick, and gives up where the last answer is older than the tolerance.
class ClientHeartbeat {
 public:
  explicit ClientHeartbeat(Duration tolerance) : tolerance_(tolerance) {}
  /// False: give up. The first tick counts as an answer.
  bool tick(Instant now) {
    if (!answered_) answered_ = now;
    return now - *answered_ <= tolerance_;
  }
  void answered(Instant now) { answered_ = now; }

 private:
  Duration tolerance_;
  std::optional<Instant> answered_;
};

/// The server looks once in so long, and gives up where nothing has come for that long.
class ServerHeartbeat {
 public:
  ServerHeartbeat(Duration interval, Instant opened) : interval_(interval), heard_(opened) {}
  bool look(Instant now) const { return now - heard_ < interval_; }
  void heard(Instant now) { heard_ = now; }

 private:
  Duration interval_;
  Instant heard_;
};

}  // namespace streamtwin::eureka2
