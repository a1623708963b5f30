// Published figures that the demand model must give back.
#include <gtest/gtest.h>

#include "models/clients/demand_titles.hpp"

namespace streamtwin::clients {
namespace {

TEST(PublishedViewing, SharesOfTheTopTitlesAgreeWithTheEngagementReport) {
  const TitlePopularity titles = TitlePopularity::published();
  EXPECT_EQ(titles.titles(), 18'214u);
  EXPECT_NEAR(titles.share_of_top(10).value(), 0.053, 0.0005);
  EXPECT_NEAR(titles.share_of_top(50).value(), 0.133, 0.0005);
  EXPECT_NEAR(titles.share_of_top(100).value(), 0.196, 0.0005);
  EXPECT_NEAR(titles.share_of_top(200).value(), 0.280, 0.001);
  EXPECT_NEAR(titles.share_of_top(500).value(), 0.429, 0.0005);
  EXPECT_NEAR(titles.share_of_top(1000).value(), 0.575, 0.0005);
  EXPECT_NEAR(titles.share_of_top(2000).value(), 0.732, 0.0005);
  EXPECT_NEAR(titles.share_of_top(5000).value(), 0.911, 0.0005);
  EXPECT_NEAR(titles.share_of_top(10'000).value(), 0.982, 0.0005);
}

TEST(PublishedViewing, DrawsReproduceTheShares) {
  const TitlePopularity titles = TitlePopularity::published();
  Random random(1, "members", "title");
  constexpr int draws = 400'000;
  int top_10 = 0, top_100 = 0, top_1000 = 0;
  for (int i = 0; i < draws; ++i) {
    const std::size_t title = titles.draw(random);
    top_10 += title < 10;
    top_100 += title < 100;
    top_1000 += title < 1000;
  }
  EXPECT_NEAR(top_10 / double{draws}, 0.053, 0.002);
  EXPECT_NEAR(top_100 / double{draws}, 0.196, 0.003);
  EXPECT_NEAR(top_1000 / double{draws}, 0.575, 0.004);
}

TEST(PublishedViewing, ASmallerCatalogueKeepsTheProportionsOfItsHead) {
  const TitlePopularity all = TitlePopularity::published(), head = TitlePopularity::head(1000);
  EXPECT_NEAR(head.share(0) / head.share(99), all.share(0) / all.share(99), 1e-9);
  EXPECT_DOUBLE_EQ(head.share_of_top(1000).value(), 1);
}

}  // namespace
}  // namespace streamtwin::clients
