// WindowedLimit: gathers the samples of about a second and gives the limit under it one for all of them, if there are
// enough; otherwise the window is thrown away. The first sample ever closes a window of one.
#pragma once

#include <limits>
#include <vector>

#include "models/rpc/limits/limit.hpp"

namespace streamtwin::limits {

/// ImmutableAverageSampleWindow and ImmutablePercentileSampleWindow, which learns nothing once it is full.
class SampleWindow {
 public:
  explicit SampleWindow(const WindowProperties& properties) : properties_(properties) {}

  void add(Duration round_trip, int in_flight, bool dropped);
  void clear();
  std::int64_t fastest_ns() const { return fastest_; }
  /// The integer mean (drops included), or the percentile of the round trips.
  std::int64_t tracked_ns() const;
  int count() const { return count_; }
  int most_in_flight() const { return most_in_flight_; }
  bool dropped() const { return dropped_; }

 private:
  WindowProperties properties_;
  std::int64_t fastest_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t sum_ = 0;
  int count_ = 0;
  int most_in_flight_ = 0;
  bool dropped_ = false;
  std::vector<std::int64_t> observed_;
};

class WindowedLimit {
 public:
  WindowedLimit(const WindowProperties& properties, Limit limit) : properties_(properties), window_(properties), limit_(std::move(limit)) {}

  int limit() const { return limit_of(limit_); }
  void on_sample(const Sample& sample, Random& random);

 private:
  WindowProperties properties_;
  SampleWindow window_;
  Limit limit_;
  std::int64_t next_update_ = 0;
};

}  // namespace streamtwin::limits
