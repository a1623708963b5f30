#include "models/failover/detection.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/check.hpp"

namespace streamtwin::failover {

bool is_low(const Reading& reading, const DetectionSpec& spec) {
  const double usual = std::min(reading.yesterday, reading.last_week);
  const double missing = usual - reading.starts;
  return missing > spec.drop.value() * usual && missing > spec.significance * std::sqrt(usual);
}

void Detector::add(std::span<const Reading> readings, Instant began) {
  check(readings.size() == low_since_.size(), "every region is read");
  for (std::size_t region = 0; region < readings.size(); ++region) {
    std::optional<Instant>& since = low_since_[region];
    if (!readings[region].watched || !is_low(readings[region], spec_)) {
      since.reset();
    } else if (!since) {
      since = began;
    }
  }
}

bool Detector::several_low() const {
  return std::count_if(low_since_.begin(), low_since_.end(), [](const auto& since) { return since.has_value(); }) > 1;
}

std::optional<RegionIndex> Detector::in_trouble(Duration so_long, Instant now) const {
  if (several_low()) return std::nullopt;
  const auto low = std::find_if(low_since_.begin(), low_since_.end(), [](const auto& since) { return since.has_value(); });
  if (low == low_since_.end() || now - **low < so_long) return std::nullopt;
  return static_cast<RegionIndex>(low - low_since_.begin());
}

std::optional<RegionIndex> Detector::followed_to(std::span<const edge::Saviour> saviours, Instant since, Instant now) const {
  for (const edge::Saviour& saviour : saviours) {
    const std::optional<Instant> low = low_since_[saviour.to];
    if (low && now - std::max(*low, since) >= spec_.follow_patience) return saviour.to;
  }
  return std::nullopt;
}

}  // namespace streamtwin::failover
