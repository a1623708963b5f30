#include "models/openconnect/link_capacities.hpp"

#include <algorithm>

namespace streamtwin::openconnect {
namespace {

const Site* nearest_exchange(const Topology& topology, const ClientGroup& group) {
  const Site* nearest = nullptr;
  for (const Site& site : topology.sites) {
    if (site.kind != SiteKind::ixp) continue;
    if (!nearest || places::distance(group.place, site.place) < places::distance(group.place, nearest->place)) nearest = &site;
  }
  return nearest;
}

}  // namespace

LinkCapacities::LinkCapacities(const DeliverySpec& spec, const Topology& topology, long members)
    : sample_(spec.sample.value()),
      site_link_(spec.site_link.value()),
      peering_link_(spec.peering_link.value()),
      access_per_member_(spec.access_per_member),
      members_(static_cast<double>(members)),
      largest_home_(topology.sites.size(), 0) {
  double largest = 0;
  for (const ClientGroup& group : topology.groups) {
    const double weight = group.weight.value();
    weights_ += weight;
    largest = std::max(largest, weight);
    if (const Site* home = nearest_exchange(topology, group)) largest_home_[home->id] = std::max(largest_home_[home->id], weight);
  }
  // Nobody is at home at an exchange abroad.
  for (double& home : largest_home_) home = home > 0 ? home : largest;
}

BitRate LinkCapacities::peering(const Site& site, const ClientGroup& group) const {
  const double share = std::min(1.0, group.weight.value() / largest_home_[site.id]);
  return site.network * (sample_ * peering_link_ * share);
}

BitRate LinkCapacities::access(const ClientGroup& group) const {
  return access_per_member_ * std::max(1.0, group.weight.value() / weights_ * members_);
}

}  // namespace streamtwin::openconnect
