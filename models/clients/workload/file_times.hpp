// How the times that a file of arrivals holds are meant.
#pragma once

#include <array>
#include <optional>

#include "sim-core/description.hpp"

namespace streamtwin::workload {

enum class TimeUnit { seconds, milliseconds, microseconds, nanoseconds, minutes, hours };
enum class TimeZero { end_of_warm_up, first, start_of_run };

constexpr double seconds_in(TimeUnit unit) {
  constexpr std::array<double, 6> seconds{1, 1e-3, 1e-6, 1e-9, 60, 3600};
  return seconds[static_cast<std::size_t>(unit)];
}

struct FileTimes {
  std::optional<TimeUnit> unit;
  std::optional<TimeZero> from;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.unit, {.name = "unit", .doc = "Unit of the numbers; if absent what the header says, as in `time_ms`, else seconds"});
    visit(self.from, {.name = "counts_from",
                      .doc = "What they are counted from; if absent numbers count from the end of the warm-up and dates from the first"});
  }
};

}  // namespace streamtwin::workload

namespace streamtwin {
template <>
inline constexpr auto enum_names<workload::TimeUnit> = std::to_array<EnumName<workload::TimeUnit>>({
    {workload::TimeUnit::seconds, "seconds"},
    {workload::TimeUnit::milliseconds, "milliseconds"},
    {workload::TimeUnit::microseconds, "microseconds"},
    {workload::TimeUnit::nanoseconds, "nanoseconds"},
    {workload::TimeUnit::minutes, "minutes"},
    {workload::TimeUnit::hours, "hours"},
});
template <>
inline constexpr auto enum_names<workload::TimeZero> = std::to_array<EnumName<workload::TimeZero>>({
    {workload::TimeZero::end_of_warm_up, "end_of_warm_up", "0 is the end of the warm-up"},
    {workload::TimeZero::first, "first", "the earliest comes at the end of the warm-up"},
    {workload::TimeZero::start_of_run, "start_of_run", "0 is the beginning of the warm-up, in which the first ones come"},
});
}  // namespace streamtwin
