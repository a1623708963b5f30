#include "models/rpc/limits/windowed.hpp"

#include <cmath>

namespace streamtwin::limits {

void SampleWindow::add(Duration round_trip, int in_flight, bool dropped) {
  // Once upstream's percentile window is full, adding to it returns the window as it is: neither later round trips nor later
  // drops count.
  if (properties_.kind == WindowKind::percentile && count_ >= properties_.samples) return;
  const std::int64_t ns = to_nanoseconds(round_trip);
  fastest_ = std::min(fastest_, ns);
  sum_ += ns;
  if (properties_.kind == WindowKind::percentile) observed_.push_back(ns);
  ++count_;
  most_in_flight_ = std::max(most_in_flight_, in_flight);
  dropped_ |= dropped;
}

void SampleWindow::clear() {
  fastest_ = std::numeric_limits<std::int64_t>::max();
  sum_ = 0;
  count_ = most_in_flight_ = 0;
  dropped_ = false;
  observed_.clear();
}

std::int64_t SampleWindow::tracked_ns() const {
  if (count_ == 0) return 0;
  if (properties_.kind == WindowKind::average) return sum_ / count_;
  std::vector<std::int64_t> sorted = observed_;
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  const auto rank = static_cast<std::int64_t>(std::floor(n * properties_.percentile.value() + 0.5)) - 1;
  return sorted[static_cast<std::size_t>(std::clamp<std::int64_t>(rank, 0, static_cast<std::int64_t>(sorted.size()) - 1))];
}

void WindowedLimit::on_sample(const Sample& sample, Random& random) {
  if (sample.round_trip < properties_.ignore_faster_than) return;
  window_.add(sample.round_trip, sample.in_flight, sample.dropped);
  const std::int64_t end = to_nanoseconds(sample.start) + to_nanoseconds(sample.round_trip);
  if (end <= next_update_) return;
  next_update_ = end + std::min(std::max(window_.fastest_ns() * 2, to_nanoseconds(properties_.least)), to_nanoseconds(properties_.most));
  if (window_.count() >= properties_.samples)
    limits::on_sample(limit_, {sample.start, duration_of_nanoseconds(window_.tracked_ns()), window_.most_in_flight(), window_.dropped()},
                      random);
  window_.clear();
}

}  // namespace streamtwin::limits
