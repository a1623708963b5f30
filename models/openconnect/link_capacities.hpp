// What each delivery link of a run can carry, in bits per second, under the sample of the country that it simulates: the
// ports of the appliances, the links of sites to providers, the shared access networks of client groups. A run with one
// member in a thousand has links a thousandth as wide, so that they fill as the country's do. Ports are
// those of the appliance's class (topology.hpp); the shares of peering and access are keys of delivery_spec.hpp, and
// assumptions.
#pragma once

#include <vector>

#include "models/openconnect/delivery_spec.hpp"
#include "models/openconnect/topology.hpp"

namespace streamtwin::openconnect {

class LinkCapacities {
 public:
  /// `topology` must outlive this; `members`: how many the run simulates.
  LinkCapacities(const DeliverySpec& spec, const Topology& topology, long members);

  /// Of an appliance's network card.
  BitRate port(const Appliance& appliance) const { return appliance.network * sample_; }
  /// Of an embedded site into its provider's network.
  BitRate embedded(const Site& site) const { return site.network * (sample_ * site_link_); }
  /// Of an exchange's site to a client group, by the group's members: the largest of the groups whose nearest exchange
  /// it is gets the configured share, and no other gets more.
  BitRate peering(const Site& site, const ClientGroup& group) const;
  /// Of the access network that the members of a group share: so much for each member who lives there.
  BitRate access(const ClientGroup& group) const;

 private:
  double sample_, site_link_, peering_link_;
  BitRate access_per_member_;
  double members_;
  double weights_ = 0;                ///< of all groups
  std::vector<double> largest_home_;  ///< by SiteId: the weight of the largest group at home there
};

}  // namespace streamtwin::openconnect
