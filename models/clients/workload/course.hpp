// A rate of arrivals over time, written down or read from a file of counts or rates.
#pragma once

#include <array>
#include <optional>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::workload {

/// The arrival rate from a time on.
struct RatePoint {
  Duration at{0};
  Rate rate{0};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at, {.name = "at", .doc = "Time of the point, counted from the end of the warm-up", .min = 0, .max = 1e7, .required = true});
    visit(self.rate, {.name = "rate", .doc = "Arrivals from then on", .min = 0, .max = 1e8, .required = true});
  }
};

enum class CourseValues { counts, rates, totals };

struct CourseFile {
  InputFile file;
  std::optional<CourseValues> values;
  std::optional<Duration> interval;
  Duration per = 1s;

  void check(Checker& checker) const { checker.require(!file.text.empty(), "file", "a course from a file needs the file"); }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.file, {.name = "file",
                      .doc = "Table of a time and a number in each line, as monitoring exports it; or the answer of Prometheus to "
                             "query_range, OpenMetrics text with times, invocations per minute of Azure Functions, pageviews of an hour"});
    visit(self.values,
          {.name = "values",
           .doc = "What the numbers are; if absent rates where the column is called rate, rps or qps and in metrics, totals in "
                  "metrics called *_total or *_count, counts elsewhere"});
    visit(self.interval, {.name = "interval",
                          .doc = "How long the interval is that a line stands for and begins; if absent the median distance of lines. "
                                 "Where lines are missing nobody comes",
                          .min = 1e-3,
                          .max = 1e7});
    visit(self.per, {.name = "per", .doc = "The time that `rates` are per", .source = "per second", .min = 1e-3, .max = 1e7});
  }
};

}  // namespace streamtwin::workload

namespace streamtwin {
template <>
inline constexpr auto enum_names<workload::CourseValues> = std::to_array<EnumName<workload::CourseValues>>({
    {workload::CourseValues::counts, "counts", "requests in the interval that begins at the line's time, spread over it"},
    {workload::CourseValues::rates, "rates", "requests `per` so long from the line's time on"},
    {workload::CourseValues::totals, "totals",
     "all requests since some start: they come between a line and the next; what falls was reset"},
});
}  // namespace streamtwin
