// The rules of jobs on streams, each by itself: windows, watermarks, barriers, buffers, checkpoints, and beginning again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/pipeline/streams/alignment.hpp"
#include "models/pipeline/streams/checkpoints.hpp"
#include "models/pipeline/streams/credits.hpp"
#include "models/pipeline/streams/restart.hpp"
#include "models/pipeline/streams/watermarks.hpp"
#include "models/pipeline/streams/windows.hpp"

namespace streamtwin::streams {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Windows, FireWhenTheWatermarkHasReachedTheirLastMillisecond) {
  Windows windows(60s, 0s);
  std::vector<Fired> fired;
  EXPECT_TRUE(windows.add(at(10s), 3, no_watermark, fired));
  EXPECT_TRUE(windows.add(at(59.9s), 1, at(9s), fired));
  EXPECT_TRUE(windows.add(at(60s), 5, at(55s), fired));  // of the next
  windows.advance(at(59.998s), fired);
  EXPECT_THAT(fired, IsEmpty());
  windows.advance(at(59.999s), fired);
  EXPECT_THAT(fired, ElementsAre(Fired{at(60s), 4}));
  EXPECT_EQ(windows.open(), 1u);
}

TEST(Windows, DropWhatComesAfterTheyHaveFired) {
  Windows windows(60s, 0s);
  std::vector<Fired> fired;
  windows.add(at(10s), 3, no_watermark, fired);
  windows.advance(at(60s), fired);
  EXPECT_FALSE(windows.add(at(30s), 1, at(60s), fired));
  EXPECT_EQ(fired.size(), 1u);
}

TEST(Windows, FireAgainWithWhatIsLateAndAllowed) {
  Windows windows(60s, 10s);
  std::vector<Fired> fired;
  windows.add(at(10s), 3, no_watermark, fired);
  windows.advance(at(60s), fired);
  EXPECT_TRUE(windows.add(at(30s), 1, at(69.9s), fired));
  EXPECT_THAT(fired, ElementsAre(Fired{at(60s), 3}, Fired{at(60s), 4}));
  EXPECT_FALSE(windows.add(at(30s), 1, at(69.999s), fired));
  windows.advance(at(70s), fired);
  EXPECT_EQ(windows.open(), 0u);
  EXPECT_EQ(fired.size(), 2u);
}

TEST(Watermarks, AreBehindTheNewestEventByTheBound) {
  SourceWatermark source(5s);
  EXPECT_EQ(source.watermark(), no_watermark);
  source.saw(at(20s));
  source.saw(at(12s));
  EXPECT_EQ(source.watermark(), at(15s));
}

TEST(Watermarks, FollowTheSlowestInput) {
  Watermarks inputs(2);
  inputs.heard(0, at(10s));
  EXPECT_EQ(inputs.current(), no_watermark);
  inputs.heard(1, at(7s));
  EXPECT_EQ(inputs.current(), at(7s));
  inputs.heard(1, at(30s));
  EXPECT_EQ(inputs.current(), at(10s));
}

TEST(Watermarks, DoNotWaitForAnIdleInputAndNeverGoBack) {
  Watermarks inputs(2);
  inputs.heard(0, at(10s));
  inputs.idle(1);
  EXPECT_EQ(inputs.current(), at(10s));
  inputs.heard(1, at(3s));
  EXPECT_EQ(inputs.current(), at(10s));
  inputs.heard(0, at(20s));
  EXPECT_EQ(inputs.current(), at(10s));
}

TEST(Alignment, BlocksAnInputUntilAllBarriersHaveCome) {
  Alignment task(3);
  EXPECT_FALSE(task.arrived(1, 1));
  EXPECT_TRUE(task.blocked(1));
  EXPECT_FALSE(task.blocked(0));
  EXPECT_FALSE(task.arrived(0, 1));
  EXPECT_TRUE(task.arrived(2, 1));
  for (std::size_t input = 0; input < 3; ++input) EXPECT_FALSE(task.blocked(input));
}

TEST(Alignment, OfACheckpointThatWasGivenUpIgnoresTheRest) {
  Alignment task(2);
  task.arrived(0, 1);
  task.abort(1);
  EXPECT_FALSE(task.blocked(0));
  EXPECT_FALSE(task.arrived(1, 1));
  EXPECT_FALSE(task.blocked(1));
  EXPECT_FALSE(task.arrived(1, 2));
  EXPECT_TRUE(task.arrived(0, 2));
}

TEST(Alignment, ANewerBarrierEndsTheOlderCheckpoint) {
  Alignment task(2);
  task.arrived(0, 1);
  EXPECT_FALSE(task.arrived(1, 2));
  EXPECT_FALSE(task.blocked(0));
  EXPECT_TRUE(task.blocked(1));
}

TEST(Credits, AreTwoForEachInputAndEightForAll) {
  Credits credits(2, 2, 8);
  EXPECT_TRUE(credits.take(0, 10));
  EXPECT_FALSE(credits.take(0, 1));
  EXPECT_TRUE(credits.take(1, 2));
  EXPECT_FALSE(credits.take(1, 1));  // the other has all that are shared
  credits.give_back(0, 10);
  EXPECT_TRUE(credits.take(1, 8));
}

TEST(Credits, LetThroughAloneWhatIsLargerThanAll) {
  Credits credits(1, 1, 1);
  EXPECT_TRUE(credits.take(0, 100));
  EXPECT_FALSE(credits.take(0, 1));
  credits.give_back(0, 100);
  EXPECT_TRUE(credits.take(0, 2));
}

TEST(Checkpoints, AreTakenOneAtATimeAndCompleteWithTheirLastTask) {
  Checkpoints checkpoints({.interval = 60s}, 2, at(0s));
  EXPECT_EQ(checkpoints.next(), at(60s));
  const CheckpointId first = checkpoints.begin(at(60s));
  EXPECT_EQ(checkpoints.next(), at(660s));  // when it is given up
  EXPECT_FALSE(checkpoints.acknowledge(first, at(61s)));
  EXPECT_TRUE(checkpoints.acknowledge(first, at(62s)));
  EXPECT_EQ(checkpoints.next(), at(120s));
}

TEST(Checkpoints, LeaveAPauseBetweenThem) {
  Checkpoints checkpoints({.interval = 60s, .pause = 30s}, 1, at(0s));
  checkpoints.acknowledge(checkpoints.begin(at(60s)), at(110s));
  EXPECT_EQ(checkpoints.next(), at(140s));
}

TEST(Checkpoints, FailTheJobWhenMoreAreGivenUpInARowThanAreBorne) {
  Checkpoints checkpoints({.interval = 60s, .failures = 1}, 1, at(0s));
  checkpoints.begin(at(60s));
  EXPECT_FALSE(checkpoints.give_up(at(660s)));
  checkpoints.acknowledge(checkpoints.begin(at(660s)), at(661s));
  checkpoints.begin(at(720s));
  EXPECT_FALSE(checkpoints.give_up(at(1320s)));
  const CheckpointId late = checkpoints.begin(at(1320s));
  EXPECT_TRUE(checkpoints.give_up(at(1920s)));
  EXPECT_FALSE(checkpoints.acknowledge(late, at(1921s)));
}

TEST(Restart, WaitsLongerFromFailureToFailureUpToAMinute) {
  RestartStrategy strategy({.jitter = Fraction{0}}, Random(1, "a", "b"));
  EXPECT_EQ(strategy.failed(at(100s)), 1s);
  EXPECT_EQ(strategy.failed(at(110s)), 1.5s);
  EXPECT_EQ(strategy.failed(at(120s)), 2.25s);
  Duration last{0};
  for (int i = 0; i < 20; ++i) last = *strategy.failed(at(130s));
  EXPECT_EQ(last, 60s);
}

TEST(Restart, BeginsWithTheFirstWaitAfterAnHourOfCalm) {
  RestartStrategy strategy({.jitter = Fraction{0}}, Random(1, "a", "b"));
  strategy.failed(at(0s));
  EXPECT_EQ(strategy.failed(at(10s)), 1.5s);
  EXPECT_EQ(strategy.failed(at(10s + 3601s)), 2.25s);  // the wait is not calm
  EXPECT_EQ(strategy.failed(at(10s + 3601s + 3602.25s)), 1s);
}

TEST(Restart, DrawsATenthUpAndDown) {
  RestartStrategy strategy({.delay = 10s, .factor = 1}, Random(1, "a", "b"));
  Duration least = 20s, most{0};
  for (int i = 0; i < 1000; ++i) {
    const Duration wait = *strategy.failed(at(1s));
    least = std::min(least, wait), most = std::max(most, wait);
  }
  EXPECT_NEAR(in_seconds(least), 9, 0.05);
  EXPECT_NEAR(in_seconds(most), 11, 0.05);
}

TEST(Restart, WithAFixedDelayIsTriedSoManyTimes) {
  RestartStrategy strategy({.kind = RestartKind::fixed, .failures = 2}, Random(1, "a", "b"));
  EXPECT_EQ(strategy.failed(at(1s)), 1s);
  EXPECT_EQ(strategy.failed(at(2s)), 1s);
  EXPECT_EQ(strategy.failed(at(3s)), std::nullopt);
}

TEST(Restart, ByFailureRateEndsWithOneMoreThanIsBorneInAMinute) {
  RestartStrategy strategy({.kind = RestartKind::failure_rate, .failures = 1, .interval = 60s}, Random(1, "a", "b"));
  EXPECT_EQ(strategy.failed(at(0s)), 1s);
  EXPECT_EQ(strategy.failed(at(61s)), 1s);
  EXPECT_EQ(strategy.failed(at(100s)), std::nullopt);
}

TEST(Restart, OfNoneNeverHappens) {
  RestartStrategy strategy({.kind = RestartKind::none}, Random(1, "a", "b"));
  EXPECT_EQ(strategy.failed(at(1s)), std::nullopt);
}

}  // namespace
}  // namespace streamtwin::streams
