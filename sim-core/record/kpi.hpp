// Key figures over the time after the warm-up. A part of the platform keeps a table of rows beside its measures: what a
// figure is called, of what kind it is, what it says, and how it is read off. From the kind follow the unit, the way in which
// it is written and where its values can lie, for everything that shows one.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/record/metrics.hpp"

namespace streamtwin {

/// A value that the run could not measure (a ratio with nothing below the line). Written as null.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

enum class KpiKind : std::uint8_t { count, number, share, difference, duration, hours, rate, rate_per_hour, bitrate, bytes, money };

template <>
inline constexpr auto enum_names<KpiKind> = std::to_array<EnumName<KpiKind>>({
    {KpiKind::count, "count", "How many there were"},
    {KpiKind::number, "number", "So many of one thing for each of another"},
    {KpiKind::share, "share", "The part of a whole, between 0 and 1"},
    {KpiKind::difference, "difference", "One share minus another, between -1 and 1"},
    {KpiKind::duration, "duration", "A time in seconds"},
    {KpiKind::hours, "hours", "A time in hours"},
    {KpiKind::rate, "rate", "So many a second"},
    {KpiKind::rate_per_hour, "rate_per_hour", "So many an hour"},
    {KpiKind::bitrate, "bitrate", "Bits a second"},
    {KpiKind::bytes, "bytes", "An amount of data"},
    {KpiKind::money, "money", "US dollars"},
});

constexpr std::string_view name_of(KpiKind kind) { return enum_names<KpiKind>[static_cast<std::size_t>(kind)].name; }

struct KpiTraits {
  std::string_view unit = "";  ///< what a value is a multiple of; shares and counts have none
  double least = 0;
  double most = HUGE_VAL;
};

constexpr KpiTraits traits_of(KpiKind kind) {
  switch (kind) {
    case KpiKind::count:
    case KpiKind::number: return {};
    case KpiKind::share: return {.most = 1};
    case KpiKind::difference: return {.least = -1, .most = 1};
    case KpiKind::duration: return {"s"};
    case KpiKind::hours: return {"h"};
    case KpiKind::rate: return {"/s"};
    case KpiKind::rate_per_hour: return {"/h"};
    case KpiKind::bitrate: return {"bps"};
    case KpiKind::bytes: return {"B"};
    case KpiKind::money: return {"USD"};
  }
  return {};
}

/// A key figure. A value in its kind's unit, since KPIs are many kinds of thing.
struct Kpi {
  std::string name;  ///< dotted: plays.start_delay.p99
  double value = unknown;
  KpiKind kind = KpiKind::count;
  std::optional<double> lower = std::nullopt;  ///< Student-t over replications; none for a single run
  std::optional<double> upper = std::nullopt;
  std::string doc;

  constexpr std::string_view unit() const { return traits_of(kind).unit; }
};

/// A figure that is read off some measures of a part.
template <class Measures>
struct KpiRow {
  std::string_view name;
  KpiKind kind;
  std::string_view doc;
  double (*value)(const Measures&);
};

/// Adds the figures of a table of rows; unknown ones where nothing is measured yet: what a run would tell.
template <class Measures, class Rows>
void add_rows(std::vector<Kpi>& kpis, const Rows& rows, const Measures* measures, std::string_view prefix = "") {
  for (const KpiRow<Measures>& row : rows) {
    Kpi& kpi = kpis.emplace_back();
    kpi.name = std::string(prefix) + std::string(row.name);
    kpi.value = measures == nullptr ? unknown : row.value(*measures);
    kpi.kind = row.kind;
    kpi.doc = row.doc;
  }
}

namespace record {

inline double ratio(double part, double whole) { return whole > 0 ? part / whole : unknown; }
/// Of what ended in the measurement: what began in it may end after it, and what ends in it may have begun before.
inline double share_of_ended(double good, double failed) { return ratio(good, good + failed); }
inline double quantile(const Histogram& histogram, double p) { return histogram.measured().quantile(p); }

}  // namespace record

}  // namespace streamtwin
