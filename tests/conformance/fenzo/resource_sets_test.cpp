// Vectors of ResourceSetsTests of Fenzo at b9e76c7.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Lease with_interfaces(const std::string& host, int interfaces, int addresses) {
  Lease lease = lease_of(host, amounts(4, 4000));
  lease.sets.push_back({"ENIs", interfaces, addresses});
  return lease;
}

Task in_group(const std::string& id, const std::string& security_group, int addresses = 1) {
  TaskRequest task = request(id, amounts(0.1, 1));
  task.sets.push_back({"ENIs", security_group, addresses});
  return shared(std::move(task));
}

std::set<int> indices(const IterationResult& result) {
  std::set<int> used;
  for (const Assignment& assignment : result.assigned) used.insert(assignment.sets.at(0).index);
  return used;
}

TEST(FenzoResourceSets, TasksOfOneValueShareAResource) {
  Scheduler scheduler({});
  const auto result = scheduler.schedule(
      Instant{}, {in_group("a", "sg1"), in_group("b", "sg2"), in_group("c", "sg1"), in_group("d", "sg2")}, {with_interfaces("h", 3, 5)});
  EXPECT_EQ(result.assigned.size(), 4u);
  EXPECT_THAT(indices(result), ElementsAre(0, 1));
}

TEST(FenzoResourceSets, AValueForWhichNoResourceIsLeftFails) {
  Scheduler scheduler({});
  const auto result = scheduler.schedule(
      Instant{}, {in_group("a", "sg1"), in_group("b", "sg2"), in_group("c", "sg3"), in_group("d", "sg1"), in_group("e", "sg4")},
      {with_interfaces("h", 3, 5)});
  EXPECT_EQ(result.assigned.size(), 4u);
  EXPECT_EQ(indices(result).size(), 3u);
  EXPECT_THAT(reasons(result), ElementsAre("ResourceSet"));
}

TEST(FenzoResourceSets, SubResourcesRunOut) {
  Scheduler scheduler({});
  std::vector<Task> tasks;
  for (const char* id : {"a", "b", "c", "d"}) tasks.push_back(in_group(id, "sg1", 2));
  const auto result = scheduler.schedule(Instant{}, tasks, {with_interfaces("h", 3, 2)});
  EXPECT_EQ(result.assigned.size(), 3u);
  EXPECT_THAT(reasons(result), ElementsAre("ResourceSet"));
}

TEST(FenzoResourceSets, WhatOneHostCannotTakeTheOtherDoes) {
  Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
  std::vector<Task> tasks;
  for (const char* id : {"a", "b", "c", "d"}) tasks.push_back(in_group(id, "sg1", 2));
  const auto result = scheduler.schedule(Instant{}, tasks, {with_interfaces("h1", 3, 2), with_interfaces("h2", 3, 2)});
  std::map<std::string, int> counts;
  for (const Assignment& assignment : result.assigned) ++counts[assignment.host];
  EXPECT_THAT(counts, ElementsAre(std::pair("h1", 3), std::pair("h2", 1)));
}

TEST(FenzoResourceSets, PlacesOfTasksThatRanBeforeAreHeld) {
  Scheduler scheduler({});
  scheduler.run(in_group("r1", "sg1"), "h", {{"ENIs", 0, "sg1"}});
  scheduler.run(in_group("r2", "sg1"), "h", {{"ENIs", 1, "sg1"}});
  scheduler.run(in_group("r3", "sg2"), "h", {{"ENIs", 2, "sg2"}});
  const Lease lease = with_interfaces("h", 3, 2);
  const auto first = scheduler.schedule(Instant{}, {in_group("a", "sg1"), in_group("b", "sg3")}, {lease});
  EXPECT_EQ(host_of(first, "a"), "h");
  EXPECT_EQ(host_of(first, "b"), "");
  run_all(scheduler, first);
  const auto second = scheduler.schedule(Instant{}, {in_group("c", "sg2"), in_group("d", "sg3")}, left_of({lease}, first));
  EXPECT_EQ(host_of(second, "c"), "h");
  EXPECT_EQ(host_of(second, "d"), "");
}

TEST(FenzoResourceSets, AValueGoesWithItsLastUser) {
  Scheduler scheduler({});
  const Lease lease = with_interfaces("h", 1, 2);
  const auto first = scheduler.schedule(Instant{}, {in_group("a", "sg1"), in_group("b", "sg1")}, {lease});
  ASSERT_EQ(first.assigned.size(), 2u);
  run_all(scheduler, first);
  scheduler.end("a", "h");
  EXPECT_EQ(host_of(scheduler.schedule(Instant{}, {in_group("c", "sg2")}, left_of({lease}, first)), "c"), "");
  scheduler.end("b", "h");
  EXPECT_EQ(host_of(scheduler.schedule(Instant{}, {in_group("c", "sg2")}, {}), "c"), "h");
}

// Derived: release() looks for the request of the task, which a task that did not ask does not have.
TEST(FenzoResourceSets, TheMarkOfTasksThatDidNotAskStays) {
  Scheduler scheduler({});
  const Lease lease = with_interfaces("h", 1, 2);
  const auto first = scheduler.schedule(Instant{}, tasks_of("plain", 1, amounts(1, 1)), {lease});
  EXPECT_EQ(first.assigned.at(0).sets.at(0).value, absent_value);
  run_all(scheduler, first);
  scheduler.end("plain0", "h");
  EXPECT_EQ(host_of(scheduler.schedule(Instant{}, {in_group("a", "sg1")}, left_of({lease}, first)), "a"), "");
  scheduler.fleet().expire_all_leases();
  Lease again = lease;
  again.id = "another";
  EXPECT_EQ(host_of(scheduler.schedule(Instant{}, {in_group("b", "sg1")}, {again}), "b"), "h") << "the sets went with all leases";
}

}  // namespace
}  // namespace streamtwin::fenzo
