#include "models/clients/workload/arrivals.hpp"

#include <cmath>

#include "models/clients/workload/course_files.hpp"

namespace streamtwin::workload {
namespace {

using clients::RateCurve;

Instant zero_of_file(const WorkloadSpec& spec, Instant end_of_warm_up) {
  return spec.file_times.from == TimeZero::start_of_run ? Instant{} : end_of_warm_up;
}

RateCurve curve_of(const WorkloadSpec& spec, Instant zero, const std::vector<LoadStep>& steps, double scale) {
  std::vector<RateCurve::Point> points;
  if (spec.rate) points.push_back({Instant{}, *spec.rate});
  for (const RatePoint& point : spec.course_from ? read_course(*spec.course_from, spec.file_times) : spec.course) {
    points.push_back({(spec.course_from ? zero_of_file(spec, zero) : zero) + point.at, point.rate});
  }
  RateCurve curve = RateCurve::through(points, spec.between).scaled(scale);
  for (const LoadStep& step : steps) curve = curve.scaled(step.from, step.to, step.factor);
  return curve;
}

}  // namespace

Arrivals::Arrivals(const WorkloadSpec& spec, Instant zero, std::vector<LoadStep> steps, double scale)
    : spacing_(spec.spacing),
      steps_(std::move(steps)),
      scale_(scale),
      curve_(curve_of(spec, zero, steps_, scale)),
      walk_(curve_),
      zero_(spec.bursts && spec.bursts->every ? zero : zero_of_file(spec, zero)) {
  if (spec.bursts) bursts_.emplace(*spec.bursts, spec.file_times);
  if (spec.arrival_times.text.empty()) return;
  for (const Duration time : read_arrival_times(spec.arrival_times.path, spec.file_times)) times_.push_back(zero_ + time);
}

Instant Arrivals::next(Random& random) {
  if (!times_.empty() || bursts_) return next_known(random);
  return walk_.advance(spacing_ == Spacing::poisson ? random.exponential(1.0) : 1.0);
}

// A factor repeats each arrival so many times, a fraction of one by chance. A load of 0 is silence until a step ends it: its
// arrivals are passed over together, as there may be no end of them.
Instant Arrivals::next_known(Random& random) {
  while (repeats_ < 1) {
    const std::optional<Instant> time = next_time();
    if (!time) return never;
    known_ = *time;
    const double factor = factor_at(known_);
    if (factor <= 0) {
      const Instant louder = end_of_silence(known_);
      if (louder == never) return never;
      pass_over_until(louder);
      continue;
    }
    const double whole = std::floor(factor);
    repeats_ = whole + (factor > whole && random.chance(factor - whole) ? 1 : 0);
  }
  repeats_ -= 1;
  return known_;
}

// Of the file or the bursts, request by request.
std::optional<Instant> Arrivals::next_time() {
  if (!bursts_) return read_ < times_.size() ? std::optional(times_[read_++]) : std::nullopt;
  if (left_of_burst_ > 0) {
    --left_of_burst_;
    return known_;
  }
  const std::optional<Burst> burst = bursts_->next();
  if (!burst) return std::nullopt;
  left_of_burst_ = burst->size - 1;
  return zero_ + burst->at;
}

Instant Arrivals::end_of_silence(Instant from) const {
  Instant end = never;
  for (const LoadStep& step : steps_) {
    for (const Instant change : {step.from, step.to}) {
      if (change > from && change < end && factor_at(change) > 0) end = change;
    }
  }
  return end;
}

void Arrivals::pass_over_until(Instant time) {
  left_of_burst_ = 0;
  if (bursts_) return bursts_->pass_over_until(time - zero_);
  while (read_ < times_.size() && times_[read_] < time) ++read_;
}

double Arrivals::factor_at(Instant time) const {
  double factor = scale_;
  for (const LoadStep& step : steps_) {
    if (time >= step.from && time < step.to) factor *= step.factor;
  }
  return factor;
}

Rate Arrivals::rate_at(Instant time) const {
  if (bursts_) return Rate{bursts_->mean_rate() * factor_at(time)};
  if (times_.empty()) return curve_.at(time);
  const double length = in_seconds(times_.back() - times_.front());
  return Rate{length > 0 ? static_cast<double>(times_.size()) / length * factor_at(time) : 0};
}

}  // namespace streamtwin::workload
