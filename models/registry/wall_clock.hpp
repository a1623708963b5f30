// What a machine's clock shows: the time, unless it is set wrong or runs fast.
#pragma once

#include <cstddef>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::registry {

class WallClock {
 public:
  using Number = std::size_t;
  struct Error {
    Duration ahead{0};  ///< from its beginning on; behind if negative
    Fraction drift{0};  ///< so much faster it runs
  };

  /// One that can begin and end, as often as one likes but once at a time: at its end the clock is set right (ntpd steps it).
  Number add(Error error) {
    errors_.push_back({error, never});
    return errors_.size() - 1;
  }
  void begin(Number number, Instant now) { errors_[number].since = now; }
  void end(Number number) { errors_[number].since = never; }

  /// Whether there is any error that can begin.
  bool may_err() const { return !errors_.empty(); }
  Instant read(Instant now) const {
    Duration ahead{0};
    for (const Known& known : errors_) {
      if (known.since <= now) ahead += known.error.ahead + known.error.drift.value() * (now - known.since);
    }
    return now + ahead;
  }

 private:
  struct Known {
    Error error;
    Instant since;
  };
  std::vector<Known> errors_;
};

}  // namespace streamtwin::registry
