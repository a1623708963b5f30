// The parts of LogHistogram that are not on the hot path: growth by whole octaves, quantiles, merging,
// differences.
#include "sim-core/record/log_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace streamtwin {

namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
}

void LogHistogram::record_zero(double value, std::uint64_t times) {
  if (std::isnan(value)) throw std::logic_error("a histogram was given NaN");
  zeros_ += times;
}

void LogHistogram::grow_to(std::uint32_t bucket) {
  const std::uint32_t octave = bucket / per_octave * per_octave;
  if (counts_.empty()) first_ = octave;
  if (octave < first_) {
    counts_.insert(counts_.begin(), first_ - octave, 0);
    first_ = octave;
  }
  const std::size_t needed = octave + per_octave - first_;
  if (counts_.size() < needed) counts_.resize(needed, 0);
}

double LogHistogram::mean() const { return count_ == 0 ? nothing : sum_ / static_cast<double>(count_); }
double LogHistogram::min() const { return count_ == 0 ? nothing : min_; }
double LogHistogram::max() const { return count_ == 0 ? nothing : max_; }

double LogHistogram::quantile(double p) const {
  if (count_ == 0) return nothing;
  const double rank = std::clamp(p, 0.0, 1.0) * static_cast<double>(count_);
  double below = static_cast<double>(zeros_);
  if (zeros_ > 0 && rank <= below) return std::min(0.0, max_);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const double inside = static_cast<double>(counts_[i]);
    if (below + inside >= rank) {
      const auto bucket = first_ + static_cast<std::uint32_t>(i);
      const double low = low_edge(bucket), high = low_edge(bucket + 1);
      return std::clamp(low + (high - low) * ((rank - below) / inside), min_, max_);
    }
    below += inside;
  }
  return max_;
}

double LogHistogram::count_above(double threshold) const {
  double above = threshold < 0 ? static_cast<double>(zeros_) : 0;
  for (std::size_t i = counts_.size(); i-- > 0;) {
    const auto bucket = first_ + static_cast<std::uint32_t>(i);
    const double low = low_edge(bucket), high = low_edge(bucket + 1);
    if (high <= threshold) break;
    const double share = low >= threshold ? 1 : (high - threshold) / (high - low);
    above += share * static_cast<double>(counts_[i]);
  }
  return above;
}

LogHistogram& LogHistogram::operator+=(const LogHistogram& other) {
  if (other.count_ == 0) return *this;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  zeros_ += other.zeros_;
  sum_ += other.sum_;
  if (other.counts_.empty()) return *this;
  grow_to(other.first_);
  grow_to(other.first_ + static_cast<std::uint32_t>(other.counts_.size()) - 1);
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[other.first_ - first_ + i] += other.counts_[i];
  return *this;
}

LogHistogram LogHistogram::since(const LogHistogram& earlier) const {
  LogHistogram result = *this;
  if (earlier.count_ == 0) return result;
  result.count_ -= earlier.count_;
  result.zeros_ -= earlier.zeros_;
  result.sum_ -= earlier.sum_;
  for (std::size_t i = 0; i < earlier.counts_.size(); ++i) {
    result.counts_[earlier.first_ - first_ + i] -= earlier.counts_[i];
  }
  const auto filled = result.buckets();
  if (!filled.empty()) {
    result.min_ = std::max(min_, filled.front().low);
    result.max_ = std::min(max_, filled.back().high);
  }
  return result;
}

std::vector<LogHistogram::Bucket> LogHistogram::buckets() const {
  std::vector<Bucket> result;
  if (zeros_ > 0) result.push_back({0, 0, zeros_});
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const auto bucket = first_ + static_cast<std::uint32_t>(i);
    result.push_back({low_edge(bucket), low_edge(bucket + 1), counts_[i]});
  }
  return result;
}

}  // namespace streamtwin
