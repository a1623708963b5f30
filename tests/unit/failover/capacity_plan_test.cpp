#include "models/failover/capacity_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamtwin::failover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr RegionIndex oregon = 0, virginia = 1, ireland = 2;

ServiceStrength service(double visits, double each, int instances, int dark = 0) {
  return {.visits = visits, .each_instance = Rate{each}, .instances = instances, .dark = dark};
}
Candidate candidate(RegionIndex region, double load, double bearable) { return {region, Rate{load}, Rate{bearable}}; }
edge::Saviour saviour(RegionIndex to, double weight) { return {to, Fraction{weight}}; }

TEST(CapacityPlan, AsksForWhatIsPredictedOverWhatAnInstanceBears) {
  EXPECT_EQ(further_instances(Rate{1500}, service(1, 100, 10)), 5);
  EXPECT_EQ(further_instances(Rate{1501}, service(1, 100, 10)), 6) << "a part of one is one";
  EXPECT_EQ(further_instances(Rate{1500}, service(2, 100, 10)), 20) << "each request comes to it twice";
  EXPECT_EQ(further_instances(Rate{900}, service(1, 100, 10)), 0) << "never fewer than there are";
  EXPECT_EQ(further_instances(Rate{0.3}, service(1, 0.1, 0)), 3) << "0.3 / 0.1 is 3 but for rounding";
}

TEST(CapacityPlan, ARegionBearsWhatItsFirstServiceToBeFullDoes) {
  const std::vector<ServiceStrength> services{service(1, 100, 10, 5), service(3, 100, 24, 12), service(0, 1, 0)};
  EXPECT_DOUBLE_EQ(bearable(services, false).value(), 800);
  EXPECT_DOUBLE_EQ(bearable(services, true).value(), 1200);
}

TEST(CapacityPlan, ARegionIsShortWhereAServiceIs) {
  const std::vector<ServiceStrength> services{service(1, 100, 10, 5), service(3, 100, 24, 12)};
  EXPECT_FALSE(is_short(Rate{800}, services));
  EXPECT_TRUE(is_short(Rate{801}, services)) << "the second one, and dark instances serve nobody";
  EXPECT_FALSE(is_short(Rate{801}, {}));
}

TEST(CapacityPlan, WhoHasRoomTakesAsMuchAsItHas) {
  EXPECT_THAT(choose_saviours(std::vector{candidate(oregon, 400, 700), candidate(virginia, 300, 400)}),
              ElementsAre(saviour(oregon, 0.75), saviour(virginia, 0.25)));
  EXPECT_THAT(choose_saviours(std::vector{candidate(oregon, 400, 700), candidate(virginia, 500, 400)}), ElementsAre(saviour(oregon, 1)))
      << "one without room takes none";
  EXPECT_THAT(choose_saviours(std::vector{candidate(oregon, 700, 700), candidate(virginia, 500, 400)}),
              ElementsAre(saviour(oregon, 0.5), saviour(virginia, 0.5)))
      << "without room anywhere they share";
  EXPECT_THAT(choose_saviours({}), IsEmpty());
}

TEST(CapacityPlan, SaysWhatThereIsNoRoomFor) {
  EXPECT_EQ(too_much(Rate{500}, std::vector{candidate(oregon, 400, 700), candidate(virginia, 500, 400)}), Rate{200});
  EXPECT_EQ(too_much(Rate{300}, std::vector{candidate(oregon, 400, 700)}), Rate{0});
}

TEST(CapacityPlan, TheTrafficOfALostSaviourGoesToItsOwn) {
  EXPECT_THAT(instead_of(oregon, {saviour(oregon, 0.6), saviour(virginia, 0.4)}, {saviour(virginia, 0.5), saviour(ireland, 0.5)}),
              ElementsAre(saviour(virginia, 0.7), saviour(ireland, 0.3)));
  EXPECT_THAT(instead_of(oregon, {saviour(virginia, 1)}, {saviour(ireland, 1)}), ElementsAre(saviour(virginia, 1)));
}

TEST(Saviours, ThoseWhoAskAreSharedOutByWeight) {
  const edge::Saviours saviours{saviour(oregon, 3), saviour(virginia, 1)};
  EXPECT_EQ(edge::choose_saviour(saviours, 0.74), oregon);
  EXPECT_EQ(edge::choose_saviour(saviours, 0.76), virginia);
  EXPECT_EQ(edge::choose_saviour(saviours, 0.9999), virginia);
}

}  // namespace
}  // namespace streamtwin::failover
