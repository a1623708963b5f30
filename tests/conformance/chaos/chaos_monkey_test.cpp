// Vectors of the tests of Netflix/chaosmonkey (C1 to C8) and Netflix/SimianArmy (C9 to C12), by the names of those tests.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "models/chaos/monkey/army.hpp"
#include "models/chaos/monkey/calendar.hpp"
#include "models/chaos/monkey/groups.hpp"
#include "models/chaos/monkey/schedule.hpp"

namespace streamtwin::chaos {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Day day_of(int y, unsigned m, unsigned d) { return Day{std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d}}; }
LocalTime at_time(Day day, int h, int m = 0, int s = 0) { return {day, hours{h} + minutes{m} + std::chrono::seconds{s}}; }

// C1 schedule/schedule_test.go TestPopulate
TEST(ChaosMonkeySchedule, Populate) {
  std::vector<Cluster> clusters;
  for (const char* name : {"foo-prod", "bar-prod", "baz-prod", "quux-prod"}) clusters.push_back({"prod", "us-east-1", name});
  std::vector<ScheduledKill> kills;
  for (const char* app : {"foo", "bar", "baz", "quux"}) {
    const auto of_app =
        schedule_of(day_of(2015, 12, 17), eligible_groups(clusters, app, Grouping::cluster, true), {.mean_time_between_kills = 1},
                    [&](const InstanceGroup& group) { return Random(1, group.text(), "kill"); });
    kills.insert(kills.end(), of_app.begin(), of_app.end());
  }
  ASSERT_THAT(kills, SizeIs(4));
  for (const ScheduledKill& kill : kills) {
    EXPECT_GE(kill.at, at_time(day_of(2015, 12, 17), 9));
    EXPECT_LT(kill.at, at_time(day_of(2015, 12, 17), 15));
  }
}

TEST(ChaosMonkeySchedule, KillsWhereTheDrawIsNotAboveTheProbability) {
  EXPECT_TRUE(kills_today(5, 0.2)) << "p >= u, and not p > u";
  EXPECT_FALSE(kills_today(5, 0.2000001));
  EXPECT_TRUE(kills_today(1000, 0));
}

TEST(ChaosMonkeySchedule, TakesAWholeMinuteThatIsNeverTheEndHour) {
  std::set<double> seen;
  Random random(1, "minute", "of a kill");
  for (int i = 0; i < 20'000; ++i) seen.insert(time_of_kill(9, 15, random) / 1min);
  EXPECT_EQ(seen.size(), 360u);
  EXPECT_EQ(*seen.begin(), 540);
  EXPECT_EQ(*seen.rbegin(), 899);
}

// C2 to C5 mysql/no_kills_since_test.go TestZeroDaysBetweenKills, in the zone's own time
TEST(ChaosMonkeyMinTime, ZeroDaysBetweenKills) {
  const Day thursday = day_of(2015, 12, 17);
  for (const LocalTime& now : {at_time(thursday, 0), at_time(thursday, 8, 59, 59), at_time(thursday, 15), at_time(thursday, 16, 0, 1),
                               at_time(thursday, 23, 59, 59)}) {
    EXPECT_EQ(no_kills_since(0, now, 15), at_time(thursday, 15));
    EXPECT_EQ(no_kills_since(1, now, 15), at_time(day_of(2015, 12, 16), 15));
  }
  EXPECT_EQ(no_kills_since(1, at_time(day_of(2015, 12, 18), 0, 0, 1), 15), at_time(thursday, 15));
  const Day back[] = {day_of(2015, 12, 16), day_of(2015, 12, 15), day_of(2015, 12, 14), day_of(2015, 12, 11), day_of(2015, 12, 10),
                      day_of(2015, 12, 9),  day_of(2015, 12, 8),  day_of(2015, 12, 7),  day_of(2015, 12, 4)};
  for (int days = 1; days <= 9; ++days) EXPECT_EQ(no_kills_since(days, at_time(thursday, 15, 18, 30), 15), at_time(back[days - 1], 15));
  const Day monday = day_of(2015, 12, 14);
  for (const LocalTime& now : {at_time(monday, 0), at_time(monday, 9), at_time(monday, 23, 59, 59)})
    EXPECT_EQ(no_kills_since(2, now, 15), at_time(day_of(2015, 12, 10), 15));
  EXPECT_EQ(no_kills_since(1, at_time(day_of(2016, 3, 14), 12, 35, 46), 15), at_time(day_of(2016, 3, 11), 15)) << "summer time began";
  EXPECT_EQ(no_kills_since(2, at_time(day_of(2016, 11, 8), 12, 35, 46), 15), at_time(day_of(2016, 11, 4), 15)) << "and ended";
  EXPECT_EQ(no_kills_since(1, at_time(day_of(2016, 1, 1), 12, 5), 15), at_time(day_of(2015, 12, 31), 15)) << "no holidays";
  EXPECT_EQ(no_kills_since(30, at_time(day_of(2015, 12, 18), 11, 45, 11), 15), at_time(day_of(2015, 11, 6), 15));
  EXPECT_THROW(no_kills_since(-1, at_time(monday, 9), 15), std::invalid_argument);
}

TEST(ChaosMonkeyMinTime, CountsKillsOfTheGroupAlone) {
  const LocalTime threshold = at_time(day_of(2015, 12, 16), 15);
  const Cluster api{"prod", "us-east-1", "api-prod"};
  const auto allowed = [&](const Cluster& killed, const LocalTime& at, Grouping grouping, bool independent) {
    return respects_min_time({{at, killed}}, api, threshold, grouping, independent);
  };
  EXPECT_FALSE(allowed(api, threshold, Grouping::cluster, true)) << "at that very time, too";
  EXPECT_TRUE(allowed(api, at_time(day_of(2015, 12, 16), 14, 59), Grouping::cluster, true));
  const Cluster elsewhere{"prod", "us-west-2", "api-prod"}, other{"prod", "us-east-1", "api-prod-blue"},
      staging{"prod", "us-east-1", "api-staging"};
  EXPECT_TRUE(allowed(elsewhere, threshold, Grouping::cluster, true));
  EXPECT_FALSE(allowed(elsewhere, threshold, Grouping::cluster, false));
  EXPECT_TRUE(allowed(other, threshold, Grouping::cluster, true));
  EXPECT_FALSE(allowed(other, threshold, Grouping::stack, true));
  EXPECT_TRUE(allowed(staging, threshold, Grouping::stack, true));
  EXPECT_FALSE(allowed(staging, threshold, Grouping::app, true));
  EXPECT_TRUE(allowed({"test", "us-east-1", "api-prod"}, threshold, Grouping::app, false));
}

// C6 deploy/eligible_instance_groups_test.go
TEST(ChaosMonkeyGroups, EligibleInstanceGroups) {
  std::vector<Cluster> clusters;
  for (const auto& [account, stack] :
       {std::pair("prod", "prod"), std::pair("prod", "staging"), std::pair("test", "test"), std::pair("test", "beta")}) {
    for (const char* detail : {"a", "b"}) {
      for (const char* region : {"us-east-1", "us-west-2"}) clusters.push_back({account, region, fmt::format("mock-{}-{}", stack, detail)});
    }
  }
  EXPECT_THAT(eligible_groups(clusters, "mock", Grouping::app, false), SizeIs(2));
  EXPECT_THAT(eligible_groups(clusters, "mock", Grouping::app, true), SizeIs(4));
  EXPECT_THAT(eligible_groups(clusters, "mock", Grouping::stack, false), SizeIs(4));
  EXPECT_THAT(eligible_groups(clusters, "mock", Grouping::stack, true), SizeIs(8));
  EXPECT_THAT(eligible_groups(clusters, "mock", Grouping::cluster, false), SizeIs(8));
  EXPECT_THAT(eligible_groups(clusters, "mock", Grouping::cluster, true), SizeIs(16));
  EXPECT_EQ(eligible_groups(clusters, "mock", Grouping::app, false)[0].text(), "app=mock account=prod");
  EXPECT_EQ(eligible_groups(clusters, "mock", Grouping::cluster, true)[0].text(),
            "app=mock account=prod region=us-east-1 cluster=mock-prod-a");
  EXPECT_THAT(eligible_groups(clusters, "mo", Grouping::app, false), IsEmpty());
}

/// The deployment of eligible/eligible_test.go, two instances each.
std::vector<Cluster> foo() {
  return {{"prod", "us-east-1", "foo-crit"},    {"prod", "us-west-2", "foo-crit"},    {"prod", "us-east-1", "foo-crit-lorin"},
          {"prod", "us-east-1", "foo-staging"}, {"prod", "us-west-2", "foo-staging"}, {"prod", "us-east-1", "foo-staging-lorin"}};
}

std::vector<std::string> left_by(const std::vector<MonkeyExceptionSpec>& exceptions,
                                 InstanceGroup group = {"foo", "prod", "us-east-1", "", ""}) {
  std::vector<std::string> names;
  for (const Cluster& cluster : eligible_clusters(foo(), group, exceptions)) names.push_back(cluster.name);
  return names;
}

// C7 eligible/eligible_test.go TestGroupings, TestExceptions; eligible/instances_canary_test.go
TEST(ChaosMonkeyEligible, Groupings) {
  EXPECT_THAT(left_by({}, {"foo", "prod", "us-east-1", "", "foo-crit"}), ElementsAre("foo-crit"));
  EXPECT_THAT(left_by({}, {"foo", "prod", "us-east-1", "staging", ""}), ElementsAre("foo-staging", "foo-staging-lorin"));
  EXPECT_THAT(left_by({}, {"foo", "prod", "", "", "foo-crit"}), ElementsAre("foo-crit", "foo-crit"));
  EXPECT_THAT(left_by({}, {"foo", "prod", "", "", ""}), SizeIs(6));
}

TEST(ChaosMonkeyEligible, Exceptions) {
  EXPECT_THAT(left_by({{"prod", "us-east-1", "crit", "lorin"}}), ElementsAre("foo-crit", "foo-staging", "foo-staging-lorin"));
  EXPECT_THAT(left_by({{"prod", "*", "crit", "lorin"}}), ElementsAre("foo-crit", "foo-staging", "foo-staging-lorin"));
  EXPECT_THAT(left_by({{"prod", "*", "crit", "*"}}), ElementsAre("foo-staging", "foo-staging-lorin"));
  EXPECT_THAT(left_by({{"prod", "*", "*", "lorin"}}), ElementsAre("foo-crit", "foo-staging")) << "four instances";
  EXPECT_THAT(left_by({{"prod", "*", "crit", "*"}, {"prod", "*", "staging", "*"}}), IsEmpty());
  EXPECT_THAT(left_by({{"prod", "*", "*", ""}}), ElementsAre("foo-crit-lorin", "foo-staging-lorin")) << "an empty detail is one";
  EXPECT_THAT(left_by({{"prod", "*", "crit", "*"}, {"prod", "*", "*", "lorin"}}), ElementsAre("foo-staging"));
  EXPECT_THAT(left_by({{"test", "*", "*", "*"}}), SizeIs(4));
}

TEST(ChaosMonkeyEligible, NeverCanaries) {
  for (const char* name : {"foo-prod-canary", "foo-baseline", "foo-citrus", "foo-prod-citrusproxy"})
    EXPECT_TRUE(is_never_eligible(name)) << name;
  for (const char* name : {"foo-canary-prod", "foo-prod", "canary"}) EXPECT_FALSE(is_never_eligible(name)) << name;
  const ClusterName parts("foo--lorin-blue");
  EXPECT_EQ(parts.app, "foo");
  EXPECT_EQ(parts.stack, "");
  EXPECT_EQ(parts.detail, "lorin-blue");
}

// C8 config/monkey_test.go
TEST(ChaosMonkeyConfig, CronExpression) {
  EXPECT_EQ(hour_of_schedule(9), 7);
  EXPECT_EQ(hour_of_schedule(0), 22);
  EXPECT_EQ(hour_of_schedule(1), 23);
  EXPECT_THROW(hour_of_schedule(-1), std::invalid_argument);
  EXPECT_THROW(hour_of_schedule(24), std::invalid_argument);
}

// C9 basic/chaos/TestBasicChaosInstanceSelector
TEST(SimianArmySelector, TakesAsManyAsTheProbabilitySays) {
  Random random(1, "army", "selector");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_THAT(select_instances(4, 0, random), IsEmpty());
    EXPECT_THAT(select_instances(4, 1, random), SizeIs(1));
    EXPECT_THAT(select_instances(4, 3, random), SizeIs(3));
    EXPECT_THAT(select_instances(4, 7.3, random), SizeIs(4));
    EXPECT_THAT(select_instances(0, 0.9, random), IsEmpty());
    const auto some = select_instances(5, 2.4, random);
    EXPECT_TRUE(some.size() == 2 || some.size() == 3);
    EXPECT_EQ(std::set<std::size_t>(some.begin(), some.end()).size(), some.size());
  }
  std::array<int, 4> times{};
  for (int i = 0; i < 40'000; ++i) {
    for (const std::size_t one : select_instances(4, 0.5, random)) ++times[one];
  }
  for (const int of_one : times) EXPECT_NEAR(of_one, 5000, 300);
}

TEST(SimianArmyMonkey, SharesItsProbabilityOutOverTheRunsOfADay) {
  EXPECT_EQ(runs_per_day({9, 15}, 1h), 6);
  EXPECT_EQ(runs_per_day({9, 15}, 4h), 1);
  int open = 0;
  for (int hour = 0; hour < 24; ++hour) open += is_monkey_time(at_time(day_of(2012, 2, 29), hour), {9, 15}) ? 1 : 0;
  EXPECT_EQ(open, 7) << "the closing hour, too, so that a day has one run more than its probability was divided by";
}

TEST(SimianArmyMonkey, LimitsTerminations) {
  const auto limit = [](double per_day) {
    const auto found = termination_limit(per_day);
    return found ? std::pair(found->count, found->days) : std::pair(0, 0);
  };
  EXPECT_EQ(limit(1), std::pair(1, 1));
  EXPECT_EQ(limit(2.9), std::pair(2, 1));
  EXPECT_EQ(limit(0.3), std::pair(1, 4));
  EXPECT_EQ(limit(0.001), std::pair(0, 0));
  EXPECT_EQ(limit(0), std::pair(0, 0));
}

TEST(SimianArmyMonkey, TerminatesWhatHasBeenSparedForTooLong) {
  const MandatoryTermination mandate;
  EXPECT_EQ(effective_probability(0.1, mandate, days{33}, 0), 0.5);
  EXPECT_EQ(effective_probability(0.1, mandate, days{33}, 1), 0.1);
  EXPECT_EQ(effective_probability(0.1, mandate, days{31}, 0), 0.1) << "it has not opted in for a whole window";
  EXPECT_EQ(effective_probability(0.1, mandate, std::nullopt, 0), 0.1);
  EXPECT_EQ(effective_probability(0.1, std::nullopt, days{33}, 0), 0.1);
}

// C10 basic/TestBasicCalendar testHolidays
TEST(SimianArmyCalendar, Holidays) {
  for (const auto& [m, d] :
       {std::pair(1u, 2u), {1u, 16u}, {2u, 20u}, {5u, 28u}, {7u, 4u}, {9u, 3u}, {10u, 8u}, {11u, 12u}, {11u, 22u}, {12u, 25u}}) {
    EXPECT_TRUE(is_holiday(day_of(2012, m, d))) << m << "/" << d;
  }
  EXPECT_FALSE(is_holiday(day_of(2012, 1, 3)));
  EXPECT_TRUE(is_holiday(day_of(2012, 11, 23))) << "black friday";
  EXPECT_TRUE(is_holiday(day_of(2019, 11, 22)) && !is_holiday(day_of(2019, 11, 29)))
      << "the fourth Friday, six days before Thanksgiving's own weekend";
  EXPECT_FALSE(is_holiday(day_of(2022, 1, 3))) << "1 January on a Saturday is observed in the year before";
}

// C11 testGetBusinessDayWihoutGap, WihWeekend, WihHoliday, WihHolidayNextYear
TEST(SimianArmyCalendar, BusinessDays) {
  for (int n = 0; n <= 4; ++n) EXPECT_EQ(business_day(day_of(2012, 12, 3), n), day_of(2012, 12, 3u + static_cast<unsigned>(n)));
  for (int n = 1; n <= 5; ++n) EXPECT_EQ(business_day(day_of(2012, 12, 7), n), day_of(2012, 12, 9u + static_cast<unsigned>(n)));
  EXPECT_EQ(business_day(day_of(2012, 12, 24), 1), day_of(2012, 12, 28));
  EXPECT_EQ(business_day(day_of(2012, 12, 28), 1), day_of(2013, 1, 2));
}

// C12 testMonkeyTime
TEST(SimianArmyCalendar, MonkeyTime) {
  const Day leap_day = day_of(2012, 2, 29), saturday = day_of(2012, 3, 3);
  EXPECT_FALSE(is_monkey_time(at_time(leap_day, 8), {}));
  EXPECT_TRUE(is_monkey_time(at_time(leap_day, 10), {}));
  EXPECT_FALSE(is_monkey_time(at_time(leap_day, 17), {}));
  EXPECT_FALSE(is_monkey_time(at_time(saturday, 10), {}));
  EXPECT_TRUE(is_monkey_time(at_time(saturday, 10), {}, true, true)) << "the property wins";
  EXPECT_FALSE(is_monkey_time(at_time(saturday, 10), {}, true, false)) << "and a no of it is none";
}

}  // namespace
}  // namespace streamtwin::chaos
