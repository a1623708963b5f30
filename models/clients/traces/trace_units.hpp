// In what units bandwidth traces are written, where their files do not say.
#pragma once

#include <array>
#include <optional>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::traces {

enum class RateUnit { mbps, kbps, bps, bytes_per_second };
enum class TimeUnit { seconds, milliseconds };

constexpr double bits_per_second_in(RateUnit unit) {
  constexpr std::array<double, 4> factors{1e6, 1e3, 1, 8};
  return factors[static_cast<std::size_t>(unit)];
}
constexpr double seconds_in(TimeUnit unit) { return unit == TimeUnit::seconds ? 1 : 1e-3; }

struct TraceUnits {
  std::optional<RateUnit> rate;
  std::optional<TimeUnit> time;
  std::optional<Duration> interval;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.rate,
          {.name = "rate", .doc = "Unit of the rates; if absent what a header says, else what the median of the folder suggests"});
    visit(self.time, {.name = "time", .doc = "Unit of the times; if absent what a header says, else what the folder suggests"});
    visit(self.interval, {.name = "interval",
                          .doc = "Time that a line stands for in files of rates alone; such are refused if absent",
                          .min = 1e-3,
                          .max = 3600});
  }
};

}  // namespace streamtwin::traces

namespace streamtwin {
template <>
inline constexpr auto enum_names<traces::RateUnit> = std::to_array<EnumName<traces::RateUnit>>({
    {traces::RateUnit::mbps, "mbps", "Mbit/s"},
    {traces::RateUnit::kbps, "kbps", "kbit/s"},
    {traces::RateUnit::bps, "bps", "bit/s"},
    {traces::RateUnit::bytes_per_second, "bytes_per_second"},
});
template <>
inline constexpr auto enum_names<traces::TimeUnit> = std::to_array<EnumName<traces::TimeUnit>>({
    {traces::TimeUnit::seconds, "seconds"},
    {traces::TimeUnit::milliseconds, "milliseconds"},
});
}  // namespace streamtwin
