// What each delivery link of a run can carry, under the sample of the country that it simulates: the ports of the
// appliances, the links of sites to providers, the shared access networks of client groups.
#pragma once

#include <vector>

#include "models/openconnect/delivery_spec.hpp"
#include "models/openconnect/topology.hpp"

namespace streamtwin::openconnect {

class LinkCapacities {
 public:
  /// `topology` must outlive this; `members`: how many the run simulates.
  LinkCapacities(const DeliverySpec& spec, const Topology& topology, long members);

  BitRate port(const Appliance& appliance) const { return appliance.network * sample_; }
  /// Of an embedded site into its provider's network.
  BitRate embedded(const Site& site) const { return site.network * (sample_ * site_link_); }
  /// Of an exchange's site to a client group, by the group's members: the largest of the groups whose nearest exchange
  /// it is gets the configured share, and no other gets more.
  BitRate peering(const Site& site, const ClientGroup& group) const;
  BitRate access(const ClientGroup& group) const;

 private:
  double sample_, site_link_, peering_link_;
  BitRate access_per_member_;
  double members_;
  double weights_ = 0;                ///< of all groups
  std::vector<double> largest_home_;  ///< by SiteId: the weight of the largest group at home there
};

}  // namespace streamtwin::openconnect
