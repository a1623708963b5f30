#include "models/clients/traces/bandwidth_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace streamtwin::traces {

BandwidthTrace::BandwidthTrace(std::string name, std::vector<Period> periods) : name_(std::move(name)), periods_(std::move(periods)) {
  Bytes passed;
  for (const Period& period : periods_) {
    if (!(period.length > Duration{0}) || !(period.rate >= BitRate{0}) || !(period.latency >= Duration{0}))
      throw std::invalid_argument(fmt::format("bandwidth trace {}: period {} must have a positive length, and no negative rate or latency",
                                              name_, ends_.size() + 1));
    length_ += period.length;
    ends_.push_back(length_);
    passed += period.rate * period.length;
  }
  if (!(passed > Bytes{0}) || !std::isfinite(passed.value()) || !std::isfinite(length_.count()))
    throw std::invalid_argument(fmt::format("bandwidth trace {}: nothing ever passes; at least one period needs a rate above 0", name_));
  mean_ = passed / length_;
}

Duration BandwidthTrace::wrapped(Duration since_start) const {
  if (since_start >= Duration{0} && since_start < length_) return since_start;
  const double inside = std::fmod(since_start.count(), length_.count());  // exact in IEEE arithmetic
  return Duration{inside < 0 ? inside + length_.count() : inside};
}

std::size_t BandwidthTrace::index_at(Duration inside) const {
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), inside);
  return std::min<std::size_t>(end - ends_.begin(), periods_.size() - 1);
}

Duration BandwidthTrace::next_change(Duration since_start) const {
  const Duration inside = wrapped(since_start);
  return next_change(since_start, inside, index_at(inside));
}

BandwidthTrace::Stretch BandwidthTrace::stretch_at(Duration since_start) const {
  const Duration inside = wrapped(since_start);
  const std::size_t index = index_at(inside);
  return {periods_[index].rate, next_change(since_start, inside, index) - since_start};
}

Duration BandwidthTrace::next_change(Duration since_start, Duration inside, std::size_t index) const {
  const Duration next = since_start + (ends_[index] - inside);
  return std::max(next, Duration{std::nextafter(since_start.count(), HUGE_VAL)});
}

}  // namespace streamtwin::traces
