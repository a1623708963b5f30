#include "models/edge/dns/region_watch.hpp"

#include <gmock/gmock.h>

namespace streamtwin::dns {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(RegionWatch, TakesARegionOutOnceItHasBeenSilentForAWhile) {
  RegionWatch watch(3, 60s);
  EXPECT_THAT(watch.look({true, true, true}, at(0s)), IsEmpty());
  EXPECT_THAT(watch.look({false, true, true}, at(10s)), IsEmpty());
  EXPECT_THAT(watch.look({false, true, true}, at(69s)), IsEmpty());
  const auto changes = watch.look({false, true, true}, at(70s));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].region, 0);
  ASSERT_THAT(changes[0].to, SizeIs(2));
  EXPECT_EQ(changes[0].to[0].to, 1);
  EXPECT_EQ(changes[0].to[1].to, 2);
  EXPECT_DOUBLE_EQ(changes[0].to[1].weight.value(), 0.5);
  EXPECT_THAT(watch.look({false, true, true}, at(80s)), IsEmpty()) << "said once";
}

TEST(RegionWatch, NamesItAgainAsSoonAsItAnswers) {
  RegionWatch watch(2, 0s);
  ASSERT_THAT(watch.look({true, false}, at(10s)), SizeIs(1));
  const auto back = watch.look({true, true}, at(20s));
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].region, 1);
  EXPECT_THAT(back[0].to, IsEmpty());
  EXPECT_THAT(watch.look({true, true}, at(30s)), IsEmpty());
}

TEST(RegionWatch, ASilenceThatEndsInTimeCountsForNothing) {
  RegionWatch watch(2, 60s);
  EXPECT_THAT(watch.look({false, true}, at(0s)), IsEmpty());
  EXPECT_THAT(watch.look({true, true}, at(50s)), IsEmpty());
  EXPECT_THAT(watch.look({false, true}, at(60s)), IsEmpty()) << "the clock begins anew";
  EXPECT_THAT(watch.look({false, true}, at(120s)), SizeIs(1));
}

TEST(RegionWatch, WithNobodyLeftItWaitsForSomebody) {
  RegionWatch watch(2, 0s);
  EXPECT_THAT(watch.look({false, false}, at(0s)), IsEmpty());
  const auto changes = watch.look({false, true}, at(10s));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].region, 0);
}

}  // namespace
}  // namespace streamtwin::dns
