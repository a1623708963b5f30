#include "models/clients/group_roads.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/math.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {

GroupRoads::Number GroupRoads::add(Disturbance disturbance) {
  known_.push_back({std::move(disturbance)});
  return known_.size() - 1;
}

// Drawn up anew each time, so that nothing is left of one that has ended.
void GroupRoads::set(Number number, bool active) {
  known_[number].active = active;
  for (std::size_t group = random_.size(); group < names_.size(); ++group)
    random_.push_back(Simulation::current().stream("client group " + names_[group], "messages"));
  roads_.clear();
  if (std::none_of(known_.begin(), known_.end(), [](const Known& known) { return known.active; })) return;
  roads_.resize(names_.size() * ends_);
  for (const Known& known : known_) {
    if (known.active) disturb(known.disturbance);
  }
}

void GroupRoads::disturb(const Disturbance& disturbance) {
  const auto add = [&](Road& road) {
    road.there += disturbance.road;
    if (disturbance.both_ways) road.back += disturbance.road;
  };
  for (const std::uint16_t group : disturbance.groups) {
    for (const RegionIndex region : disturbance.regions) add(roads_[index(group, region)]);
    for (const openconnect::SiteId site : disturbance.sites) add(roads_[index(group, regions_ + site)]);
  }
}

rpc::Way GroupRoads::disturbed(std::uint16_t group, std::size_t end, rpc::Way plain) {
  const Road& road = roads_[index(group, end)];
  plain.there = road.there.takes(plain.there, random_[group]);
  plain.back = road.back.takes(plain.back, random_[group]);
  return plain;
}

BitRate GroupRoads::rate_with_losses(Fraction loss, Duration round_trip) {
  /// Of Ethernet, with IPv4 and TCP.
  constexpr Bytes segment{1460};
  /// The paper's C where every segment is acknowledged: the root of 3/2.
  constexpr double c = 1.2247448713915890;
  if (loss.value() <= 0 || round_trip <= Duration{0}) return BitRate{HUGE_VAL};
  return c / math::sqrt(loss.value()) * (segment / round_trip);
}

}  // namespace streamtwin::clients
