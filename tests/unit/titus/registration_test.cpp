// Registration with load balancers: which update counts, which batch goes first and when, and what repairs a call that failed.
#include "models/titus/load_balancing/registration.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;

class RegistrationBatcherTest : public testing::Test {
 protected:
  bool offer(BalancerId balancer, ContainerId container, Duration when, TargetState state = TargetState::registered,
             UpdatePriority priority = UpdatePriority::high) {
    return batcher.offer(balancer, {container, state, priority, at(when)});
  }
  std::vector<BalancerId> flush(Duration when) {
    std::vector<BalancerId> order;
    for (const Batch& batch : batcher.flush(at(when))) order.push_back(batch.balancer);
    return order;
  }
  RegistrationBatcher batcher{LoadBalancingSpec{}, at(0s)};
};

TEST_F(RegistrationBatcherTest, TheNewestUpdateOfATargetCounts) {
  EXPECT_TRUE(offer(1, 7, 0s));
  EXPECT_FALSE(offer(1, 7, 0.1s)) << "to the same effect";
  EXPECT_TRUE(offer(1, 7, 0.2s, TargetState::deregistered));
  EXPECT_FALSE(offer(1, 7, 0.1s)) << "an older one";
  EXPECT_FALSE(offer(1, 7, 0.3s, TargetState::registered, UpdatePriority::low));
  const std::vector<Batch> batches = batcher.flush(at(2s));
  ASSERT_EQ(batches.size(), 1u);
  ASSERT_EQ(batches[0].updates.size(), 1u);
  EXPECT_EQ(batches[0].updates[0].state, TargetState::deregistered);
  EXPECT_TRUE(batcher.empty());
}

TEST_F(RegistrationBatcherTest, AnOwnStateGoesBeforeAReconciliation) {
  offer(1, 7, 5s, TargetState::registered, UpdatePriority::low);
  EXPECT_TRUE(offer(1, 7, 4s, TargetState::registered, UpdatePriority::high));
}

TEST_F(RegistrationBatcherTest, ABatchWaitsASecondForOthers) {
  offer(1, 7, 0.5s);
  EXPECT_EQ(batcher.next_flush(), at(1s));
  EXPECT_THAT(flush(1s), ElementsAre());
  offer(1, 8, 1.9s);
  EXPECT_THAT(flush(2s), ElementsAre(1));
  EXPECT_EQ(batcher.pending(), 0u) << "the young one went along";
}

TEST_F(RegistrationBatcherTest, TheOldestGoFirstOfOneBucketTheLargest) {
  offer(1, 1, 4s);
  offer(2, 1, 3s);
  for (const ContainerId container : {1, 2, 3}) offer(3, container, 4.5s);
  for (const ContainerId container : {1, 2, 3, 4}) offer(4, container, 5s);
  EXPECT_THAT(flush(9s), ElementsAre(3, 2, 1, 4));
}

TEST_F(RegistrationBatcherTest, TheRateLimitHoldsUpAndItWaitsTwiceAsLongEachTime) {
  LoadBalancingSpec spec;
  spec.refill = 1;
  RegistrationBatcher slow(spec, at(0s));
  for (BalancerId balancer = 0; balancer < 12; ++balancer) slow.offer(balancer, {1, TargetState::registered, UpdatePriority::high, at(0s)});
  EXPECT_EQ(slow.flush(at(1s)).size(), 4u);
  EXPECT_EQ(slow.rate_limited(), 1u);
  EXPECT_EQ(slow.next_flush(), at(3s)) << "twice the second";
  EXPECT_EQ(slow.flush(at(3s)).size(), 2u);
  EXPECT_EQ(slow.next_flush(), at(5s)) << "a token that was there has set the time back";
  EXPECT_EQ(slow.flush(at(3.5s)).size(), 0u);
  EXPECT_EQ(slow.next_flush(), at(7.5s));
}

TEST_F(RegistrationBatcherTest, LooksThatFindNothingCanBeLeftOut) {
  batcher.skip_to(at(17.2s));
  EXPECT_DOUBLE_EQ(in_seconds(batcher.next_flush()), 18);
}

class RegistrationTest : public testing::Test, private RegistrationObserver {
 protected:
  static LoadBalancingSpec spec() {
    LoadBalancingSpec spec;
    spec.call_sigma = 0;
    return spec;
  }
  void build(const LoadBalancingSpec& its) {
    RegistrationObserver& self = *this;
    registration.emplace(its, Random{1, 2, 3}, measures, self);
    registration->start();
  }
  void registered(BalancerId, ContainerId container) override { log.push_back("+" + std::to_string(container)); }
  void deregistered(BalancerId, ContainerId container) override { log.push_back("-" + std::to_string(container)); }

  Simulation simulation;
  Recorder recorder;
  LoadBalancingMeasures measures{recorder};
  std::optional<Registration> registration;
  std::vector<std::string> log;
};

TEST_F(RegistrationTest, AContainerIsRegisteredAndDeregistered) {
  build(spec());
  registration->container_started(0, 7);
  simulation.run_until(at(1.1s));
  EXPECT_FALSE(registration->is_registered(0, 7));
  simulation.run_until(at(1.3s));
  EXPECT_TRUE(registration->is_registered(0, 7));
  EXPECT_NEAR(measures.wait.all().mean(), 1.2, 1e-9);
  registration->container_ends(0, 7);
  simulation.run_until(at(10s));
  EXPECT_THAT(log, ElementsAre("+7", "-7"));
  EXPECT_EQ(registration->targets(), 0u) << "nothing is kept of it";
}

TEST_F(RegistrationTest, OneThatEndsAtOnceIsNeverRegistered) {
  build(spec());
  registration->container_started(0, 7);
  registration->container_ends(0, 7);
  simulation.run_until(at(10s));
  EXPECT_THAT(log, ElementsAre());
  EXPECT_EQ(registration->targets(), 0u);
}

TEST_F(RegistrationTest, OneThatIsThereWhenTheRunBeginsIsDeregisteredAsAnyOther) {
  build(spec());
  registration->found(0, 7);
  EXPECT_TRUE(registration->is_registered(0, 7));
  simulation.run_until(at(5min));
  registration->container_ends(0, 7);
  simulation.run_until(at(6min));
  EXPECT_THAT(log, ElementsAre("-7"));
}

TEST_F(RegistrationTest, ManyGoInOneBatch) {
  build(spec());
  for (ContainerId container = 0; container < 100; ++container) registration->container_started(3, container);
  simulation.run_until(at(5s));
  EXPECT_EQ(log.size(), 100u);
  EXPECT_EQ(measures.batches.total(), 1);
}

TEST_F(RegistrationTest, WhatFailedIsRepairedByTheReconciliationAfterItsCoolDown) {
  LoadBalancingSpec failing = spec();
  failing.call_failures = Fraction{0.5};
  build(failing);
  for (ContainerId container = 0; container < 8; ++container)
    registration->container_started(static_cast<BalancerId>(container), container);
  simulation.run_until(at(100s));
  const std::size_t at_first = log.size();
  EXPECT_LT(at_first, 8u);
  EXPECT_EQ(registration->unsettled(), 8 - at_first);
  simulation.run_until(at(119s));
  EXPECT_EQ(log.size(), at_first) << "left alone for two minutes";
  simulation.run_until(at(1h));
  EXPECT_EQ(log.size(), 8u);
  EXPECT_EQ(registration->unsettled(), 0u);
  EXPECT_GE(measures.repaired.total(), 8.0 - static_cast<double>(at_first));
}

}  // namespace
}  // namespace streamtwin::titus
