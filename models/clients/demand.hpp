// When members press play: a rate that follows the hour of the day, the day of the week and any load step,
// and the Poisson arrivals it makes. The hourly weights are the project's own reading of published peaks
// (Sandvine: 19 to 23 h; Huang et al.: 20 to 1 h), marked as an assumption.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::clients {

/// The course of demand over a day, relative to its mean.
struct DiurnalSpec {
  std::vector<double> hourly_weights = {.85, .55, .35, .22,  .17,  .17,  .25,  .40,  .55,  .65,  .72,  .80,
                                        .88, .93, .97, 1.02, 1.12, 1.28, 1.50, 1.80, 2.15, 2.30, 1.95, 1.35};
  double weekend_daytime = 1.25;
  int daytime_from_hour = 8;
  int daytime_to_hour = 18;

  void check(Checker& checker) const {
    checker.require(hourly_weights.size() == 24, "hourly_weights", "expected 24 numbers, one for each hour from midnight on");
    const bool some = std::any_of(hourly_weights.begin(), hourly_weights.end(), [](double weight) { return weight > 0; });
    checker.require(some, "hourly_weights", "nobody would ever watch; at least one hour needs a weight above 0");
  }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.hourly_weights, {.name = "hourly_weights",
                                .doc = "Demand at each local hour from midnight on, in "
                                       "any scale; straight lines between",
                                .source = assumption,
                                .min = 0,
                                .max = 1e6});
    visit(self.weekend_daytime,
          {.name = "weekend_daytime", .doc = "Factor on Saturday and Sunday in the daytime", .source = assumption, .min = 0, .max = 10});
    visit(self.daytime_from_hour,
          {.name = "daytime_from_hour", .doc = "First hour of the daytime", .source = assumption, .min = 0, .max = 23});
    visit(self.daytime_to_hour,
          {.name = "daytime_to_hour", .doc = "Hour at which the daytime ends", .source = assumption, .min = 1, .max = 24});
  }
};

enum class Weekday : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

/// A local wall-clock time: where in the week a run starts.
struct WeekTime {
  Weekday day = Weekday::friday;
  Duration since_midnight{0};
};

/// The weights normalised to a weekday mean of 1, as a function of local time.
class DiurnalCurve {
 public:
  /// Throws std::invalid_argument unless there are 24 weights, none negative and one positive.
  explicit DiurnalCurve(const DiurnalSpec& config);
  /// Weight `since_start` after `start`.
  double at(WeekTime start, Duration since_start) const;

 private:
  std::array<double, 24> weights_;
  double weekend_daytime_;
  int daytime_from_, daytime_to_;
};

/// A rate over simulated time: straight lines between knots, jumps allowed, constant after the last.
class RateCurve {
 public:
  struct Segment {
    Instant begin;
    Rate at_begin;
    Rate at_end;         ///< approached at `line_end`
    Instant line_begin;  ///< where `at_begin` is meant: before `begin` if the line was cut there
    Instant line_end;    ///< the next segment's begin, or later if the line was cut there; `never` of the last
  };
  static RateCurve constant(Rate rate);
  /// Through given points; the first rate holds before its point, the last after it. Steps hold a rate until the next
  /// point, lines lead to it. The points' times must rise.
  struct Point {
    Instant at;
    Rate rate;
  };
  enum class Between : std::uint8_t { steps, lines };
  static RateCurve through(std::span<const Point> points, Between between);
  /// mean * weight of the hour, sampled every quarter of an hour from 0 to `length`; `start` is local time at
  /// 0.
  static RateCurve diurnal(Rate mean, const DiurnalCurve& curve, WeekTime start, Duration length);
  /// The same rate, multiplied by a factor from `from` until `to`: a load step. Walks up to `from` are the same, bit for bit.
  RateCurve scaled(Instant from, Instant to, double factor) const;
  RateCurve scaled(double factor) const;

  Rate at(Instant t) const;
  Rate peak() const;
  /// Expected arrivals in [from, to).
  double expected(Instant from, Instant to) const;
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  /// Each a line of its own.
  explicit RateCurve(std::vector<Segment> segments);
  std::size_t segment_at(Instant t) const;
  Rate rate_in(std::size_t segment, Instant t) const;
  Instant end_of(std::size_t segment) const;

  std::vector<Segment> segments_;
  friend class CurveWalk;
};

/// Walks along a curve from arrival to arrival, by inversion: so many expected arrivals further on.
class CurveWalk {
 public:
  /// The curve is kept by reference and must outlive the walk.
  explicit CurveWalk(const RateCurve& curve, Instant start = Instant{}) : curve_(&curve), now_(start) {}
  /// When so many arrivals are expected from here; `never` when the rate stays zero for ever.
  Instant advance(double arrivals);

 private:
  const RateCurve* curve_;
  Instant now_;
  std::size_t segment_ = 0;
};

/// Poisson arrivals along a curve: one exponential draw each, so that scaling the curve moves arrivals without changing
/// their draws.
class PoissonArrivals {
 public:
  explicit PoissonArrivals(const RateCurve& curve, Instant start = Instant{}) : walk_(curve, start) {}
  /// The next arrival; `never` when the rate stays zero for ever.
  Instant next(Random& random) { return walk_.advance(random.exponential(1.0)); }

 private:
  CurveWalk walk_;
};

}  // namespace streamtwin::clients

namespace streamtwin {
template <>
inline constexpr auto enum_names<clients::RateCurve::Between> = std::to_array<EnumName<clients::RateCurve::Between>>({
    {clients::RateCurve::Between::steps, "steps", "a rate holds until the next point"},
    {clients::RateCurve::Between::lines, "lines", "straight lines lead from point to point"},
});
template <>
inline constexpr auto enum_names<clients::Weekday> = std::to_array<EnumName<clients::Weekday>>({
    {clients::Weekday::monday, "monday"},
    {clients::Weekday::tuesday, "tuesday"},
    {clients::Weekday::wednesday, "wednesday"},
    {clients::Weekday::thursday, "thursday"},
    {clients::Weekday::friday, "friday"},
    {clients::Weekday::saturday, "saturday"},
    {clients::Weekday::sunday, "sunday"},
});
}  // namespace streamtwin
