#include "models/places/geography.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/places/zone_name.hpp"

namespace streamtwin::places {

Geography::Geography(const std::vector<RegionSpec>& regions, const CloudNetworkSpec& network) : regions_(regions), network_(network) {
  for (std::size_t r = 0; r < regions_.size(); ++r) {
    first_zone_.push_back(static_cast<ZoneIndex>(zone_region_.size()));
    for (int z = 0; z < regions_[r].zones; ++z) {
      zone_names_.push_back(name_of_zone(regions_[r].name, z));
      zone_region_.push_back(static_cast<RegionIndex>(r));
    }
  }
  one_way_.resize(zones() * zones());
  for (std::size_t a = 0; a < zones(); ++a) {
    for (std::size_t b = 0; b < zones(); ++b) {
      Duration& way = one_way_[a * zones() + b];
      if (a == b)
        way = network_.same_zone_rtt / 2;
      else if (zone_region_[a] == zone_region_[b])
        way = network_.cross_zone_rtt / 2;
      else
        way = fibre(place(zone_region_[a]), place(zone_region_[b]));
    }
  }
}

RegionIndex Geography::region(const std::string& name) const {
  for (std::size_t r = 0; r < regions(); ++r) {
    if (regions_[r].name == name) return static_cast<RegionIndex>(r);
  }
  throw std::out_of_range(fmt::format("there is no region {}", name));
}

Duration Geography::fibre(Place a, Place b) const { return round_trip(a, b, network_.fibre) / 2; }

std::vector<RegionIndex> Geography::by_distance(Place from) const {
  std::vector<RegionIndex> order;
  for (std::size_t r = 0; r < regions(); ++r) order.push_back(static_cast<RegionIndex>(r));
  std::stable_sort(order.begin(), order.end(),
                   [&](RegionIndex a, RegionIndex b) { return distance(from, place(a)) < distance(from, place(b)); });
  return order;
}

std::vector<ZoneIndex> Geography::zones_in(RegionIndex region) const {
  std::vector<ZoneIndex> zones;
  for (int zone = 0; zone < zones_of(region); ++zone) zones.push_back(static_cast<ZoneIndex>(first_zone(region) + zone));
  return zones;
}

}  // namespace streamtwin::places
