// Dates and hours as people at work have them, in one zone without summer time.
#pragma once

#include <chrono>

#include "sim-core/units.hpp"

namespace streamtwin::chaos {

using Day = std::chrono::sys_days;

struct LocalTime {
  Day day;
  Duration since_midnight{0};
  friend auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

/// Not a Saturday and not a Sunday.
inline bool is_weekday(Day day) {
  const std::chrono::weekday weekday{day};
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

inline LocalTime hour_of(Day day, int hour) { return {day, std::chrono::hours{hour}}; }

inline Duration between(const LocalTime& from, const LocalTime& to) {
  return std::chrono::duration_cast<Duration>(to.day - from.day) + (to.since_midnight - from.since_midnight);
}

inline LocalTime after(const LocalTime& from, Duration passed) {
  const Duration of_day = from.since_midnight + passed;
  const int days = static_cast<int>(std::chrono::floor<std::chrono::days>(of_day).count());
  return {from.day + std::chrono::days{days}, of_day - std::chrono::days{days}};
}

}  // namespace streamtwin::chaos
