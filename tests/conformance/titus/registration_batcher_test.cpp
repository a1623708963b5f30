// Batches for load balancers: the vectors of Netflix/titus-control-plane titus-common RateLimitedBatcherTest and
// LargestPerTimeBucketTest, with balancers 1, 2, ... for their resources.
#include "models/titus/load_balancing/registration_batcher.hpp"

#include <gmock/gmock.h>

#include <initializer_list>
#include <vector>

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;

/// An hour into the run, so that there is a past.
constexpr Instant present = at(1h);

LoadBalancingSpec batches_of(Duration min_time, Duration bucket, Duration max_time = 1h) {
  LoadBalancingSpec spec;
  spec.min_time = min_time;
  spec.max_time = max_time;
  spec.bucket = bucket;
  spec.burst = 100;
  return spec;
}

void offer(RegistrationBatcher& batcher, BalancerId balancer, std::initializer_list<Duration> ages) {
  ContainerId container = 0;
  for (const Duration age : ages) batcher.offer(balancer, {++container, TargetState::registered, UpdatePriority::low, present - age});
}

std::vector<BalancerId> flushed(RegistrationBatcher& batcher, Instant now = present) {
  std::vector<BalancerId> balancers;
  for (const Batch& batch : batcher.flush(now)) balancers.push_back(batch.balancer);
  return balancers;
}

/// The update of the one target that is left of these.
TargetUpdate left_of(std::initializer_list<TargetUpdate> updates) {
  RegistrationBatcher batcher(batches_of(1s, 1s), present);
  for (const TargetUpdate& update : updates) batcher.offer(3, update);
  const std::vector<Batch> batches = batcher.flush(present + 20s);
  EXPECT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches.at(0).updates.size(), 1u);
  return batches.at(0).updates.at(0);
}

TEST(LargestPerTimeBucket, LeavesOutBatchesThatHaveNotWaitedLongEnough) {
  RegistrationBatcher batcher(batches_of(5min, 365 * 24h), present);
  offer(batcher, 1, {0s, 0s, 0s});
  offer(batcher, 2, {0s, 0s, 10min});
  offer(batcher, 3, {10min});
  EXPECT_THAT(flushed(batcher), ElementsAre(2, 3));
  EXPECT_EQ(batcher.pending(), 3u);
}

TEST(LargestPerTimeBucket, BatchesWithOlderItemsGoFirst) {
  RegistrationBatcher batcher(batches_of(1ms, 1ms), present);
  offer(batcher, 1, {0s, 1s});
  offer(batcher, 2, {2s, 0s});
  offer(batcher, 3, {2001ms, 0s});
  offer(batcher, 4, {1min, 0s});
  offer(batcher, 5, {1ms, 0s});
  EXPECT_THAT(flushed(batcher), ElementsAre(4, 3, 2, 1, 5));
}

TEST(LargestPerTimeBucket, BiggerBatchesOfOneBucketGoFirst) {
  RegistrationBatcher batcher(batches_of(1s, 1min), present);
  offer(batcher, 1, {0s, 9min + 10s});
  offer(batcher, 2, {9min + 5s, 5min, 0s});
  offer(batcher, 3, {0s, 9min + 11s});
  offer(batcher, 4, {15min});
  EXPECT_THAT(flushed(batcher), ElementsAre(4, 2, 3, 1));
}

TEST(RateLimitedBatcher, EmitsByAgeThenBySize) {
  RegistrationBatcher batcher(batches_of(1s, 1s), present);
  offer(batcher, 4, {57.5s, 57.9s});
  offer(batcher, 3, {57.6s, 57.8s, 57.9s});
  offer(batcher, 2, {58.6s, 58.5s, 57.5s});
  offer(batcher, 1, {60s, 59.5s, 58.5s, 57.5s});
  EXPECT_THAT(flushed(batcher), ElementsAre(1, 2, 3, 4));
}

TEST(RateLimitedBatcher, BacksOffTwiceAsLongEachTimeUpToItsLimit) {
  LoadBalancingSpec spec = batches_of(1s, 1s, 10s);
  spec.burst = 1;
  RegistrationBatcher batcher(spec, present);
  offer(batcher, 1, {6s});
  offer(batcher, 2, {5s});
  std::vector<double> delays;
  const Instant first = batcher.next_flush();
  for (int look = 0; look < 6; ++look) {
    EXPECT_LE(batcher.flush(first).size(), look == 0 ? 1u : 0u);
    delays.push_back(in_seconds(batcher.next_flush() - first));
  }
  EXPECT_THAT(delays, ElementsAre(2, 4, 8, 10, 10, 10));
  EXPECT_EQ(batcher.rate_limited(), 6u);
  EXPECT_THAT(flushed(batcher, first + 10s), ElementsAre(2));
  EXPECT_EQ(batcher.next_flush(), first + 11s) << "it is reset";
}

TEST(RateLimitedBatcher, WhatIsReadyTakesTheYoungOnesOfItsBatchAlong) {
  RegistrationBatcher batcher(batches_of(1s, 1s), present);
  offer(batcher, 1, {0s, 1001ms});
  const std::vector<Batch> batches = batcher.flush(present);
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].updates.size(), 2u);
}

TEST(RateLimitedBatcher, KeepsTheHighestPriorityThenTheMostRecent) {
  const TargetUpdate low{2, TargetState::registered, UpdatePriority::low, present + 1ms};
  const TargetUpdate high{2, TargetState::deregistered, UpdatePriority::high, present};
  EXPECT_EQ(left_of({low, high}).priority, UpdatePriority::high);
  const TargetUpdate old{2, TargetState::registered, UpdatePriority::low, present};
  const TargetUpdate recent{2, TargetState::deregistered, UpdatePriority::low, present + 1ms};
  EXPECT_EQ(left_of({old, recent}).state, TargetState::deregistered);
  const TargetUpdate the_same{2, TargetState::registered, UpdatePriority::low, present + 10s};
  EXPECT_EQ(left_of({old, the_same}).when, present) << "one to the same effect does not replace it";
}

}  // namespace
}  // namespace streamtwin::titus
