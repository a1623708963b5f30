// Chaos Monkey and its kin in a run: when they strike, whom, and what becomes of it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

/// Two services in one region, from Monday's midnight on, for a week.
std::string hunted(const std::string& monkey, const std::string& more = "") {
  return fmt::format(R"(streamtwin: 1
name: hunted
regions: [{{name: east, latitude: 0, longitude: 0, zones: 2}}]
clock: {{weekday: monday, starts: 0 h, lasts: 7 d, warm_up: 0 s, window: 1 h}}
services:
  front: {{instances_per_zone: 2, boot_time: 30 s, calls: [{{service: back}}]}}
  back: {{instances_per_zone: 2, boot_time: 30 s}}
load: {{users: {{target: front, rate: 0.05 /s}}}}
chaos_monkey: {{{}}}
{}
)",
                     monkey, more);
}

std::vector<TimelineEvent> events_of(const RunResult& result, const std::string& kind) {
  std::vector<TimelineEvent> found;
  std::copy_if(result.timeline.begin(), result.timeline.end(), std::back_inserter(found),
               [&](const TimelineEvent& e) { return e.kind == kind; });
  return found;
}

double hour_of_day(Instant time) { return std::fmod(in_seconds(time - Instant{}) / 3600, 24); }
int day_of_run(Instant time) { return static_cast<int>(in_seconds(time - Instant{}) / 86400); }

TEST(MonkeysAtWork, KillEachGroupOnceEachWorkDayWithinTheHours) {
  const RunResult result = run(scenario_of(hunted("mean_time_between_kills: 1")));
  const std::vector<TimelineEvent> kills = events_of(result, "chaos_monkey");
  ASSERT_THAT(kills, SizeIs(10)) << "two clusters, five days";
  std::map<int, int> per_day;
  for (const TimelineEvent& kill : kills) {
    EXPECT_GE(hour_of_day(kill.time), 9);
    EXPECT_LT(hour_of_day(kill.time), 15);
    EXPECT_LT(day_of_run(kill.time), 5) << "not at the weekend";
    EXPECT_EQ(std::fmod(in_seconds(kill.time - Instant{}), 60), 0) << "a whole minute";
    EXPECT_THAT(kill.text, AllOf(HasSubstr("Chaos Monkey, drawn for "), HasSubstr("account=prod region=east cluster=")));
    ++per_day[day_of_run(kill.time)];
  }
  for (const auto& [day, number] : per_day) EXPECT_EQ(number, 2) << day;
  EXPECT_EQ(kpi(result, "chaos.kills"), 10);
  EXPECT_EQ(kpi(result, "services.front.kills"), 5);
  EXPECT_EQ(kpi(result, "services.back.kills"), 5);
  EXPECT_EQ(kpi(result, "chaos.spared"), 0);
  EXPECT_GT(kpi(result, "load.users.availability"), 0.995) << "another instance takes its place";
}

TEST(MonkeysAtWork, KillAsRarelyAsTheirMeanSays) {
  double kills = 0;
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u}) {
    kills += kpi(run(scenario_of(hunted("mean_time_between_kills: 4, min_time_between_kills: 0"), {"clock.lasts=28 d"}), {.seed = seed}),
                 "chaos.kills");
  }
  EXPECT_NEAR(kills, 8 * 2 * 20 / 4.0, 4 * std::sqrt(80 * 0.75)) << "320 group days with a quarter each";
}

TEST(MonkeysAtWork, KeepTheirMinimumApart) {
  const RunResult every_day = run(scenario_of(hunted("mean_time_between_kills: 1, min_time_between_kills: 1")));
  const RunResult apart = run(scenario_of(hunted("mean_time_between_kills: 1, min_time_between_kills: 3")));
  EXPECT_EQ(kpi(every_day, "chaos.kills"), 10);
  EXPECT_EQ(kpi(apart, "chaos.kills"), 4) << "Monday and Thursday";
  EXPECT_EQ(kpi(apart, "chaos.spared"), 6);
}

TEST(MonkeysAtWork, KillWithinTheHoursOfTheirOwnZone) {
  const RunResult result = run(scenario_of(hunted("mean_time_between_kills: 1, zone_ahead: -8 h")));
  for (const TimelineEvent& kill : events_of(result, "chaos_monkey")) EXPECT_GE(hour_of_day(kill.time), 17);
}

TEST(MonkeysAtWork, KillNobodyWhereTheDayBeginsBeforeItsScheduleIsMade) {
  EXPECT_EQ(kpi(run(scenario_of(hunted("mean_time_between_kills: 1, start_hour: 1"))), "chaos.kills"), 0);
}

TEST(MonkeysAtWork, LeaveOthersAlone) {
  const RunResult all = run(scenario_of(hunted("mean_time_between_kills: 1")));
  const RunResult one = run(scenario_of(hunted("mean_time_between_kills: 1, services: [back]")));
  EXPECT_EQ(kpi(one, "services.front.kills"), 0);
  EXPECT_EQ(kpi(one, "services.back.kills"), 5);
  const auto of_back = [](const RunResult& result) {
    std::vector<Instant> times;
    for (const TimelineEvent& kill : events_of(result, "chaos_monkey")) {
      if (kill.target.starts_with("back/")) times.push_back(kill.time);
    }
    return times;
  };
  EXPECT_EQ(of_back(all), of_back(one)) << "a group's draws are its own";
  EXPECT_EQ(kpi(run(scenario_of(hunted("mean_time_between_kills: 1, exceptions: [{stack: ''}]"))), "chaos.kills"), 0);
}

TEST(SimianArmyAtWork, MakesInstancesSufferInTheWaysThatAreEnabled) {
  const RunResult result = run(scenario_of(hunted(
      "version: simian_army, army: {probability: 3, terminations_max_per_day: 3, types: [shutdown_instance, burn_cpu, network_latency, "
      "network_loss, fail_dns, kill_processes, null_route]}, effect_lasts: 1 h")));
  for (const char* kind : {"chaos_monkey", "burn_cpu", "add_latency", "disturb_network", "fail_dns", "crash_instance"})
    EXPECT_FALSE(events_of(result, kind).empty()) << kind;
  for (const char* kind : {"chaos_monkey", "burn_cpu"}) {
    for (const TimelineEvent& event : events_of(result, kind)) {
      EXPECT_EQ(std::fmod(in_seconds(event.time - Instant{}), 3600), 0) << "on the hour";
      EXPECT_GE(hour_of_day(event.time), 9);
      EXPECT_LE(hour_of_day(event.time), 15) << "and the closing hour is open";
      EXPECT_LT(day_of_run(event.time), 5);
    }
  }
  EXPECT_GT(kpi(result, "chaos.kills"), 15);
  EXPECT_LE(kpi(result, "chaos.kills"), 30) << "three of each of two groups on each of five days";
}

/// A day on which each group has suffered once in one way from nine on, with calls from a front to a back and a store of three.
RunResult suffering(const std::string& type, std::vector<std::string> sets = {}) {
  const std::string monkey =
      fmt::format("version: simian_army, start_hour: 0, end_hour: 1, effect_lasts: 40 min, army: {{probability: 100, types: [{}]}}", type);
  std::vector<std::string> all{"clock={weekday: monday, starts: 0 h, lasts: 50 min, warm_up: 0 s, window: 1 min}",
                               "services.front.calls=[{service: back, client: {retries_next_server: 0}}]",
                               "services.front.cores=4",
                               "services.front.data={store: items, writes: 0 %}",
                               "services.items={store: {disk: 80 %}, instances_per_zone: 2, cores: 4, cost: {median: 10 ms, sigma: 0}}",
                               "load.users.rate=20 /s"};
  all.insert(all.end(), sets.begin(), sets.end());
  return run(scenario_of(hunted(monkey), std::move(all)));
}

TEST(SimianArmyAtWork, FillsSlowsAndDetachesTheDisksOfStoresAlone) {
  for (const std::string type : {"fill_disk", "burn_io", "detach_volumes"}) {
    const RunResult result = suffering(type);
    EXPECT_EQ(kpi(result, "services.items.kills"), 1) << type;
    EXPECT_EQ(kpi(result, "services.front.kills") + kpi(result, "services.back.kills"), 0) << type << " applies to nobody else";
  }
  EXPECT_THAT(events_of(suffering("fill_disk"), "fill_disk"), SizeIs(1));
  EXPECT_THAT(events_of(suffering("detach_volumes"), "crash_instance").front().text, HasSubstr("its volumes are detached"));
  const TimelineEvent slowed = events_of(suffering("burn_io"), "slow_disk").front();
  EXPECT_THAT(slowed.text, HasSubstr("50 % of the speed of the disk"));
  const auto slowest = [](const char* probability) { return kpi(suffering("burn_io", {probability}), "load.users.latency.p99"); };
  EXPECT_GT(slowest("chaos_monkey.army.probability=100"), slowest("chaos_monkey.army.probability=0") + 0.005)
      << "of 10 ms 8 ms wait for the disk, twice as long";
}

TEST(SimianArmyAtWork, LosesDelaysAndGarblesWhatAnInstanceSends) {
  const RunResult lost = suffering("network_loss"), garbled = suffering("network_corruption"), late = suffering("network_latency");
  EXPECT_THAT(events_of(lost, "disturb_network").front().text, HasSubstr("7 % lost"));
  EXPECT_THAT(events_of(garbled, "disturb_network").front().text, HasSubstr("5 % lost"));
  EXPECT_THAT(events_of(late, "add_latency").front().text, HasSubstr("+1 s ± 0.288675 s"));
  const auto p99 = [](const RunResult& result) { return kpi(result, "load.users.latency.p99"); };
  EXPECT_GT(p99(lost), 0.2) << "TCP sends it again after 200 ms";
  EXPECT_GT(p99(garbled), 0.2);
  EXPECT_GT(p99(late), 2) << "on the way there, and back";
  EXPECT_LT(kpi(late, "load.users.availability"), 0.85) << "of a front and a back; who reads from the store avoids its node that is late";
}

// Where calls go to names of hosts, and where services find each other by DNS: there one goes on with the addresses that it has.
TEST(SimianArmyAtWork, LetsAnInstanceResolveNoName) {
  const RunResult cut = suffering("fail_dns");
  EXPECT_THAT(events_of(cut, "fail_dns"), SizeIs(2)) << "of a front, and of a store's node; a back calls nobody";
  EXPECT_LT(kpi(cut, "load.users.availability"), 0.85) << "a quarter of the fronts finds nobody";
  const RunResult by_dns = suffering("fail_dns", {"registry.kind=dns"});
  EXPECT_THAT(events_of(by_dns, "fail_dns").front().text, HasSubstr("it resolves no name"));
  EXPECT_GT(kpi(by_dns, "load.users.availability"), 0.99);
}

const char* const containers = R"(titus:
  main:
    region: east
    agents: {critical: {tier: critical, type: m4.4xlarge, min: 2, desired: 2, max: 4}}
    capacity: {groups: {job: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 4}}}
    images: {job: {size: 200 MB}}
    services: {job: {capacity_group: job, desired: 4, container: {cpus: 4, memory: 4 GB, disk: 20 GB, image: job}}})";

TEST(SimianArmyAtWork, StrikesAgentsOfTitusThatHaveOptedIn) {
  const auto struck = [](const std::string& type, const std::string& kind) {
    const std::string monkey = fmt::format(
        "version: simian_army, start_hour: 0, end_hour: 1, army: {{probability: 1000, agents: [main/critical], types: [{}]}}", type);
    return events_of(run(scenario_of(hunted(monkey, containers), {"clock.lasts=50 min", "clock.window=1 min"})), kind);
  };
  for (const auto& [type, kind, text] :
       std::vector<std::array<std::string, 3>>{{"fill_disk", "fill_disk", "a file of 64 GiB on its disk"},
                                               {"burn_io", "slow_disk", "something else keeps its disk busy"},
                                               {"fail_s3", "fail_s3", "it pulls no layer of an image"}}) {
    const std::vector<TimelineEvent> events = struck(type, kind);
    ASSERT_THAT(events, SizeIs(1)) << type;
    EXPECT_THAT(events.front().text, HasSubstr(text));
  }
  EXPECT_THAT(struck("shutdown_instance", "chaos_monkey"), SizeIs(3)) << "an agent, a front and a back";
}

TEST(SimianArmyAtWork, SaysWhyNobodyFeelsAWay) {
  const auto refused = [](const std::string& army, const std::string& more = "") {
    const auto loaded = language::parse<Scenario>(
        language::Document::from_text(hunted("version: simian_army, army: {" + army + "}", more), "hunted.yaml", {}));
    return language::print(loaded.diagnostics);
  };
  const auto alone = [&](const std::string& type) { return refused("types: [" + type + "]"); };
  EXPECT_THAT(alone("burn_io"), HasSubstr("chaos_monkey.army.types[0]: nothing here feels burn_io: what has a disk are nodes of stores"));
  EXPECT_THAT(alone("fill_disk"), HasSubstr("what has a disk are nodes of stores"));
  EXPECT_THAT(alone("detach_volumes"), HasSubstr("what has volumes are nodes of stores"));
  EXPECT_THAT(alone("fail_s3"), HasSubstr("what reads from S3 are agents of Titus"));
  EXPECT_THAT(alone("fail_ec2"), HasSubstr("nobody whom it strikes asks EC2 for anything"));
  EXPECT_THAT(alone("fail_dynamo_db"), HasSubstr("no scenario has a DynamoDB that could fail"));
  EXPECT_EQ(alone("network_loss"), "");
  EXPECT_THAT(refused("agents: [main/flex]", containers), HasSubstr("chaos_monkey.army.agents[0]"));
}

TEST(SimianArmyAtWork, ObservesHolidaysWhereItKnowsTheDate) {
  const auto kills_of = [](const std::string& date) {
    return kpi(run(scenario_of(hunted("version: simian_army, army: {probability: 100}" + date), {"clock.lasts=1 d"})), "chaos.kills");
  };
  EXPECT_EQ(kills_of(""), 2);
  EXPECT_EQ(kills_of(", date: 2012-01-09"), 2);
  EXPECT_EQ(kills_of(", date: 2012-01-16"), 0) << "Martin Luther King's day";
}

TEST(LargerMonkeysAtWork, TakeInstancesZonesAndRegions) {
  const RunResult result = run(scenario_of(
      hunted(
          "mean_time_between_kills: 1000, latency_monkey: {probability: 100 %, latency: 2 s, lasts: 1 h}, gorilla: {probability: 100 %, lasts: 10 min}, "
          "kong: {probability: 100 %, lasts: 10 min}"),
      {"regions[1]={name: west, latitude: 0, longitude: 50, zones: 2}"}));
  EXPECT_THAT(events_of(result, "add_latency"), SizeIs(20)) << "of two services in two regions on five days";
  EXPECT_THAT(events_of(result, "kill_zone"), SizeIs(5));
  EXPECT_THAT(events_of(result, "kill_region"), SizeIs(5)) << "there is no gateway that could proxy";
  EXPECT_EQ(kpi(result, "chaos.exercises"), 30);
}

TEST(MonkeysAtWork, KillContainersAsTitusKillsThem) {
  const RunResult result = run(scenario_of(hunted("mean_time_between_kills: 1, services: [back]",
                                                  R"(titus:
  main:
    region: east
    agents: {critical: {tier: critical, type: m4.4xlarge, min: 2, desired: 2, max: 4}}
    capacity: {groups: {back: {tier: critical, cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, instances: 4}}}
    images: {back: {size: 200 MB}}
    services: {back: {capacity_group: back, container: {cpus: 4, memory: 4 GB, disk: 20 GB, network: 200 Mbps, image: back}}})"),
                                           {"services.back.runs_on=titus"}));
  EXPECT_EQ(kpi(result, "services.back.kills"), 5);
  for (const TimelineEvent& kill : events_of(result, "chaos_monkey")) EXPECT_THAT(kill.text, HasSubstr("its container is killed"));
  EXPECT_GT(kpi(result, "load.users.availability"), 0.99);
}

}  // namespace
}  // namespace streamtwin
