#include "models/cloud/geography.hpp"

#include <algorithm>

#include "sim-core/math.hpp"

namespace streamtwin::cloud {
namespace {

constexpr double earth_radius_km = 6371;

double radians(double degrees) { return degrees * math::pi / 180; }

// Newton's iteration on sin(x) = s for 0 <= s <= 1; far more accurate than a distance needs.
double arc_sine(double s) {
  if (s >= 1) return math::pi / 2;
  double x = s;
  for (int i = 0; i < 20; ++i) {
    const double slope = math::cos(x);
    if (slope <= 0) break;
    x = std::min(x - (math::sin(x) - s) / slope, math::pi / 2);
  }
  return x;
}

}  // namespace

Distance great_circle(Place a, Place b) {
  const double half_latitude = math::sin(radians(b.latitude - a.latitude) / 2);
  const double half_longitude = math::sin(radians(b.longitude - a.longitude) / 2);
  const double h = half_latitude * half_latitude +
                   math::cos(radians(a.latitude)) * math::cos(radians(b.latitude)) * half_longitude * half_longitude;
  return Distance{2 * earth_radius_km * arc_sine(math::sqrt(std::clamp(h, 0.0, 1.0)))};
}

Geography::Geography(const std::vector<RegionSpec>& regions, const CloudNetworkSpec& network)
    : regions_(regions), network_(network) {
  for (std::size_t r = 0; r < regions_.size(); ++r) {
    first_zone_.push_back(static_cast<ZoneIndex>(zone_region_.size()));
    for (int z = 0; z < regions_[r].zones; ++z) {
      zone_names_.push_back(regions_[r].name + static_cast<char>('a' + z));
      zone_region_.push_back(static_cast<RegionIndex>(r));
    }
  }
  one_way_.resize(zones() * zones());
  for (std::size_t a = 0; a < zones(); ++a) {
    for (std::size_t b = 0; b < zones(); ++b) {
      Duration& way = one_way_[a * zones() + b];
      if (a == b) way = network_.same_zone_rtt / 2;
      else if (zone_region_[a] == zone_region_[b]) way = network_.cross_zone_rtt / 2;
      else way = fibre(place(zone_region_[a]), place(zone_region_[b]));
    }
  }
}

Duration Geography::fibre(Place a, Place b) const {
  return great_circle(a, b).value() * network_.rtt_ms_per_km * network_.path_stretch / 2 * Duration{1ms};
}

std::vector<RegionIndex> Geography::by_distance(Place from) const {
  std::vector<RegionIndex> order;
  for (std::size_t r = 0; r < regions(); ++r) order.push_back(static_cast<RegionIndex>(r));
  std::stable_sort(order.begin(), order.end(), [&](RegionIndex a, RegionIndex b) {
    return great_circle(from, place(a)) < great_circle(from, place(b));
  });
  return order;
}

}  // namespace streamtwin::cloud
