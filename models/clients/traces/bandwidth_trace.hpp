// The bandwidth a client had, as somebody measured it: piecewise constant, repeated for ever. It replays the
// traces of the ABR literature (Norway 3G, Belgian 4G, FCC, Oboe, Puffer); readers.hpp reads their files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::traces {

/// One stretch of constant conditions.
struct Period {
  Duration length;
  BitRate rate;
  Duration latency;  ///< time to the first byte; zero in formats that do not measure it
};

class BandwidthTrace {
 public:
  /// Throws std::invalid_argument when nothing would ever pass: no period, one of no length, or no rate at
  /// all.
  BandwidthTrace(std::string name, std::vector<Period> periods);

  const std::string& name() const { return name_; }
  const std::vector<Period>& periods() const { return periods_; }
  Duration length() const { return length_; }
  /// Mean rate over the length of the trace.
  BitRate mean_rate() const { return mean_; }

  /// The period in force at a time since the trace's start; the trace repeats. O(log periods).
  const Period& at(Duration since_start) const { return periods_[index_at(wrapped(since_start))]; }
  BitRate rate_at(Duration since_start) const { return at(since_start).rate; }
  /// The next time after `since_start` at which another period begins. O(log periods).
  Duration next_change(Duration since_start) const;
  /// Both at once, for the price of one.
  struct Stretch {
    BitRate rate;
    Duration left;  ///< until another period begins
  };
  Stretch stretch_at(Duration since_start) const;

 private:
  Duration next_change(Duration since_start, Duration inside, std::size_t index) const;
  Duration wrapped(Duration since_start) const;
  std::size_t index_at(Duration inside) const;

  std::string name_;
  std::vector<Period> periods_;
  std::vector<Duration> ends_;  ///< running sum of the lengths
  Duration length_{0};
  BitRate mean_;
};

}  // namespace streamtwin::traces
