// Vectors of BinPackingSchedulerTests, SpreadingSchedulerTests, WeightedAverageFitnessCalculatorTest, ConstraintsTests,
// ResAllocsTests, ScalarResourceTests, SingleOfferModelTests and ActiveVmGroupsTests of Fenzo at b9e76c7.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

int count_with(const std::set<std::string>& hosts, const std::string& prefix) {
  return static_cast<int>(std::count_if(hosts.begin(), hosts.end(), [&](const std::string& h) { return h.starts_with(prefix); }));
}

TEST(FenzoBinPacking, APartlyFilledHostComesBeforeAnEmptyOne) {
  Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
  const auto leases = joined(leases_of("big", 2, amounts(8, 8000)), leases_of("small", 2, amounts(4, 8000)));
  const auto result = scheduler.schedule(Instant{}, tasks_of("t", 6, amounts(1, 100)), leases);
  EXPECT_EQ(hosts_used(result).size(), 2u);
  EXPECT_EQ(count_with(hosts_used(result), "small"), 2) << "the smaller is fuller with the first task";
}

TEST(FenzoBinPacking, FillsTheSmallHostsBeforeOneBig) {
  for (const BuiltIn packer : {BuiltIn::cpu_bin_packer, BuiltIn::memory_bin_packer, BuiltIn::network_bin_packer}) {
    Scheduler scheduler({.fitness = packer});
    const auto leases = joined(leases_of("big", 10, amounts(8, 800, 800)), leases_of("small", 10, amounts(4, 400, 400)));
    const auto result = scheduler.schedule(Instant{}, tasks_of("t", 41, amounts(1, 100, 100)), leases);
    EXPECT_EQ(result.assigned.size(), 41u);
    EXPECT_EQ(count_with(hosts_used(result), "small"), 10);
    EXPECT_EQ(count_with(hosts_used(result), "big"), 1);
  }
}

TEST(FenzoBinPacking, ByMemoryTheHostsWithLittleMemoryGoFirst) {
  Scheduler scheduler({.fitness = BuiltIn::memory_bin_packer});
  const auto leases = joined(leases_of("roomy", 10, amounts(4, 800)), leases_of("tight", 10, amounts(8, 400)));
  const auto used = hosts_used(scheduler.schedule(Instant{}, tasks_of("t", 41, amounts(1, 100)), leases));
  EXPECT_EQ(count_with(used, "tight"), 10);
  EXPECT_EQ(count_with(used, "roomy"), 1);
}

TEST(FenzoSpreading, EachTaskGetsAHostOfItsOwn) {
  for (const BuiltIn spreader : {BuiltIn::cpu_spreader, BuiltIn::memory_spreader, BuiltIn::network_spreader, BuiltIn::cpu_mem_spreader,
                                 BuiltIn::cpu_mem_network_spreader}) {
    Scheduler scheduler({.fitness = spreader});
    const auto result = scheduler.schedule(Instant{}, tasks_of("t", 10, amounts(1, 256, 256)), leases_of("h", 10, amounts(4, 1024, 1024)));
    EXPECT_EQ(hosts_used(result).size(), 10u);
  }
}

TEST(FenzoSpreading, AHostThatWouldBeExactlyFullIsRefused) {
  Scheduler scheduler({.fitness = BuiltIn::cpu_spreader});
  const auto result = scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(4, 1)), leases_of("h", 1, amounts(4, 1024)));
  EXPECT_THAT(reasons(result), ElementsAre("Fitness"));
}

class Constant : public Fitness {
 public:
  explicit Constant(double score) : score_(score) {}
  std::string name() const override { return "Constant"; }
  double score(const TaskRequest&, const Host&, const TaskTracker&) const override { return score_; }

 private:
  double score_;
};

Calculator constant(double score) { return std::make_shared<const Constant>(score); }

IterationResult with_average(double a, double b) {
  const std::vector<std::pair<Calculator, double>> parts{{constant(a), 0.5}, {constant(b), 0.5}};
  Scheduler scheduler({.fitness = std::make_shared<const WeightedAverage>(parts)});
  return scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(1, 1)), leases_of("h", 1, amounts(4, 4)));
}

TEST(FenzoWeightedAverage, WeightsSumToOneAndAScoreOfZeroIsTheWhole) {
  EXPECT_THROW(WeightedAverage({{constant(1), 0.3}, {constant(1), 0.75}}), std::invalid_argument);
  EXPECT_THROW(WeightedAverage({}), std::invalid_argument);
  EXPECT_DOUBLE_EQ(with_average(0.5, 1).assigned.at(0).fitness, 0.5 + 0.35 * 0.75);
  EXPECT_THAT(reasons(with_average(0, 1)), ElementsAre("Fitness"));
}

std::vector<Lease> in_zones(int count) {
  auto leases = leases_of("h", count, amounts(4, 4000));
  for (int i = 0; i < count; ++i) leases[i].attributes["Zone"] = std::string("zone") + static_cast<char>('A' + i % 3);
  return leases;
}

template <class Change>
std::vector<Task> changed(int count, Change change) {
  const TaskIds all = ids_of(tasks_of("t", count, {}));
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) {
    TaskRequest task = request("t" + std::to_string(i), amounts(1, 1000));
    change(task, all);
    tasks.push_back(shared(std::move(task)));
  }
  return tasks;
}

TEST(FenzoConstraints, UniqueZonesTakeAHostInEach) {
  Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
  const auto tasks = changed(3, [](TaskRequest& t, const TaskIds& all) { t.hard.push_back(UniqueValue{all, "Zone"}); });
  EXPECT_EQ(hosts_used(scheduler.schedule(Instant{}, tasks, in_zones(3))).size(), 3u);
  Scheduler two({.fitness = BuiltIn::cpu_bin_packer});
  EXPECT_THAT(reasons(two.schedule(Instant{}, tasks, in_zones(2))), ElementsAre("constraint:UniqueHostAttrConstraint-Zone"));
}

TEST(FenzoConstraints, UniqueZonesThatAreWishedForGiveWay) {
  Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
  const auto tasks = changed(3, [](TaskRequest& t, const TaskIds& all) {
    t.soft.push_back(Satisfied{HardConstraint{UniqueValue{all, "Zone"}}});
  });
  const auto result = scheduler.schedule(Instant{}, tasks, in_zones(2));
  EXPECT_EQ(result.assigned.size(), 3u);
  EXPECT_EQ(hosts_used(result).size(), 2u);
}

TEST(FenzoConstraints, BalancedZonesGetAsManyEach) {
  for (const bool hard : {true, false}) {
    Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
    const auto tasks = changed(6, [&](TaskRequest& t, const TaskIds& all) {
      const BalancedValues values{all, "Zone", 3};
      hard ? t.hard.push_back(values) : t.soft.push_back(BalanceScore{values});
    });
    std::map<std::string, int> counts;
    for (const Assignment& a : scheduler.schedule(Instant{}, tasks, in_zones(6)).assigned) ++counts[a.host];
    std::map<char, int> zones;
    for (const auto& [host, count] : counts) zones[static_cast<char>('A' + (host.back() - '0') % 3)] += count;
    EXPECT_THAT(zones, ElementsAre(std::pair('A', 2), std::pair('B', 2), std::pair('C', 2)));
  }
}

TEST(FenzoConstraints, AHostThatATaskHasForItselfIsClosedOnceItRuns) {
  TaskRequest alone = request("alone", amounts(1, 1000));
  alone.hard.push_back(ExclusiveHost{});
  Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
  const auto leases = leases_of("h", 1, amounts(8, 8000));
  const auto first = scheduler.schedule(Instant{}, {shared(alone)}, leases);
  run_all(scheduler, first);
  const auto second = scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(1, 1000)), left_of(leases, first));
  EXPECT_THAT(reasons(second), ElementsAre("constraint:ExclusiveHostConstraint"));
  const auto third = scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(1, 1000)), leases_of("other", 1, amounts(8, 8000)));
  EXPECT_THAT(hosts_used(third), ElementsAre("other000"));
}

TEST(FenzoConstraints, ATaskThatWantsAHostForItselfGoesWhereNothingIs) {
  Scheduler scheduler({.fitness = BuiltIn::cpu_bin_packer});
  const auto leases = leases_of("h", 2, amounts(8, 8000));
  const auto first = scheduler.schedule(Instant{}, tasks_of("first", 1, amounts(1, 1000)), leases);
  run_all(scheduler, first);
  TaskRequest alone = request("alone", amounts(1, 1000));
  alone.hard.push_back(ExclusiveHost{});
  const auto second = scheduler.schedule(Instant{}, {shared(request("plain", amounts(1, 1000))), shared(alone)}, left_of(leases, first));
  EXPECT_EQ(host_of(second, "plain"), "h000");
  EXPECT_EQ(host_of(second, "alone"), "h001");
}

class Throwing : public Constraint {
 public:
  std::string name() const override { return "Throwing"; }
  std::optional<std::string> failure(const TaskRequest&, const Host&, const TaskTracker&) const override {
    throw std::runtime_error("out of order");
  }
};

TEST(FenzoConstraints, OneThatThrowsTakesBackAllOfTheIteration) {
  TaskRequest bad = request("bad", amounts(1, 1));
  bad.hard.push_back(std::make_shared<const Throwing>());
  Scheduler scheduler({});
  const auto result =
      scheduler.schedule(Instant{}, {shared(request("good", amounts(1, 1))), shared(bad)}, leases_of("h", 2, amounts(4, 4000)));
  EXPECT_THAT(result.assigned, IsEmpty());
  EXPECT_EQ(result.exception, "out of order");
  EXPECT_EQ(scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(4, 1)), {}).assigned.size(), 1u) << "the leases are still there";
}

std::vector<Task> of_group(const std::string& group, int count) {
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) {
    TaskRequest task = request(group + std::to_string(i), amounts(1, 1000));
    task.group = group;
    tasks.push_back(shared(std::move(task)));
  }
  return tasks;
}

Resources limit(double cpus, double memory) {
  Resources limit = GroupLimits::unlimited;
  limit.cpus = Cores{cpus};
  limit.memory = Megabytes{memory};
  return limit;
}

TEST(FenzoGroupLimits, HoldForEachGroupAndAreNoneWithoutAny) {
  const std::map<std::string, Resources> limits{{"g1", limit(4, 4000)}, {"g2", limit(8, 8000)}};
  Scheduler one({.group_limits = limits});
  const auto single = one.schedule(Instant{}, of_group("g1", 5), leases_of("h", 2, amounts(4, 4000)));
  EXPECT_EQ(single.assigned.size(), 4u);
  EXPECT_THAT(reasons(single), ElementsAre("ResAllocs"));
  Scheduler two({.group_limits = limits});
  auto tasks = of_group("g1", 5);
  for (const Task& task : of_group("g2", 5)) tasks.push_back(task);
  const auto both = two.schedule(Instant{}, tasks, leases_of("h", 4, amounts(4, 4000)));
  EXPECT_EQ(both.assigned.size(), 9u);
  EXPECT_EQ(both.failures.size(), 1u);
  Scheduler none({});
  EXPECT_EQ(none.schedule(Instant{}, of_group("g1", 20), leases_of("h", 10, amounts(4, 4000))).assigned.size(), 20u);
}

TEST(FenzoScalars, AsManyAreGivenAsTheHostHas) {
  Lease lease = lease_of("h", amounts(8, 8000));
  lease.scalars["gpu"] = 2;
  std::vector<Task> tasks;
  for (int i = 0; i < 3; ++i) {
    TaskRequest task = request("t" + std::to_string(i), amounts(1, 100));
    task.scalars["gpu"] = 1;
    tasks.push_back(shared(std::move(task)));
  }
  Scheduler scheduler({});
  const auto result = scheduler.schedule(Instant{}, tasks, {lease});
  EXPECT_EQ(result.assigned.size(), 2u);
  EXPECT_THAT(reasons(result), ElementsAre("Other:gpu"));
  EXPECT_EQ(result.failures.at(0).causes.at(0).shortages.at(0).missing, 1) << "it says how many are missing";
}

TEST(FenzoSingleOffer, WhatRunsIsTakenOffAHostThatIsOfferedOnce) {
  Scheduler scheduler({.fleet = {.single_offer = true}});
  scheduler.run(shared(request("before", amounts(1, 100))), "h000");
  const auto result = scheduler.schedule(Instant{}, tasks_of("t", 4, amounts(1, 100)), leases_of("h", 1, amounts(4, 4000)));
  EXPECT_EQ(result.assigned.size(), 3u) << "what ran before the lease came is taken off, too";
  EXPECT_THAT(result.leases_used, IsEmpty());
  run_all(scheduler, result);
  EXPECT_EQ(scheduler.schedule(Instant{}, tasks_of("more", 4, amounts(1, 100)), {}).assigned.size(), 0u);
  scheduler.end("t0", "h000");
  EXPECT_EQ(scheduler.schedule(Instant{}, tasks_of("last", 4, amounts(1, 100)), {}).assigned.size(), 1u);
}

TEST(FenzoActiveGroups, OnlyHostsOfAnActiveGroupGetTasks) {
  auto leases = leases_of("h", 1, amounts(4, 4000));
  leases[0].attributes["ASG"] = "asg1";
  Scheduler scheduler({});
  scheduler.fleet().set_active_groups("ASG", {"asg2"}, Instant{});
  const auto first = scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(1, 1)), leases);
  EXPECT_EQ(first.assigned.size(), 0u);
  scheduler.fleet().set_active_groups("ASG", {"asg1", "asg2"}, Instant{});
  EXPECT_EQ(scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(1, 1)), {}).assigned.size(), 1u);
}

TEST(FenzoTies, EqualHostsAreTakenInTheOrderOfTheirNamesAsTexts) {
  Scheduler scheduler({});
  std::vector<Lease> leases{lease_of("host2", amounts(1, 1)), lease_of("host10", amounts(1, 1))};
  EXPECT_EQ(host_of(scheduler.schedule(Instant{}, tasks_of("t", 1, amounts(1, 1)), leases), "t0"), "host10");
}

}  // namespace
}  // namespace streamtwin::fenzo
