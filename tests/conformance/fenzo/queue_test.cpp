// Vectors of QueueBucketTest, TierTest and TieredQueueTest of Fenzo at b9e76c7.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/titus/fenzo/tiered_queue.hpp"
#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

using ::testing::ElementsAre;

/// One cpu and what belongs to it.
Resources units(double count) { return amounts(count, 1024 * count, 128 * count, 32 * count); }

Task unit_of(const std::string& bucket, int number, int tier = 0) {
  TaskRequest task = request(bucket + "-" + std::to_string(number), units(1));
  task.bucket = bucket;
  task.tier = tier;
  return shared(std::move(task));
}

std::vector<Task> units_of(const std::string& bucket, int count) {
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(unit_of(bucket, i));
  return tasks;
}

/// A scheduler with a queue of one tier, and hosts of which there is always enough.
class FenzoQueue : public ::testing::Test {
 protected:
  FenzoQueue() { scheduler.tell_usage(&queue); }

  void guarantee(std::optional<double> capacity, const std::map<std::string, double>& buckets) {
    TierGuarantees tier;
    if (capacity) tier.capacity = units(*capacity);
    for (const auto& [name, count] : buckets) tier.buckets[name] = units(count);
    queue.set_guarantees({{0, tier}});
  }
  void wait(const std::vector<Task>& tasks) {
    for (const Task& task : tasks) queue.queue(task);
  }
  /// Tasks launched in an iteration on so many hosts of so many units, by bucket.
  std::map<std::string, int> launched(int hosts = 100, double size = 4) {
    queue.begin_iteration();
    const auto result = scheduler.schedule(Instant{}, queue, leases_of("round" + std::to_string(++rounds) + "-", hosts, units(size)));
    queue.end_iteration();
    run_all(scheduler, result);
    std::map<std::string, int> counts;
    for (const Assignment& assignment : result.assigned) ++counts[assignment.task->bucket];
    last = result;
    return counts;
  }

  TieredQueue queue{2};
  Scheduler scheduler{{}};
  IterationResult last;
  int rounds = 0;
};

TEST(FenzoBucket, UsesItsGuaranteeAlsoWhileItIsIdle) {
  Bucket bucket("b");
  bucket.set_guarantee(units(2));
  const auto tasks = units_of("b", 4);
  std::vector<double> effective;
  std::vector<bool> guaranteed;
  for (const Task& task : tasks) {
    guaranteed.push_back(bucket.guarantees(*task));
    bucket.queue(task);
    bucket.assign(task);
    effective.push_back(bucket.effective_usage().cpus.value());
  }
  EXPECT_THAT(effective, ElementsAre(2, 2, 3, 4));
  EXPECT_THAT(guaranteed, ElementsAre(true, true, false, false));
}

TEST(FenzoBucket, TheDominantShareIsThatOfTheScarcestResource) {
  EXPECT_EQ(dominant_share(units(1), units(4)), 0.25);
  EXPECT_EQ(dominant_share(units(1), units(8)), 0.125);
  EXPECT_EQ(dominant_share(amounts(1, 10), amounts(4, 20)), 0.5);
  EXPECT_EQ(dominant_share(amounts(3, 0), {}), 3) << "of nothing: the bare amount";
}

TEST_F(FenzoQueue, AGuaranteeThatIsNotUsedIsNotLent) {
  guarantee(10, {{"b0", 2}, {"b1", 4}, {"b2", 4}});
  wait(units_of("b0", 5));
  wait(units_of("b1", 5));
  EXPECT_THAT(launched(), ElementsAre(std::pair("b0", 2), std::pair("b1", 4)));
  EXPECT_THAT(reasons(last), ElementsAre("ResAllocs"));
}

TEST_F(FenzoQueue, TasksWithoutGuaranteeGetWhatIsLeftOver) {
  guarantee(12, {{"b0", 2}, {"b1", 4}, {"b2", 4}});
  wait(units_of("free", 10));
  EXPECT_THAT(launched(), ElementsAre(std::pair("free", 2)));
  wait(units_of("b0", 5));
  EXPECT_THAT(launched(), ElementsAre(std::pair("b0", 2)));
}

TEST_F(FenzoQueue, AGuaranteeThatIsTakenBackIsOthersToUse) {
  guarantee(10, {{"b0", 2}, {"b1", 4}, {"b2", 4}});
  wait(units_of("free", 10));
  EXPECT_THAT(launched(), ElementsAre());
  guarantee(10, {{"b1", 4}, {"b2", 4}});
  EXPECT_THAT(launched(), ElementsAre(std::pair("free", 2)));
}

TEST_F(FenzoQueue, BucketsShareByTheirWeights) {
  guarantee(std::nullopt, {{"A", 10}, {"B", 20}, {"C", 10}});
  for (const char* bucket : {"A", "B", "C"}) wait(units_of(bucket, 25));
  EXPECT_THAT(launched(10, 4), ElementsAre(std::pair("A", 10), std::pair("B", 20), std::pair("C", 10)));
}

TEST_F(FenzoQueue, WhatRunsAlreadyCountsAgainstTheShare) {
  guarantee(std::nullopt, {{"A", 10}, {"B", 20}, {"C", 10}});
  queue.begin_iteration();
  for (int i = 0; i < 5; ++i) scheduler.run(unit_of("A", 100 + i), "elsewhere");
  for (int i = 0; i < 3; ++i) scheduler.run(unit_of("C", 100 + i), "elsewhere");
  for (const char* bucket : {"A", "B", "C"}) wait(units_of(bucket, 25));
  EXPECT_THAT(launched(8, 4), ElementsAre(std::pair("A", 5), std::pair("B", 20), std::pair("C", 7)));
}

TEST_F(FenzoQueue, ABucketWithoutTasksLeavesTheOpenCapacityToOthers) {
  guarantee(70, {{"A", 10}, {"B", 20}, {"C", 10}});
  for (const char* bucket : {"A", "C"}) wait(units_of(bucket, 25));
  const auto counts = launched(10, 4);
  EXPECT_THAT(counts, ElementsAre(std::pair("A", 20), std::pair("C", 20)));
}

TEST_F(FenzoQueue, ALowerTierComesWhenTheUpperHasNothingLeft) {
  queue.queue(unit_of("low", 0, 1));
  wait(units_of("high", 2));
  launched();
  ASSERT_EQ(last.assigned.size(), 3u);
  EXPECT_EQ(last.assigned[2].task->bucket, "low");
  EXPECT_THROW(queue.queue(unit_of("none", 0, 2)), std::invalid_argument);
}

TEST_F(FenzoQueue, ATaskThatIsNotReadyWaits) {
  TaskRequest later = request("later", units(1));
  later.ready_at = at(10s);
  queue.queue(shared(later));
  queue.begin_iteration();
  EXPECT_EQ(scheduler.schedule(at(9s), queue, leases_of("h", 1, units(4))).assigned.size(), 0u);
  queue.begin_iteration();
  EXPECT_EQ(scheduler.schedule(at(10s), queue, {}).assigned.size(), 1u);
}

}  // namespace
}  // namespace streamtwin::fenzo
