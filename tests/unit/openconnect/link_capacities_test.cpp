// What delivery links carry, in Germany: large and small exchanges, embedded sites, groups of members.
#include "models/openconnect/link_capacities.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace streamtwin::openconnect {
namespace {

using namespace literals;

class Germany : public testing::Test {
 protected:
  const Site& site(std::string_view name) const {
    return *std::find_if(topology_.sites.begin(), topology_.sites.end(), [&](const Site& s) { return s.name == name; });
  }
  const ClientGroup& group(std::string_view name) const {
    return *std::find_if(topology_.groups.begin(), topology_.groups.end(), [&](const ClientGroup& g) { return g.name == name; });
  }
  DeliverySpec spec_{.sample = 2_pct, .site_link = 90_pct, .peering_link = 40_pct};
  Topology topology_ = build_topology("Germany");
  LinkCapacities capacities_{spec_, topology_, 50'000};
};

TEST_F(Germany, PortsAndSitesCarryTheirShareOfTheSample) {
  const Appliance& appliance = topology_.appliances.front();
  EXPECT_DOUBLE_EQ(capacities_.port(appliance).value(), appliance.network.value() * 0.02);
  const Site& embedded = site("dus001.isp-2.isp");
  EXPECT_DOUBLE_EQ(capacities_.embedded(embedded).value(), embedded.network.value() * 0.02 * 0.9);
}

TEST_F(Germany, EveryExchangeServesTheGroupAtHomeThereWithTheSameShare) {
  for (const auto& [exchange, home] : {std::pair{"dus001.ix", "peers.dus"}, {"ber001.ix", "peers.ber"}, {"muc001.ix", "peers.muc"}}) {
    const double whole = site(exchange).network.value() * 0.02;
    EXPECT_DOUBLE_EQ(capacities_.peering(site(exchange), group(home)).value(), whole * 0.4) << exchange;
  }
}

TEST_F(Germany, OtherGroupsHaveLinksByTheirMembersAndNoneAWiderOne) {
  const Site& munich = site("muc001.ix");
  const BitRate home = capacities_.peering(munich, group("peers.muc"));
  EXPECT_EQ(capacities_.peering(munich, group("peers.dus")), home) << "a larger group from elsewhere";
  const ClientGroup& small = group("isp-1.agb");
  EXPECT_NEAR(capacities_.peering(munich, small) / home, small.weight / group("peers.muc").weight, 1e-12);
}

TEST_F(Germany, AccessNetworksAreAsWideAsTheirMembersNeed) {
  BitRate together{0};
  for (const ClientGroup& each : topology_.groups) together += capacities_.access(each);
  EXPECT_NEAR(together / (spec_.access_per_member * 50'000), 1, 0.01);
}

}  // namespace
}  // namespace streamtwin::openconnect
