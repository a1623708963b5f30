// SimGrid's clock drives the run: the calendar is one of its resource models.
#pragma once

#include <memory>

#include "sim-core/calendar.hpp"

namespace streamtwin::engine {

class SimGridClock {
 public:
  explicit SimGridClock(Calendar& calendar);
  ~SimGridClock();

  /// Runs until nothing is due up to `limit`, or the calendar's attention ended it. Leaves both clocks equal.
  void run(double limit);
  /// Whether SimGrid may be called.
  bool agrees() const;
  /// Whether SimGrid has activities under way.
  bool busy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace streamtwin::engine
