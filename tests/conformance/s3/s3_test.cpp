// S3 by its published figures: requests a second of a prefix, parts of an upload, who sees an overwritten object, and how clients try again.
#include <gtest/gtest.h>

#include "models/stores/s3/objects.hpp"
#include "models/stores/s3/prefixes.hpp"
#include "models/stores/s3/transfer.hpp"
#include "models/stores/sdk_retries.hpp"

namespace streamtwin::s3 {
using namespace literals;
namespace {

/// Of so many requests a second, spread over time and items, how many are taken in that second of the minute.
int taken(Prefixes& prefixes, Kind kind, int asked, Duration from) {
  int number = 0;
  for (int i = 0; i < asked; ++i) number += prefixes.takes(static_cast<std::uint64_t>(i), kind, at(from + 1s * i / asked));
  return number;
}

TEST(S3Prefixes, TakeSoManyRequestsASecond) {
  Prefixes one({});
  for (int second = 0; second < 10; ++second) {
    EXPECT_EQ(taken(one, Kind::read, 5500, seconds(second)), 5500);
    EXPECT_EQ(taken(one, Kind::write, 3500, seconds(second)), 3500);
  }
  taken(one, Kind::read, 11000, 10s);
  EXPECT_NEAR(taken(one, Kind::read, 11000, 11s), 5500, 1) << "the rest is told to slow down";
  EXPECT_EQ(taken(one, Kind::write, 3500, 11s), 3500) << "writes are counted by themselves";
}

TEST(S3Prefixes, TenTakeTenTimesAsMuch) {
  Prefixes ten({.prefixes = 10});
  EXPECT_EQ(ten.capacity(Kind::write), Rate{35000});
  EXPECT_EQ(ten.capacity(Kind::read), Rate{55000});
  for (int second = 0; second < 5; ++second) taken(ten, Kind::read, 52000, seconds(second));
  EXPECT_GT(taken(ten, Kind::read, 52000, 5s), 51500);
}

TEST(S3Prefixes, AreDividedAfterThreeQuartersOfAnHourOfRefusals) {
  Prefixes one({.reads = Rate{10}});
  for (int second = 0; second < 2700; ++second) taken(one, Kind::read, 20, seconds(second));
  EXPECT_EQ(one.partitions(), 1);
  taken(one, Kind::read, 20, 2700s);
  taken(one, Kind::read, 20, 2701s);
  EXPECT_EQ(one.partitions(), 2);
  EXPECT_EQ(one.capacity(Kind::read), Rate{20});
}

TEST(S3Prefixes, CalmBetweenEndsASpell) {
  Prefixes one({.reads = Rate{10}});
  for (int second = 0; second < 2000; ++second) taken(one, Kind::read, 20, seconds(second));
  for (int second = 2070; second < 4000; ++second) taken(one, Kind::read, 20, seconds(second));
  EXPECT_EQ(one.partitions(), 1);
}

TEST(S3Transfer, WritesWhatIsLargeInParts) {
  const TransferProperties properties;
  EXPECT_EQ(properties.parts(8_MB), 1);
  EXPECT_EQ(properties.parts(Bytes{8.0 * 1024 * 1024 + 1}), 2);
  EXPECT_EQ(properties.parts(100_GB), 10000) << "parts grow where there would be more";
  EXPECT_EQ(properties.parts(object_max), 10000);
}

TEST(S3Transfer, TakesTheFirstByteAndTheBytes) {
  const TransferProperties properties;
  EXPECT_DOUBLE_EQ(in_seconds(properties.time(90_MB, 150ms)), 1.15);
}

TEST(S3Objects, AreSeenAtOnceNow) {
  Objects objects;
  objects.write(1, at(5s), 0s, at(5s));
  EXPECT_EQ(objects.read(1, at(5s)), at(5s));
}

TEST(S3Objects, WereSeenLaterWhereTheyWereOverwritten) {
  Objects objects;
  objects.write(1, at(5s), 2s, at(5s));
  EXPECT_EQ(objects.read(1, at(6.9s)), stores::never_written);
  EXPECT_EQ(objects.read(1, at(7s)), at(5s));
  objects.write(1, at(8s), 2s, at(8s));
  objects.write(1, at(9s), 2s, at(9s));
  EXPECT_EQ(objects.read(1, at(10.5s)), at(5s)) << "what could be seen when the last one was written";
  EXPECT_EQ(objects.read(1, at(11s)), at(9s));
}

TEST(SdkRetries, GiveUpAfterThree) {
  const stores::SdkRetries retries;
  Random random(1, "client", "retries");
  for (const bool throttled : {false, true}) {
    for (int tried = 0; tried < 3; ++tried) {
      const Duration whole = (throttled ? 500ms : 100ms) * (1 << tried);
      Duration least = 1h, most{0};
      for (int i = 0; i < 1000; ++i) {
        const Duration wait = *retries.wait(tried, throttled, random);
        least = std::min(least, wait);
        most = std::max(most, wait);
      }
      EXPECT_LE(most, whole);
      EXPECT_GE(most, whole * 0.99);
      EXPECT_GE(least, throttled ? whole / 2 : 0s);
      EXPECT_LE(least, throttled ? whole * 0.51 : whole * 0.01);
    }
    EXPECT_FALSE(retries.wait(3, throttled, random));
  }
}

TEST(SdkRetries, WaitTwentySecondsAtMost) {
  const stores::SdkRetries many{.retries = 40};
  Random random(1, "client", "retries");
  EXPECT_LE(*many.wait(39, true, random), 20s);
  EXPECT_GE(*many.wait(39, true, random), 10s);
}

}  // namespace
}  // namespace streamtwin::s3
