// Vectors of SubsetFilterTest, DefaultNIWSServerListFilterTest and LoadBalancerCommandTest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/services/ribbon/list_filters.hpp"
#include "models/services/ribbon/retries.hpp"
#include "tests/conformance/instants.hpp"

namespace streamtwin::ribbon {
namespace {

using ::testing::ElementsAre;

class RibbonList : public ::testing::Test {
 protected:
  ServerStats& of(std::uint32_t host) { return balancer.stats(balancer.index_of({host, 0}, s(0))); }
  void give(std::uint32_t host, int failures, int active) {
    for (int i = 0; i < failures; ++i) of(host).count_failure(s(0));
    for (int i = 0; i < active; ++i) of(host).request_started(s(0));
  }
  static std::vector<std::uint32_t> hosts(const std::vector<Server>& servers) {
    std::vector<std::uint32_t> ids;
    for (const Server& server : servers) ids.push_back(server.host);
    return ids;
  }
  bool kept(const std::vector<Server>& servers, std::uint32_t host) {
    const auto ids = hosts(servers);
    return std::find(ids.begin(), ids.end(), host) != ids.end();
  }
  BalancerProperties properties;
  LoadBalancer balancer{properties, s(0)};
  Random random{5, "ribbon", "subset"};
};

TEST_F(RibbonList, SubsetSortsByFailuresAndThenByActiveRequests) {
  give(1, 1, 0);
  give(2, 1, 1);
  give(3, 0, 1);
  give(4, 2, 0);
  std::vector<Server> servers{{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}};
  sort_worst_first(servers, balancer, s(0));
  EXPECT_THAT(hosts(servers), ElementsAre(4, 2, 1, 3, 0));
}

TEST_F(RibbonList, SubsetDropsTheUnhealthyAndItsShareOfTheWorst) {
  SubsetFilter filter({.size = 5, .force_eliminate = Fraction{0.6}, .failure_threshold = 2, .connection_threshold = 2});
  std::vector<Server> all;
  for (std::uint32_t host = 0; host < 10; ++host) all.push_back({host, 0});
  const auto first = hosts(filter.filter(all, balancer, s(0), random));
  ASSERT_EQ(first.size(), 5u);
  give(first[0], 3, 0);
  give(first[1], 0, 3);
  give(first[2], 0, 2);
  give(first[3], 1, 0);
  const auto& second = filter.filter(all, balancer, s(0), random);
  EXPECT_EQ(second.size(), 5u);
  EXPECT_FALSE(kept(second, first[0]));
  EXPECT_FALSE(kept(second, first[1]));
  EXPECT_TRUE(kept(second, first[2]));
  EXPECT_FALSE(kept(second, first[3]));
  EXPECT_TRUE(kept(second, first[4]));
  const std::vector<Server> only = second;
  EXPECT_EQ(filter.filter(only, balancer, s(0), random).size(), 5u);  // not enough healthy ones: whoever there is
}

TEST_F(RibbonList, SubsetShrinksAndForgetsWhatLeftTheList) {
  SubsetFilter filter({.size = 4, .force_eliminate = Fraction{0}});
  std::vector<Server> all;
  for (std::uint32_t host = 0; host < 8; ++host) all.push_back({host, 0});
  const auto first = hosts(filter.filter(all, balancer, s(0), random));
  std::erase_if(all, [&](const Server& server) { return server.host == first[0]; });
  const auto& second = filter.filter(all, balancer, s(0), random);
  EXPECT_EQ(second.size(), 4u);
  EXPECT_FALSE(kept(second, first[0]));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_TRUE(kept(second, first[i]));
}

TEST(RibbonBiasedShuffle, IsNotUniform) {
  // Three places, all three chosen by swaps with any of the three: 27 equally likely paths over 6 orders cannot be
  // uniform; the order (1, 0, 2) has 5 of 27.
  Random random(9, "ribbon", "bias");
  int swapped = 0;
  for (int i = 0; i < 27000; ++i) {
    std::vector<Server> servers{{0, 0}, {1, 0}, {2, 0}};
    choose_biased(servers, 3, random);
    swapped += servers[0].host == 1 && servers[1].host == 0;
  }
  EXPECT_NEAR(swapped / 27000.0, 5.0 / 27, 0.008);
}

class RibbonZoneAffinity : public RibbonList {
 protected:
  std::vector<Server> zones(int a, int b, int c) {
    std::vector<Server> list;
    std::uint32_t host = 0;
    for (const auto& [count, zone] : {std::pair{a, 0}, {b, 1}, {c, 2}})
      for (int i = 0; i < count; ++i) list.push_back({host++, static_cast<ZoneIndex>(zone)});
    return list;
  }
};

TEST_F(RibbonZoneAffinity, HoldsUntilTheZoneIsLoaded) {
  const ZoneAffinityFilter filter({.affinity = true}, 2);
  const auto list = zones(3, 4, 5);
  EXPECT_EQ(filter.filter(list, balancer, s(0)).size(), 5u);
  for (std::uint32_t host : {7, 8, 9, 10}) of(host).request_started(s(0));  // 0.8 per server
  EXPECT_EQ(filter.filter(list, balancer, s(0)).size(), 12u);
  const ZoneAffinityFilter exclusive({.exclusive = true}, 2);
  EXPECT_EQ(exclusive.filter(list, balancer, s(0)).size(), 5u);
}

TEST_F(RibbonZoneAffinity, NeedsEnoughAvailableServers) {
  const ZoneAffinityFilter filter({.affinity = true, .available_min = 3}, 2);
  EXPECT_EQ(filter.filter(zones(4, 4, 2), balancer, s(0)).size(), 10u);
  EXPECT_EQ(filter.filter(zones(4, 4, 3), balancer, s(0)).size(), 3u);
  for (int i = 0; i < 3; ++i) of(8).connection_failed(s(0), properties);
  EXPECT_EQ(filter.filter(zones(4, 4, 3), balancer, s(0)).size(), 11u);
  EXPECT_EQ(filter.filter(zones(4, 4, 4), balancer, s(0)).size(), 4u);
}

TEST_F(RibbonZoneAffinity, IsOffByDefault) { EXPECT_EQ(ZoneAffinityFilter({}, 2).filter(zones(1, 1, 5), balancer, s(0)).size(), 7u); }

TEST(RibbonRetries, OnTheSameServerUpToTheLimit) {
  RetryDriver driver(3, 0, true, true);
  EXPECT_EQ(driver.failed(Failure::other), NextStep::same_server);
  EXPECT_EQ(driver.failed(Failure::other), NextStep::same_server);
  EXPECT_EQ(driver.tries(), 2);  // the third try succeeds
  EXPECT_EQ(driver.failed(Failure::other), NextStep::same_server);
  EXPECT_EQ(driver.failed(Failure::other), NextStep::same_server_exhausted);
}

TEST(RibbonRetries, AFreshChoiceAfterTheSameServersTries) {
  BalancerProperties properties;
  properties.rule = RuleKind::round_robin;
  LoadBalancer balancer(properties, s(0));
  balancer.update(std::vector<Server>{{1, 0}, {2, 0}, {3, 0}}, s(0));
  Random random;
  RetryDriver driver(1, 5, true, true);
  EXPECT_EQ(balancer.server(*balancer.choose(s(0), random)).host, 2u);
  EXPECT_EQ(driver.failed(Failure::other), NextStep::same_server);
  EXPECT_EQ(driver.failed(Failure::other), NextStep::next_server);
  EXPECT_EQ(balancer.server(*balancer.choose(s(0), random)).host, 3u);
}

TEST(RibbonRetries, TriesAtMostSamePlusOneTimesNextPlusOne) {
  RetryDriver driver(2, 3, true, true);
  int tries = 1;
  NextStep step = NextStep::same_server;
  while ((step = driver.failed(Failure::connection)) == NextStep::same_server || step == NextStep::next_server) ++tries;
  EXPECT_EQ(tries, 12);
  EXPECT_EQ(step, NextStep::next_server_exhausted);
}

TEST(RibbonRetries, ThePolicyKnowsWhichErrorsAreWorthIt) {
  const ClientProperties properties;
  EXPECT_EQ(RetryDriver(properties, true).failed(Failure::other), NextStep::next_server);
  EXPECT_EQ(RetryDriver(properties, false).failed(Failure::other), NextStep::give_up);
  EXPECT_EQ(RetryDriver(properties, false).failed(Failure::connection), NextStep::next_server);
  RetryDriver throttled(2, 2, true, false);
  EXPECT_EQ(throttled.failed(Failure::throttled), NextStep::next_server);
  EXPECT_EQ(throttled.failed(Failure::aborted), NextStep::give_up);
}

TEST(RibbonRetries, TheCountsDecideWhatTheEndIsCalled) {
  RetryDriver last_server(0, 1, true, false);
  EXPECT_EQ(last_server.failed(Failure::connection), NextStep::next_server);
  EXPECT_EQ(last_server.failed(Failure::other), NextStep::next_server_exhausted) << "though it is not retriable";
  RetryDriver aborted_there(0, 1, true, true);
  EXPECT_EQ(aborted_there.failed(Failure::other), NextStep::next_server);
  EXPECT_EQ(aborted_there.failed(Failure::aborted), NextStep::next_server_exhausted);
  RetryDriver same_server(1, 2, true, false);
  EXPECT_EQ(same_server.failed(Failure::connection), NextStep::same_server);
  EXPECT_EQ(same_server.failed(Failure::other), NextStep::same_server_exhausted) << "though other servers were left";
  RetryDriver at_once(1, 2, true, false);
  EXPECT_EQ(at_once.failed(Failure::other), NextStep::give_up);
  EXPECT_EQ(RetryDriver(0, 0, true, true).failed(Failure::connection), NextStep::give_up) << "no retries, no count of them";
}

}  // namespace
}  // namespace streamtwin::ribbon
