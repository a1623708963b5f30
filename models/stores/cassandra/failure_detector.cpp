#include "models/stores/cassandra/failure_detector.hpp"

#include <cmath>

namespace streamtwin::cassandra {
namespace {

constexpr double ln_10 = 2.302585092994045684;

}  // namespace

void ArrivalWindow::heard(Instant now, const DetectorProperties& properties) {
  const Duration interval = intervals_.empty() ? properties.first_interval : now - last_;
  last_ = now;
  if (!intervals_.empty() && interval > properties.longest_interval) return;
  const auto milliseconds = static_cast<std::uint16_t>(std::lround(in_milliseconds(interval)));
  sum_ += milliseconds;
  if (intervals_.size() < static_cast<std::size_t>(properties.samples)) {
    intervals_.push_back(milliseconds);
    return;
  }
  sum_ -= intervals_[oldest_];
  intervals_[oldest_] = milliseconds;
  oldest_ = (oldest_ + 1) % intervals_.size();
}

Duration ArrivalWindow::mean() const {
  return intervals_.empty() ? Duration{0} : seconds(static_cast<double>(sum_) * 1e-3 / static_cast<double>(intervals_.size()));
}

double ArrivalWindow::phi(Instant now) const { return intervals_.empty() ? 0 : (now - last_) / mean() / ln_10; }

bool FailureDetector::look(Instant now) {
  const Duration since = now - looked_;
  looked_ = now;
  if (since > properties_.longest_pause) paused_ = now;
  return now - paused_ >= properties_.longest_pause;
}

}  // namespace streamtwin::cassandra
