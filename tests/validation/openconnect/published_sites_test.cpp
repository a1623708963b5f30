// The fleet as listed in August 2023, given back by the topology.
#include <gtest/gtest.h>

#include <map>

#include "models/clients/demand_titles.hpp"
#include "models/openconnect/placement.hpp"
#include "models/openconnect/topology.hpp"

namespace streamtwin::openconnect {
namespace {

struct World {
  std::map<std::uint32_t, int> isp_sites_by_size;
  int isp_sites = 0, ixp_sites = 0;
  std::uint32_t isp_appliances = 0, ixp_appliances = 0, largest_isp = 0, largest_ixp = 0;
};

World whole_world() {
  World world;
  for (const std::string& country : listed_countries()) {
    const Topology topology = build_topology(country, {.foreign_exchanges = 0});
    for (const Site& site : topology.sites) {
      const bool isp = site.kind == SiteKind::isp;
      ++(isp ? world.isp_sites : world.ixp_sites);
      (isp ? world.isp_appliances : world.ixp_appliances) += site.appliances;
      std::uint32_t& largest = isp ? world.largest_isp : world.largest_ixp;
      largest = std::max(largest, site.appliances);
      if (isp) ++world.isp_sites_by_size[site.appliances];
    }
  }
  return world;
}

TEST(ListedFleet, CountsAgreeWithTheListing) {
  const World world = whole_world();
  EXPECT_EQ(world.isp_sites, 3012);
  EXPECT_EQ(world.isp_appliances, 5531u);
  EXPECT_EQ(world.ixp_sites, 75);
  EXPECT_EQ(world.ixp_appliances, 2620u);
  EXPECT_EQ(world.largest_isp, 18u);
  EXPECT_EQ(world.largest_ixp, 194u);
}

TEST(ListedFleet, SiteSizesFollowThePublishedHistogram) {
  const auto sizes = whole_world().isp_sites_by_size;
  // Per metro only the number of sites and the largest are known: the split between is ours.
  EXPECT_NEAR(sizes.at(1), 1832, 0.03 * 1832);
  EXPECT_NEAR(sizes.at(2), 672, 0.06 * 672);
  EXPECT_NEAR(sizes.at(3), 225, 0.12 * 225);
  EXPECT_NEAR(sizes.at(4), 88, 0.25 * 88);
  EXPECT_NEAR(sizes.at(5), 73, 0.25 * 73);
  EXPECT_NEAR(sizes.at(6), 46, 0.25 * 46);
}

TEST(ListedFleet, ASplitKeepsCountsAndLargest) {
  const auto sizes = split_sites(15, 41, 15, "NetherlandsAMS");
  EXPECT_EQ(sizes.size(), 15u);
  EXPECT_EQ(sizes.front(), 15u);
  std::uint32_t sum = 0;
  for (std::uint32_t size : sizes) sum += size;
  EXPECT_EQ(sum, 41u);
  EXPECT_THROW(split_sites(2, 9, 4, "x"), std::invalid_argument);
  EXPECT_THROW(split_sites(0, 0, 0, "x"), std::invalid_argument);
}

TEST(ListedFleet, MembersOfACountryAddUpToOne) {
  for (const char* country : {"Netherlands", "United States", "Germany"}) {
    double sum = 0;
    for (const ClientGroup& group : build_topology(country).groups) sum += group.weight.value();
    EXPECT_NEAR(sum, 1, 1e-12) << country;
  }
}

TEST(ListedFleet, AnEmbeddedStorageBoxHoldsTheHeadThatCarriesMostViewing) {
  // 0.85 PB of catalogue over 18,214 titles: one 200 TB box holds a quarter of it and nine tenths of the
  // viewing.
  const auto titles = clients::TitlePopularity::published();
  std::vector<PlacedContent> contents;
  for (std::size_t i = 0; i < titles.titles(); ++i)
    contents.push_back({titles.share(i), Bytes{0.85e15 / static_cast<double>(titles.titles())}});
  const Appliance box{.disk = Bytes{200e12}, .name = "c001"};
  const std::size_t held = place_cluster({}, contents, std::span(&box, 1)).front().size();
  EXPECT_NEAR(titles.share_of_top(held).value(), 0.90, 0.02);
}

}  // namespace
}  // namespace streamtwin::openconnect
