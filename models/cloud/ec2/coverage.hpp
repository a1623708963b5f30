// Which running instances reservations cover. Facts: Amazon EC2 User Guide, "How Reserved Instance discounts are applied" and
// "Instance size flexibility determined by normalization factor": a zonal one covers its type in its zone, a regional one the family
// of its type in its region, from the smallest size up, and larger ones in part; whoever bought it comes before others.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "models/cloud/ec2/instance_types.hpp"
#include "models/places/ids.hpp"

namespace streamtwin::ec2 {

/// "m5" of "m5.2xlarge".
std::string_view family_of(std::string_view type);
/// 4 of "m5.large", 16 of "m5.2xlarge", 192 of "m5.metal": how much of a reservation an instance needs.
double normalisation_factor(std::string_view type);

/// What sums of parts of instances are off by at most.
inline constexpr double rounding_of_parts = 1e-6;

/// Instances that are paid for in advance.
struct Purchase {
  const InstanceType* type;
  std::vector<ZoneIndex> zones;
  bool zonal;  ///< in one zone, for one type
  double instances;
};

/// Instances of a type in a zone that somebody runs.
struct Running {
  const InstanceType* type;
  ZoneIndex zone;
  bool borrowed;  ///< covered with what their owners leave
  double instances;
};

/// So many of some running ones by a purchase.
struct Cover {
  std::size_t purchase, running;
  double instances;
};

bool matches(const Purchase& purchase, const InstanceType& type, ZoneIndex zone);

/// Zonal purchases first, then in their order. Where one does not suffice for all that come at once, all have the same share.
std::vector<Cover> cover(const std::vector<Purchase>& purchases, const std::vector<Running>& running);

}  // namespace streamtwin::ec2
