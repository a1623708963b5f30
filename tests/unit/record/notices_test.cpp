#include "sim-core/record/notices.hpp"

#include <gtest/gtest.h>

#include "sim-core/record/recorder.hpp"

namespace streamtwin {
namespace {

TEST(Notices, SayTheSameOfATargetOnceAMinute) {
  Notices notices;
  notices.add(at(10s), NoticeKind::tripped, "ratings/eu-west-1a/0", "web/eu-west-1a/0");
  notices.add(at(69s), NoticeKind::tripped, "ratings/eu-west-1a/0", "web/eu-west-1a/1");
  notices.add(at(70s), NoticeKind::tripped, "ratings/eu-west-1a/0", "web/eu-west-1a/2");
  ASSERT_EQ(notices.all().size(), 2u);
  EXPECT_EQ(notices.all().front().by, "web/eu-west-1a/0");
  EXPECT_EQ(notices.all().back().time, at(70s));
}

TEST(Notices, AreOfATargetAndOfAKind) {
  Notices notices;
  notices.add(at(1s), NoticeKind::tripped, "ratings/eu-west-1a/0", "web/eu-west-1a/0");
  notices.add(at(1s), NoticeKind::evicted, "ratings/eu-west-1a/0", "eureka");
  notices.add(at(1s), NoticeKind::tripped, "ratings/eu-west-1a/1", "web/eu-west-1a/0");
  EXPECT_EQ(notices.all().size(), 3u);
}

TEST(Notices, AreNoPartOfADigest) {
  Recorder silent, loud;
  loud.notices.add(at(1s), NoticeKind::dns, "eu-west-1a", "dns");
  EXPECT_EQ(silent.digest().text(), loud.digest().text());
}

}  // namespace
}  // namespace streamtwin
