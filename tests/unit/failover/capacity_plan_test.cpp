#include "models/failover/capacity_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamtwin::failover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr RegionIndex west = 0, east = 1, europe = 2;

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

TEST(CapacityPlan, WhoHasRoomTakesAsMuchAsItHas) {
  EXPECT_THAT(choose_saviours(std::vector{candidate(west, 400, 700), candidate(east, 300, 400)}),
              ElementsAre(saviour(west, 0.75), saviour(east, 0.25)));
  EXPECT_THAT(choose_saviours(std::vector{candidate(west, 400, 700), candidate(east, 500, 400)}), ElementsAre(saviour(west, 1)))
      << "one without room takes none";
  EXPECT_THAT(choose_saviours(std::vector{candidate(west, 700, 700), candidate(east, 500, 400)}),
              ElementsAre(saviour(west, 0.5), saviour(east, 0.5)))
      << "without room anywhere they share";
  EXPECT_THAT(choose_saviours({}), IsEmpty());
}

TEST(CapacityPlan, SaysWhatThereIsNoRoomFor) {
  EXPECT_EQ(too_much(Rate{500}, std::vector{candidate(west, 400, 700), candidate(east, 500, 400)}), Rate{200});
  EXPECT_EQ(too_much(Rate{300}, std::vector{candidate(west, 400, 700)}), Rate{0});
}

TEST(CapacityPlan, TheTrafficOfALostSaviourGoesToItsOwn) {
  EXPECT_THAT(instead_of(west, {saviour(west, 0.6), saviour(east, 0.4)}, {saviour(east, 0.5), saviour(europe, 0.5)}),
              ElementsAre(saviour(east, 0.7), saviour(europe, 0.3)));
  EXPECT_THAT(instead_of(west, {saviour(east, 1)}, {saviour(europe, 1)}), ElementsAre(saviour(east, 1)));
}

TEST(Saviours, ThoseWhoAskAreSharedOutByWeight) {
  const edge::Saviours saviours{saviour(west, 3), saviour(east, 1)};
  EXPECT_EQ(edge::choose_saviour(saviours, 0.74), west);
  EXPECT_EQ(edge::choose_saviour(saviours, 0.76), east);
  EXPECT_EQ(edge::choose_saviour(saviours, 0.9999), east);
}

}  // namespace
}  // namespace streamtwin::failover
