// Vectors of AutoScalerTest, ShortfallAutoscalerTest, NaiveShortfallEvaluatorTest, ScaleDownConstraintExecutorTest,
// BalancedScaleDownConstraintEvaluatorTest and OfferRejectionsTest of Fenzo at b9e76c7.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/conformance/fenzo/cluster.hpp"

namespace streamtwin::fenzo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<Lease> in_cluster(const std::string& cluster, int count, double cpus = 4, const std::string& prefix = "h") {
  auto leases = leases_of(prefix, count, amounts(cpus, 1000 * cpus));
  for (Lease& lease : leases) lease.attributes["cluster"] = cluster;
  return leases;
}

SchedulerProperties scaled_by(std::vector<ScaleRule> rules, bool optimising = false) {
  SchedulerProperties properties{.fitness = BuiltIn::cpu_bin_packer, .optimising_shortfall = optimising};
  properties.fleet.group_attribute = "cluster";
  properties.autoscaler = AutoscalerProperties{.rules = std::move(rules)};
  return properties;
}

ScaleRule rule(const std::string& name, int min_idle, int max_idle, Duration cool_down = 2s) {
  return {.name = name, .min_idle = min_idle, .max_idle = max_idle, .cool_down = cool_down};
}

int added(const IterationResult& result, const std::string& name) {
  for (const ScaleAction& action : result.actions) {
    if (action.rule == name) return action.add;
  }
  return 0;
}

TEST(FenzoAutoscaler, AsksForTheMostIdleHostsWhenThereAreNone) {
  Scheduler scheduler(scaled_by({rule("c", 5, 10)}));
  EXPECT_EQ(added(scheduler.schedule(at(0s), {}, {}), "c"), 0) << "not before the first cool-down";
  EXPECT_EQ(added(scheduler.schedule(at(3s), {}, {}), "c"), 10);
  EXPECT_EQ(added(scheduler.schedule(at(4s), {}, {}), "c"), 0) << "cooling down";
}

TEST(FenzoAutoscaler, GivesUpIdleHostsBeyondTheMost) {
  Scheduler scheduler(scaled_by({rule("c", 5, 10)}));
  scheduler.schedule(at(0s), {}, {});
  const auto result = scheduler.schedule(at(3s), tasks_of("t", 1, amounts(4, 4000)), in_cluster("c", 13));
  ASSERT_EQ(result.actions.size(), 1u);
  EXPECT_EQ(result.actions[0].remove.size(), 2u);
  EXPECT_EQ(scheduler.schedule(at(4s), {}, {}).idle_hosts, 10u) << "they get no tasks any more";
}

TEST(FenzoAutoscaler, TasksWithoutAPlaceAskForHostsAtOnceAndEachOnlyOnce) {
  Scheduler scheduler(scaled_by({rule("c", 1, 1, 120s)}));
  const auto first = scheduler.schedule(at(0s), tasks_of("t", 12, amounts(4, 4000)), in_cluster("c", 4));
  EXPECT_EQ(added(first, "c"), 8);
  auto waiting = tasks_of("t", 12, amounts(4, 4000));
  waiting.erase(waiting.begin(), waiting.begin() + 4);
  for (const Task& task : tasks_of("new", 15, amounts(4, 4000))) waiting.push_back(task);
  EXPECT_EQ(added(scheduler.schedule(at(1s), waiting, {}), "c"), 15);
  EXPECT_EQ(added(scheduler.schedule(at(599s), waiting, {}), "c"), 1) << "for the idle hosts alone";
}

TEST(FenzoAutoscaler, AGroupGrowsToItsMostAndNotBeyond) {
  ScaleRule a = rule("a", 1, 1, 120s), b = rule("b", 1, 1, 120s);
  a.max_size = 4;
  b.max_size = 2;
  Scheduler scheduler(scaled_by({a, b}));
  const auto leases = joined(in_cluster("a", 1), in_cluster("b", 1, 4, "k"));
  const auto result = scheduler.schedule(at(0s), tasks_of("t", 20, amounts(4, 4000)), leases);
  EXPECT_EQ(added(result, "a"), 3);
  EXPECT_EQ(added(result, "b"), 1);
}

TEST(FenzoAutoscaler, ANeedCountsWhenItIsSeenAgainAfterTheDelay) {
  SchedulerProperties properties = scaled_by({rule("c", 1, 2, 1s)});
  properties.autoscaler->up_delay = 10s;
  Scheduler scheduler(properties);
  std::vector<int> asked;
  for (const double time : {0.0, 5.0, 10.0, 16.0, 40.0, 55.0}) asked.push_back(added(scheduler.schedule(at(seconds(time)), {}, {}), "c"));
  EXPECT_THAT(asked, ElementsAre(0, 0, 0, 2, 0, 2)) << "seen at 5 s, and again within 20 s; then at 40 s";
}

TEST(FenzoShortfall, ARuleMaySayHowManyHostsTasksTake) {
  ShortfallAnalyser analyser([](const TaskRequest& task) { return std::vector<std::string>{task.group}; });
  std::vector<Task> failed;
  for (const char* id : {"s1", "s2", "a1", "a2"}) {
    TaskRequest task = request(id, {});
    task.group = id[0] == 's' ? "std" : "adjusted";
    failed.push_back(shared(std::move(task)));
  }
  const auto half = [](const std::string& rule, int tasks) { return rule == "adjusted" ? tasks / 2 : tasks; };
  EXPECT_THAT(analyser.shortfall(Instant{}, {"adjusted", "std"}, failed, half), ElementsAre(std::pair("adjusted", 1), std::pair("std", 2)));
  EXPECT_THAT(analyser.shortfall(at(600s), {"adjusted", "std"}, failed, half), IsEmpty());
  EXPECT_EQ(analyser.shortfall(at(601s), {"adjusted", "std"}, failed, half).size(), 2u) << "forgotten after ten minutes";
}

TEST(FenzoShortfall, TasksThatShareACopyOfAHostTakeOne) {
  for (const bool optimising : {false, true}) {
    Scheduler scheduler(scaled_by({rule("c", 1, 1, 120s)}, optimising));
    run_all(scheduler, scheduler.schedule(at(0s), tasks_of("first", 1, amounts(4, 4000)), in_cluster("c", 1)));
    const auto result = scheduler.schedule(at(1s), tasks_of("t", 8, amounts(1, 1000)), {});
    EXPECT_EQ(added(result, "c"), optimising ? 2 : 8);
  }
}

TEST(FenzoScaleDown, EachFurtherHostOfAGroupScoresHalfAStepMore) {
  const BalancedScaleDown balanced([](const Host&) { return "zone"; }, 0.5, 0.1);
  const auto score = balanced.begin();
  const Host host("h", "c");
  std::vector<double> scores;
  for (int i = 0; i < 4; ++i) scores.push_back(score(host));
  EXPECT_THAT(scores, ElementsAre(0.5, 0.6, ::testing::DoubleEq(0.65), ::testing::DoubleEq(0.675)));
}

class Favouring : public ScaleDownScore {
 public:
  Favouring(int parity, const Host* never) : parity_(parity), never_(never) {}
  std::string name() const override { return "Favouring"; }
  std::function<double(const Host&)> begin() const override {
    return [this](const Host& host) { return &host == never_ ? 0.0 : (host.name().back() - '0') % 2 == parity_ ? 1.0 : 0.5; };
  }

 private:
  int parity_;
  const Host* never_;
};

TEST(FenzoScaleDown, SetsGoOneAfterAnotherAndWithinThemByScore) {
  std::vector<std::unique_ptr<Host>> made;
  Hosts hosts;
  for (int i = 0; i < 5; ++i) {
    made.push_back(std::make_unique<Host>("l" + std::to_string(i), "c"));
    hosts.push_back(made.back().get());
  }
  const ScaleDownSets sets = [](const Hosts& h) { return std::vector<Hosts>{{h[0], h[2], h[3]}, {h[1], h[4]}}; };
  const auto even = std::make_shared<const Favouring>(0, hosts[0]), odd = std::make_shared<const Favouring>(1, nullptr);
  const ScaleDownOrder order(sets, {{even, 10.0}, {odd, 2.0}});
  std::vector<std::string> names;
  for (const Host* const host : order.order(hosts)) names.push_back(host->name());
  EXPECT_THAT(names, ElementsAre("l2", "l3", "l4", "l1")) << "l0 cannot be removed";
  EXPECT_THROW(ScaleDownOrder(sets, {{even, 0.0}}), std::invalid_argument);
  EXPECT_THROW(ScaleDownOrder(sets, {{even, -1.0}}), std::invalid_argument);
}

TEST(FenzoOffers, RunOutTimeAndAgain) {
  Scheduler scheduler({.fleet = {.lease_expiry = 2s, .rejected_hosts_max = INT_MAX}});
  EXPECT_THAT(scheduler.schedule(at(0s), {}, leases_of("h", 100, amounts(1, 1))).leases_rejected, IsEmpty());
  EXPECT_EQ(scheduler.schedule(at(3s), {}, {}).leases_rejected.size(), 100u);
  auto again = leases_of("h", 100, amounts(1, 1));
  for (Lease& lease : again) lease.offered = at(4s);
  EXPECT_THAT(scheduler.schedule(at(4s), {}, again).leases_rejected, IsEmpty());
  EXPECT_EQ(scheduler.schedule(at(7s), {}, {}).leases_rejected.size(), 100u);
}

TEST(FenzoOffers, AllOfAHostRunOutTogetherAndCountOnce) {
  Scheduler scheduler({.fleet = {.lease_expiry = 2s, .rejected_hosts_max = 1}});
  std::vector<Lease> leases;
  for (const char* host : {"a", "b"}) {
    for (int i = 0; i < 3; ++i) {
      leases.push_back(lease_of(host, amounts(1, 1)));
      leases.back().id += std::to_string(i);
    }
  }
  scheduler.schedule(at(0s), {}, leases);
  const auto rejected = scheduler.schedule(at(3s), {}, {}).leases_rejected;
  ASSERT_EQ(rejected.size(), 3u);
  EXPECT_EQ(rejected[0].substr(0, 10), rejected[2].substr(0, 10)) << "of one host";
  EXPECT_THAT(scheduler.schedule(at(4s), {}, {}).leases_rejected, IsEmpty());
  EXPECT_EQ(scheduler.schedule(at(6s), {}, {}).leases_rejected.size(), 3u);
}

TEST(FenzoOffers, OneThatIsWithdrawnBeforeItComesIsGoneAfterTheNextIteration) {
  Scheduler scheduler({});
  scheduler.fleet().expire_lease("lease of h000");
  EXPECT_EQ(scheduler.schedule(at(0s), {}, leases_of("h", 1, amounts(1, 1))).idle_hosts, 1u);
  EXPECT_EQ(scheduler.schedule(at(1s), {}, {}).idle_hosts, 0u);
}

}  // namespace
}  // namespace streamtwin::fenzo
