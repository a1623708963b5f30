// Days and hours of the week in which tasks may be evicted. Facts: Netflix/titus-control-plane
// jobmanager/model/job/disruptionbudget TimeWindow, TimeWindowFunctions. A zone is its offset from UTC: no summer time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

enum class Day : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

/// Hours of a day. The last one belongs to them to its end: 8 to 16 is until 16:59:59.
struct HoursSpec {
  int first = 8;
  int last = 16;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.first, {.name = "first",
                       .doc = "First hour of the day",
                       .source = "Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver",
                       .min = 0,
                       .max = 24});
    visit(self.last, {.name = "last",
                      .doc = "Last hour of the day, which counts to its end. One before the first means the whole day",
                      .source = "Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver",
                      .min = 0,
                      .max = 24});
  }
};

struct TimeWindowSpec {
  std::vector<Day> days;
  std::vector<HoursSpec> hours;
  Duration zone{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.days, {.name = "days", .doc = "Days of the week; every day if there are none"});
    visit(self.hours, {.name = "hours", .doc = "Hours of these days; all if there are none"});
    visit(self.zone, {.name = "zone",
                      .doc = "What the local time is ahead of UTC; -8 h is the Pacific standard time",
                      .source = "Netflix/titus-control-plane TimeWindow: UTC",
                      .min = -50400,
                      .max = 50400});
  }
};

/// Monday to Friday, 8 to 16, Pacific standard time. Netflix/titus-control-plane ArchaiusSystemDisruptionBudgetResolver
TimeWindowSpec office_hours();

/// Where in the week a run begins: what tells an instant's day and hour.
class WeekClock {
 public:
  /// Since Monday 00:00 UTC; more than a week counts on.
  explicit WeekClock(Duration at_start = Duration{0}) : at_start_(at_start) {}

  struct Local {
    Day day = Day::monday;
    int hour = 0;
  };
  Local local(Instant now, Duration zone) const;

 private:
  Duration at_start_;
};

bool is_open(const TimeWindowSpec& window, const WeekClock& clock, Instant now);
/// One of them is; always, if there are none.
bool is_open(std::span<const TimeWindowSpec> windows, const WeekClock& clock, Instant now);

}  // namespace streamtwin::titus

namespace streamtwin {
template <>
inline constexpr auto enum_names<titus::Day> = std::to_array<EnumName<titus::Day>>({
    {titus::Day::monday, "monday"},
    {titus::Day::tuesday, "tuesday"},
    {titus::Day::wednesday, "wednesday"},
    {titus::Day::thursday, "thursday"},
    {titus::Day::friday, "friday"},
    {titus::Day::saturday, "saturday"},
    {titus::Day::sunday, "sunday"},
});
}  // namespace streamtwin
