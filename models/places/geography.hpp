// Where regions and zones lie and how long a message takes between them. Round trips inside a region are measured
// values; between regions they follow from the great circle and the speed of light in fibre.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/places/globe.hpp"
#include "models/places/ids.hpp"
#include "models/places/region_spec.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::places {

class Geography {
 public:
  Geography(const std::vector<RegionSpec>& regions, const CloudNetworkSpec& network);

  std::size_t regions() const { return regions_.size(); }
  std::size_t zones() const { return zone_region_.size(); }
  const std::string& region_name(RegionIndex region) const { return regions_[region].name; }
  /// Throws std::out_of_range for a name that no region has.
  RegionIndex region(const std::string& name) const;
  /// "eu-west-1a": the region's name and a letter.
  const std::string& zone_name(ZoneIndex zone) const { return zone_names_[zone]; }
  Place place(RegionIndex region) const { return {regions_[region].latitude, regions_[region].longitude}; }
  RegionIndex region_of(ZoneIndex zone) const { return zone_region_[zone]; }
  ZoneIndex first_zone(RegionIndex region) const { return first_zone_[region]; }
  const RegionSpec& spec(RegionIndex region) const { return regions_[region]; }
  int zones_of(RegionIndex region) const { return regions_[region].zones; }
  std::vector<ZoneIndex> zones_in(RegionIndex region) const;

  /// Half a round trip between machines of two zones.
  Duration one_way(ZoneIndex a, ZoneIndex b) const { return one_way_[a * zones() + b]; }
  /// Half a round trip over fibre between a place and a region.
  Duration one_way(Place place, RegionIndex region) const { return fibre(place, this->place(region)); }
  Duration fibre(Place a, Place b) const;

  /// Regions from the nearest to the farthest.
  std::vector<RegionIndex> by_distance(Place place) const;

 private:
  std::vector<RegionSpec> regions_;
  CloudNetworkSpec network_;
  std::vector<std::string> zone_names_;
  std::vector<RegionIndex> zone_region_;
  std::vector<ZoneIndex> first_zone_;
  std::vector<Duration> one_way_;
};

}  // namespace streamtwin::places
