#include "sim-core/simgrid_clock.hpp"

#include <cmath>

namespace streamtwin::engine {

struct SimGridClock::State {
  Calendar& calendar;
};

SimGridClock::SimGridClock(Calendar& calendar) : state_(new State{calendar}) {}
SimGridClock::~SimGridClock() = default;

void SimGridClock::run(double limit) {
  if (state_->calendar.run(limit, true) == Pause::done && limit < HUGE_VAL) state_->calendar.advance_to(limit);
}
bool SimGridClock::agrees() const { return true; }
bool SimGridClock::busy() const { return false; }

}  // namespace streamtwin::engine
