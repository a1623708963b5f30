// Lists of appliances from files.
#include "models/openconnect/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::openconnect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ListingFile : public testing::Test {
 protected:
  InputFile file(const std::string& text) const {
    const std::string path = folder_.write("list.csv", text).string();
    return {path, path};
  }

 private:
  const ScratchFolder folder_;
};

TEST_F(ListingFile, OfAddressesCountsEachApplianceOnce) {
  const std::string header = "City,Country,IP Version,C Number,Airport Code,Airport Code Number,ISP Name,CDN Type,Latitude,Longitude\n";
  const auto rows = listing(file(header + "Here,Nowhere,IPv4,c001,HER,1,Isp,ISP,10,20\nHere,Nowhere,IPv6,c001,HER,1,Isp,ISP,10,20\n" +
                                 "Here,Nowhere,IPv4,c002,HER,1,Isp,ISP,10,20\nHere,Nowhere,IPv4,c001,HER,1,Other,ISP,10,20\n" +
                                 "Here,Nowhere,IPv4,c001,HER,1,,IXP,10,20\n"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].kind, SiteKind::isp);
  EXPECT_THAT((std::vector{rows[0].sites, rows[0].appliances, rows[0].largest}), ElementsAre(2, 3, 2));
  EXPECT_EQ(rows[1].kind, SiteKind::ixp);
  EXPECT_EQ(rows[1].place.latitude, 10);
}

TEST_F(ListingFile, OfMetrosBuildsATopology) {
  TopologySpec config;
  config.sites = file("kind;country;metro;airport;latitude;longitude;sites;appliances;largest_site\nisp;Nowhere;Here;HER;10,5;20;2;3;2\n");
  EXPECT_THAT(listed_countries(config.sites), ElementsAre("Nowhere"));
  const Topology topology = build_topology("Nowhere", config);
  EXPECT_EQ(topology.sites.size(), 2u);
  EXPECT_EQ(topology.appliances.size(), 3u);
  EXPECT_EQ(topology.sites[0].place.latitude, 10.5);
}

TEST_F(ListingFile, ThatCannotBeUsedIsRefusedWithItsPlace) {
  const std::string header = "kind,country,metro,airport,latitude,longitude,sites,appliances,largest_site\n";
  const auto refused = [&](const std::string& text) { return refusal_of<std::invalid_argument>([&] { listing(file(text)); }); };
  EXPECT_THAT(refused(header + "isp,A,B,C,91,0,1,1,1\n"), HasSubstr("list.csv:2: `latitude` is `91`; expected a number from -90 to 90"));
  EXPECT_THAT(refused(header + "isp,A,B,C,0,0,2,9,3\n"),
              HasSubstr("list.csv:2: 9 appliances do not fit 2 sites of which the largest has 3"));
  EXPECT_THAT(refused(header + "cdn,A,B,C,0,0,1,1,1\n"), HasSubstr("list.csv:2: `kind` is `cdn`"));
  EXPECT_THAT(refused("a,b\n1,2\n"), HasSubstr("list.csv:1: no column `kind`"));
}

TEST(ListingFiles, OfThePublishedAddressesAreTheTableThatIsCompiledIn) {
  const char* data = std::getenv("STREAMTWIN_DATA");
  if (!data) GTEST_SKIP() << "STREAMTWIN_DATA is not set: the published list is not at hand";
  const std::string path = (std::filesystem::path(data) / "oca-list/Netflix_OCAs_02-08-2023.csv").string();
  const auto totals = [](const std::vector<Listed>& rows) {
    std::vector<std::uint32_t> sums(3, 0);
    for (const Listed& row : rows) sums = {sums[0] + 1, sums[1] + row.sites, sums[2] + row.appliances};
    return sums;
  };
  EXPECT_EQ(totals(listing({path, path})), totals(listing({})));
}

}  // namespace
}  // namespace streamtwin::openconnect
