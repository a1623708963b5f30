#include "models/delivery/pipeline/ec2_groups.hpp"

#include <algorithm>
#include <optional>

namespace streamtwin::delivery {

int Ec2Groups::adopt(rpc::ServerGroup& group) {
  for (const ZoneIndex zone : zones_) fleet_.adopt(service_, zone, group);
  return size(group);
}

int Ec2Groups::size(const rpc::ServerGroup& group) const {
  int size = 0;
  for (const ZoneIndex zone : zones_) size += fleet_.size(group, zone);
  return size;
}

void Ec2Groups::reach(rpc::ServerGroup& group, int desired) {
  int missing = desired - size(group);
  for (; missing > 0 && launch_one(group); --missing) {
  }
  fleet_.ask_back(image_, zones_, missing);
  for (; missing < 0 && end_one(group); ++missing) {
  }
}

// In the zone with the fewest of those that have a machine.
bool Ec2Groups::launch_one(rpc::ServerGroup& group) {
  std::optional<ZoneIndex> smallest;
  for (const ZoneIndex zone : zones_) {
    if (fleet_.has_capacity(zone, image_.type) && (!smallest || fleet_.size(group, zone) < fleet_.size(group, *smallest))) smallest = zone;
  }
  if (smallest) fleet_.grow(service_, image_, *smallest, &group);
  return smallest.has_value();
}

// In the zone with the most: one that does not serve yet, else the one that has served longest.
bool Ec2Groups::end_one(const rpc::ServerGroup& group) {
  std::vector<ZoneIndex> zones = zones_;
  std::stable_sort(zones.begin(), zones.end(), [&](ZoneIndex a, ZoneIndex b) { return fleet_.size(group, a) > fleet_.size(group, b); });
  for (const ZoneIndex zone : zones) {
    if (fleet_.give_up_one(group, zone)) return true;
    for (const rpc::Instance& instance : service_.instances()) {
      if (instance.group() == &group && instance.zone == zone && fleet_.terminate(instance, true)) return true;
    }
  }
  return false;
}

}  // namespace streamtwin::delivery
