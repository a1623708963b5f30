// Whole nanoseconds beside the clock's double. The originals of many algorithms count whole milliseconds or
// nanoseconds, so that "5 s after 0.1 s" is exactly 5.1 s; sums of doubles are not. Boundaries (ticks, windows,
// leases) are therefore added as integers and converted once, which gives the double nearest to the decimal value.
#pragma once

#include <cstdint>

#include "sim-core/units.hpp"

namespace streamtwin {

/// Rounded to the nearest nanosecond; exact for everything written in ns, us or ms within the first 104 days.
constexpr std::int64_t to_nanoseconds(Duration value) {
  const double scaled = value.count() * 1e9;
  return static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}
constexpr std::int64_t to_nanoseconds(Instant value) { return to_nanoseconds(value.time_since_epoch()); }

constexpr Duration duration_of_nanoseconds(std::int64_t value) { return Duration{static_cast<double>(value) / 1e9}; }
constexpr Instant instant_of_nanoseconds(std::int64_t value) { return Instant{duration_of_nanoseconds(value)}; }

/// `start + length` without the rounding of a sum of doubles.
constexpr Instant add_exactly(Instant start, Duration length) {
  return instant_of_nanoseconds(to_nanoseconds(start) + to_nanoseconds(length));
}

/// The whole milliseconds that a clock like System.currentTimeMillis would show.
constexpr std::int64_t whole_milliseconds(Instant value) { return to_nanoseconds(value) / 1'000'000; }

}  // namespace streamtwin
