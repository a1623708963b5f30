#include "models/titus/eviction/rolling_count.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim-core/check.hpp"
#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

RollingCount::RollingCount(Duration window, int steps, Instant start)
    : steps_(steps), step_(0), start_(whole_milliseconds(start)), now_(start_) {
  if (steps < 1) throw std::invalid_argument("a rolling window has 1 step at least");
  step_ = to_nanoseconds(window) / 1'000'000 / steps;
  if (step_ < 1) throw std::invalid_argument("a rolling window is 1 ms long at least for each of its steps");
  counts_.resize(static_cast<std::size_t>(steps));
}

std::int64_t RollingCount::add(std::int64_t number, Instant instant) {
  const std::int64_t now = whole_milliseconds(instant);
  check(now >= now_, "a rolling count never looks back");
  if (now >= start_ + steps_ * step_) forget_until(now);
  const std::int64_t present = (now - start_) / step_;
  if (number != 0) {
    for (std::int64_t step = present; step < steps_; ++step) at(step) += number;
  }
  now_ = now;
  return at(present);
}

void RollingCount::forget_until(std::int64_t now) {
  const std::int64_t shift = (now - (start_ + steps_ * step_)) / step_ + 1;
  if (shift >= steps_) {
    std::fill(counts_.begin(), counts_.end(), 0);
    first_ = 0;
  } else {
    const std::int64_t forgotten = at(shift - 1);
    for (std::int64_t step = shift; step < steps_; ++step) at(step) -= forgotten;
    const std::int64_t total = at(steps_ - 1);
    for (std::int64_t step = 0; step < shift; ++step) at(step) = total;
    first_ = (first_ + shift) % steps_;
  }
  start_ += shift * step_;
}

}  // namespace streamtwin::titus
