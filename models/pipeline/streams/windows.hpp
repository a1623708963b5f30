// Events counted by windows of event time that follow one another. A window fires when the watermark has reached its end, again with each
// event that comes after that while it is allowed to, and what comes later still is dropped. apache/flink TumblingEventTimeWindows,
// WindowOperator.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::streams {

/// The result of a window.
struct Fired {
  Instant end;
  std::uint64_t events;
  bool operator==(const Fired&) const = default;
};

class Windows {
 public:
  Windows(Duration size, Duration lateness) : size_(size), lateness_(lateness) {}

  /// False where they are too late for the watermark. What fires with them is for `fired`.
  bool add(Instant event, std::uint64_t events, Instant watermark, std::vector<Fired>& fired);
  /// The watermark has moved.
  void advance(Instant watermark, std::vector<Fired>& fired);
  std::size_t open() const { return counts_.size(); }

 private:
  struct Count {
    std::uint64_t events = 0;
    bool fired = false;
  };
  Duration size_, lateness_;
  std::map<std::int64_t, Count> counts_;  ///< by number, from the beginning of time
};

}  // namespace streamtwin::streams
