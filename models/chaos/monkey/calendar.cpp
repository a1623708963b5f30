#include "models/chaos/monkey/calendar.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace streamtwin::chaos {
namespace {

using namespace std::chrono;

/// The week day next to it, on the side of the weekend where it lies.
Day observed(Day day) {
  const weekday of{day};
  return of == Saturday ? day - days{1} : of == Sunday ? day + days{1} : day;
}

}  // namespace

bool is_holiday(Day day) {
  const year of = year_month_day{day}.year();
  const auto on = [of](month in, int date) { return Day{of / in / date}; };
  const auto nth = [of](month in, weekday_indexed which) { return Day{of / in / which}; };
  const std::array holidays{observed(on(January, 1)),
                            nth(January, Monday[3]),       // Martin Luther King
                            nth(February, Monday[3]),      // the presidents
                            Day{of / May / Monday[last]},  // memorial
                            observed(on(July, 4)),         // independence
                            nth(September, Monday[1]),     // labour
                            nth(October, Monday[2]),       // Columbus
                            observed(on(November, 11)),    // veterans
                            nth(November, Thursday[4]),    // thanksgiving
                            nth(November, Friday[4]),      // "black friday"
                            on(December, 24),
                            on(December, 25),
                            on(December, 26),
                            on(December, 31)};
  return std::find(holidays.begin(), holidays.end(), day) != holidays.end();
}

Day business_day(Day from, int later) {
  while (is_holiday(from) || !is_weekday(from) || later-- > 0) from += days{1};
  return from;
}

bool is_monkey_time(const LocalTime& now, OfficeHours office, bool observes_holidays, bool always) {
  if (always) return true;
  const int hour = static_cast<int>(std::floor(now.since_midnight / 1h));
  return is_weekday(now.day) && hour >= office.open && hour <= office.close && !(observes_holidays && is_holiday(now.day));
}

}  // namespace streamtwin::chaos
