// Whether a region is in trouble, and whether that is the region's own: stream starts a second (SPS) against the same time of
// yesterday and of a week ago, as Netflix watches its service. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/edge/saviours.hpp"
#include "models/failover/failover_spec.hpp"
#include "models/places/ids.hpp"

namespace streamtwin::failover {

/// What a region has done in a period, and in the same period of a day and of a week ago.
struct Reading {
  double starts = 0;
  double yesterday = 0;
  double last_week = 0;
  bool watched = true;  ///< it is not when its traffic is sent elsewhere
};

bool is_low(const Reading& reading, const DetectionSpec& spec);

class Detector {
 public:
  Detector(std::size_t regions, const DetectionSpec& spec) : spec_(spec), low_since_(regions) {}

  /// A period that began then is over; a reading for each region.
  void add(std::span<const Reading> readings, Instant began);
  /// Since when a region's starts have been low.
  std::optional<Instant> low_since(RegionIndex region) const { return low_since_[region]; }
  /// A region that has been low for so long, and no other is: what all of them have is not regional, and would go along.
  std::optional<RegionIndex> in_trouble(Duration so_long, Instant now) const;
  /// Whether more than one is low.
  bool several_low() const;
  /// One that takes traffic since then and has been low for too long: the trouble has followed.
  std::optional<RegionIndex> followed_to(std::span<const edge::Saviour> saviours, Instant since, Instant now) const;

 private:
  DetectionSpec spec_;
  std::vector<std::optional<Instant>> low_since_;  ///< by region
};

}  // namespace streamtwin::failover
