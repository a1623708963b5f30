// Times to detect, by cases that are computed by hand.
#include "models/chaos/detection.hpp"

#include <gtest/gtest.h>

namespace streamtwin::chaos {
namespace {

const std::vector<Notice> notices{
    {at(5s), NoticeKind::evicted, "a/z/0", "registry"},     // before anything is struck
    {at(12s), NoticeKind::tripped, "a/z/1", "web/z/0"},     // not struck
    {at(14s), NoticeKind::tripped, "a/z/0", "web/z/3"},     // 4 s after it
    {at(40s), NoticeKind::taken_out, "a/z/2", "balancer"},  // the other one
    {at(50s), NoticeKind::taken_out, "a/z/0", "balancer"},  //
    {at(80s), NoticeKind::tripped, "a/z/0", "web/z/3"},     // found out again
    {at(100s), NoticeKind::serving, "a/z/0", "spare"},      //
    {at(120s), NoticeKind::circuit_open, "a", "web/z/1"},   // its service
    {at(130s), NoticeKind::evicted, "a/z/2", "registry"},   // struck anew meanwhile
};

TEST(Detections, AreTheFirstOfEachKindThatNameWhatWasHit) {
  const std::vector<Strike> strikes{{0, at(10s), {"a", "a/z/0", "a/z/2"}}};
  const std::vector<Detection> found = detections(strikes, 0, notices);
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0].what, NoticeKind::tripped);
  EXPECT_EQ(found[0].after, 4s);
  EXPECT_EQ(found[0].by, "web/z/3");
  EXPECT_EQ(found[0].targets, 1u) << "found out twice, and one all the same";
  EXPECT_EQ(found[0].last, 4s);
  EXPECT_EQ(found[1].what, NoticeKind::taken_out);
  EXPECT_EQ(found[1].first, "a/z/2");
  EXPECT_EQ(found[1].after, 30s);
  EXPECT_EQ(found[1].last, 40s);
  EXPECT_EQ(found[1].targets, 2u);
  EXPECT_EQ(found[4].what, NoticeKind::evicted);
  EXPECT_EQ(time_to_detect(found), 4s);
}

TEST(Detections, AreTheLatestStrikesThatHitTheSame) {
  const std::vector<Strike> strikes{{0, at(10s), {"a", "a/z/0", "a/z/2"}}, {1, at(125s), {"a", "a/z/2"}}};
  EXPECT_EQ(detections(strikes, 0, notices).back().what, NoticeKind::circuit_open) << "the eviction is the second's";
  const std::vector<Detection> second = detections(strikes, 1, notices);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(time_to_detect(second), 5s);
}

TEST(Detections, AreNoneWhereOnlyAnotherServesInstead) {
  const std::vector<Strike> strikes{{0, at(90s), {"a/z/0"}}};
  const std::vector<Detection> found = detections(strikes, 0, notices);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, NoticeKind::serving);
  EXPECT_FALSE(time_to_detect(found));
}

TEST(Detections, AreNoneOfWhatNobodyCanName) { EXPECT_TRUE(detections({{0, at(0s), {}}}, 0, notices).empty()); }

}  // namespace
}  // namespace streamtwin::chaos
