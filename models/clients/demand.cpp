#include "models/clients/demand.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim-core/math.hpp"

namespace streamtwin::clients {

DiurnalCurve::DiurnalCurve(const DiurnalSpec& config)
    : weekend_daytime_(config.weekend_daytime), daytime_from_(config.daytime_from_hour), daytime_to_(config.daytime_to_hour) {
  if (config.hourly_weights.size() != weights_.size())
    throw std::invalid_argument("hourly_weights needs 24 numbers, one for each hour from midnight on");
  double sum = 0;
  for (double weight : config.hourly_weights) {
    if (!(weight >= 0) || !std::isfinite(weight)) throw std::invalid_argument("hourly_weights must not be negative");
    sum += weight;
  }
  if (!(sum > 0)) throw std::invalid_argument("hourly_weights must not all be zero");
  std::transform(config.hourly_weights.begin(), config.hourly_weights.end(), weights_.begin(),
                 [&](double weight) { return weight * 24 / sum; });
}

double DiurnalCurve::at(WeekTime start, Duration since_start) const {
  const double hours = in_seconds(start.since_midnight + since_start) / 3600;
  const double day = std::floor(hours / 24);
  const double of_day = hours - 24 * day;
  const int hour = std::min(23, static_cast<int>(of_day));
  const double between = of_day - hour;
  const double weight = weights_[hour] * (1 - between) + weights_[(hour + 1) % 24] * between;
  const double weekday = std::fmod(static_cast<double>(start.day) + day, 7);
  const bool weekend = weekday < 0 ? weekday >= -2 : weekday >= static_cast<double>(Weekday::saturday);
  return weekend && hour >= daytime_from_ && hour < daytime_to_ ? weight * weekend_daytime_ : weight;
}

RateCurve::RateCurve(std::vector<Segment> segments) : segments_(std::move(segments)) {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    segments_[i].line_begin = segments_[i].begin;
    segments_[i].line_end = end_of(i);
  }
}

RateCurve RateCurve::constant(Rate rate) { return RateCurve({{Instant{}, rate, rate}}); }

RateCurve RateCurve::through(std::span<const Point> points, Between between) {
  std::vector<Segment> segments;
  if (points.empty() || points.front().at > Instant{}) {
    const Rate before = points.empty() ? Rate{0} : points.front().rate;
    segments.push_back({Instant{}, before, before});
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool slopes = between == Between::lines && i + 1 < points.size();
    segments.push_back({points[i].at, points[i].rate, slopes ? points[i + 1].rate : points[i].rate});
  }
  return RateCurve(std::move(segments));
}

RateCurve RateCurve::diurnal(Rate mean, const DiurnalCurve& curve, WeekTime start, Duration length) {
  constexpr Duration step = 900s;
  std::vector<Segment> segments;
  const auto steps = static_cast<std::size_t>(std::max(1.0, std::ceil(length / step)));
  for (std::size_t i = 0; i <= steps; ++i) {
    const Duration begin = step * static_cast<double>(i);
    // The left limit at the end, so that a jump (the weekend's daytime) does not become a slope.
    const Duration end = begin + step * (1 - 1e-9);
    segments.push_back({Instant{begin}, mean * curve.at(start, begin), mean * curve.at(start, end)});
  }
  segments.back().at_end = segments.back().at_begin;
  return RateCurve(std::move(segments));
}

std::size_t RateCurve::segment_at(Instant t) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), t, [](Instant time, const Segment& s) { return time < s.begin; });
  return after == segments_.begin() ? 0 : after - segments_.begin() - 1;
}

Instant RateCurve::end_of(std::size_t segment) const { return segment + 1 < segments_.size() ? segments_[segment + 1].begin : never; }

Rate RateCurve::rate_in(std::size_t segment, Instant t) const {
  const Segment& s = segments_[segment];
  if (s.line_end == never) return s.at_begin;
  return s.at_begin + (s.at_end - s.at_begin) * ((t - s.line_begin) / (s.line_end - s.line_begin));
}

Rate RateCurve::at(Instant t) const { return rate_in(segment_at(t), std::max(t, segments_.front().begin)); }

Rate RateCurve::peak() const {
  Rate peak;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Instant end = end_of(i);
    peak = std::max({peak, rate_in(i, segments_[i].begin), end == segments_[i].line_end ? segments_[i].at_end : rate_in(i, end)});
  }
  return peak;
}

double RateCurve::expected(Instant from, Instant to) const {
  double sum = 0;
  for (std::size_t i = segment_at(from); i < segments_.size() && segments_[i].begin < to; ++i) {
    const Instant a = std::max(from, segments_[i].begin), b = std::min(to, end_of(i));
    if (b > a) sum += (rate_in(i, a) + rate_in(i, b)) * (b - a) / 2;
  }
  return sum;
}

RateCurve RateCurve::scaled(double factor) const { return scaled(segments_.front().begin, never, factor); }

RateCurve RateCurve::scaled(Instant from, Instant to, double factor) const {
  RateCurve scaled = *this;
  scaled.segments_.clear();
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    // Cut the segment where the step begins and ends inside it; the line stays the one it was.
    std::array<Instant, 4> cuts{segments_[i].begin, std::clamp(from, segments_[i].begin, end_of(i)),
                                std::clamp(to, segments_[i].begin, end_of(i)), end_of(i)};
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
      if (!(cuts[c] < cuts[c + 1])) continue;
      const double f = cuts[c] >= from && cuts[c] < to ? factor : 1;
      Segment piece = segments_[i];
      piece.begin = cuts[c];
      piece.at_begin = piece.at_begin * f;
      piece.at_end = piece.at_end * f;
      scaled.segments_.push_back(piece);
    }
  }
  return scaled;
}

Instant CurveWalk::advance(double arrivals) {
  double left = arrivals;
  const auto& segments = curve_->segments_;
  for (;; ++segment_) {
    if (segment_ >= segments.size()) segment_ = segments.size() - 1;
    const Instant end = curve_->end_of(segment_);
    if (end <= now_) continue;
    now_ = std::max(now_, segments[segment_].begin);
    const double rate = curve_->rate_in(segment_, now_).value();
    if (end == never) return rate > 0 ? now_ += Duration{left / rate} : never;
    const RateCurve::Segment& line = segments[segment_];
    const double span = (end - now_).count();
    const double slope = line.line_end == never ? 0 : (line.at_end.value() - rate) / (line.line_end - now_).count();
    const double at_end = line.line_end == end ? line.at_end.value() : curve_->rate_in(segment_, end).value();
    const double available = (rate + at_end) / 2 * span;
    if (left < available) {
      // rate * x + slope / 2 * x^2 = left, in the form that is stable for either sign of the slope.
      const double x = 2 * left / (rate + math::sqrt(std::max(0.0, rate * rate + 2 * slope * left)));
      return now_ += Duration{std::min(x, span)};
    }
    left -= available;
    now_ = end;
  }
}

}  // namespace streamtwin::clients
