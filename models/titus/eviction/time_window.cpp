#include "models/titus/eviction/time_window.hpp"

#include <algorithm>

#include "sim-core/exact_time.hpp"

namespace streamtwin::titus {

TimeWindowSpec office_hours() {
  return {{Day::monday, Day::tuesday, Day::wednesday, Day::thursday, Day::friday}, {{8, 16}}, Duration{-8h}};
}

WeekClock::Local WeekClock::local(Instant now, Duration zone) const {
  constexpr std::int64_t hour = 3'600'000'000'000, week = 7 * 24 * hour;
  const std::int64_t passed = (to_nanoseconds(at_start_) + to_nanoseconds(now) + to_nanoseconds(zone)) % week;
  const std::int64_t hours = (passed < 0 ? passed + week : passed) / hour;
  return {static_cast<Day>(hours / 24), static_cast<int>(hours % 24)};
}

bool is_open(const TimeWindowSpec& window, const WeekClock& clock, Instant now) {
  const WeekClock::Local local = clock.local(now, window.zone);
  const auto covers = [&local](const HoursSpec& hours) {
    return hours.last < hours.first || (hours.first <= local.hour && local.hour <= hours.last);
  };
  return (window.days.empty() || std::find(window.days.begin(), window.days.end(), local.day) != window.days.end()) &&
         (window.hours.empty() || std::any_of(window.hours.begin(), window.hours.end(), covers));
}

bool is_open(std::span<const TimeWindowSpec> windows, const WeekClock& clock, Instant now) {
  return windows.empty() ||
         std::any_of(windows.begin(), windows.end(), [&](const TimeWindowSpec& window) { return is_open(window, clock, now); });
}

}  // namespace streamtwin::titus
