// Whom a step of the method strikes, as members of the platform feel it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

using testing::HasSubstr;

/// A front that calls one of eight instances of a back-end, in two regions of two zones each. Nothing is tried again.
Scenario struck(const std::string& method, const std::string& rule = "round_robin", const std::string& of_back = "queue_limit: 1000") {
  return scenario_of(fmt::format(R"(streamtwin: 1
name: struck
regions: [{{name: east, latitude: 0, longitude: 0, zones: 2}}, {{name: west, latitude: 0, longitude: 9, zones: 2}}]
clock: {{lasts: 60 s, warm_up: 5 s}}
services:
  front:
    instances_per_zone: 1
    cores: 100
    cost: {{median: 1 us, sigma: 0}}
    calls:
      - service: back
        balancer: {{rule: {}}}
        client: {{retries_next_server: 0, read_timeout: 1 s}}
        command: {{isolation: semaphore, execution_semaphore: 100000, circuit_breaker_enabled: false, timeout: 2 s}}
  back: {{instances_per_zone: 2, cost: {{median: 20 ms, sigma: 0}}, cores: 100, {}}}
load:
  users: {{target: front, rate: 200 /s, timeout: 10 s, regions: {{east: 1, west: 1}}}}
method:
  - {}
)",
                                 rule, of_back, method));
}

double failed_share(const RunResult& result, const std::string& what = "load.users") { return 1 - kpi(result, what + ".availability"); }

const TimelineEvent& event(const RunResult& result, const std::string& kind) {
  const auto found =
      std::find_if(result.timeline.begin(), result.timeline.end(), [&](const TimelineEvent& event) { return event.kind == kind; });
  if (found == result.timeline.end()) throw std::logic_error("no event " + kind);
  return *found;
}

const TierResult& find_tier(const RunResult& result, const std::string& name) {
  const auto found = std::find_if(result.tiers.begin(), result.tiers.end(), [&](const TierResult& tier) { return tier.name == name; });
  if (found == result.tiers.end()) throw std::logic_error("no tier " + name);
  return *found;
}

TEST(Targets, AreOneInstanceAZoneARegionOrAll) {
  const auto errors_at = [](const std::string& target) {
    return failed_share(run(struck("{at: 0 s, action: add_errors, errors: 100 %, target: " + target + "}")));
  };
  EXPECT_NEAR(errors_at("back/easta/1"), 1.0 / 8, 0.01) << "of east's four one, and half of the load is east's";
  EXPECT_NEAR(errors_at("back/easta"), 2.0 / 8, 0.01);
  EXPECT_NEAR(errors_at("back/west"), 0.5, 0.02);
  EXPECT_NEAR(errors_at("back"), 1, 1e-9);
  EXPECT_NEAR(errors_at("one of back"), 1.0 / 8, 0.01);
  EXPECT_NEAR(errors_at("50 % of back/west"), 2.0 / 8, 0.01);
}

TEST(Targets, OfAPlaceAreAllServicesThere) {
  const RunResult result = run(struck("{at: 0 s, action: add_latency, latency: 100 ms, target: east}"));
  EXPECT_NEAR(kpi(result, "load.users.latency.p50"), 0.22, 0.01) << "front and back are both in the east";
  EXPECT_NEAR(failed_share(result), 0, 1e-9);
}

TEST(Targets, AreDrawnFromTheSeedAndSaidInTheEvent) {
  const auto chosen = [](std::uint64_t seed) {
    const RunResult result = run(struck("{at: 1 s, action: black_hole, target: one of back}"), {.seed = seed});
    return event(result, "black_hole").text;
  };
  EXPECT_THAT(chosen(1), HasSubstr("100 % errors at once: back/"));
  EXPECT_EQ(chosen(1), chosen(1));
  std::set<std::string> texts;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) texts.insert(chosen(seed));
  EXPECT_GT(texts.size(), 3u);
}

TEST(Targets, OfTheSameStepTimeAreTheSameOnes) {
  const RunResult result = run(
      struck("{at: 1 s, action: add_errors, errors: 5 %, target: one of back}\n  - {at: 1 s, action: black_hole, target: one of back}"));
  const auto name = [](const std::string& text) { return text.substr(text.rfind(": ") + 2); };
  EXPECT_EQ(name(event(result, "add_errors").text), name(event(result, "black_hole").text));
}

TEST(Targets, AreCallsAndNothingElseOfEitherEnd) {
  const RunResult late = run(struck("{at: 0 s, action: add_latency, latency: 100 ms, target: front -> back/east}"));
  EXPECT_NEAR(kpi(late, "load.users.latency.p90"), 0.12, 0.01);
  const RunResult few = run(struck("{at: 0 s, action: add_latency, latency: 100 ms, target: front -> back/easta}"));
  EXPECT_LT(kpi(few, "load.users.latency.p50"), 0.03) << "calls to other places do not wait";
  EXPECT_LT(find_tier(late, "back").p99, 30ms) << "the callee does not wait: the caller's proxy does";
  const RunResult failing = run(struck("{at: 0 s, action: add_errors, errors: 50 %, target: front/west -> back}"));
  EXPECT_NEAR(failed_share(failing), 0.25, 0.02);
  EXPECT_EQ(find_tier(failing, "back").errors, 0);
  EXPECT_NEAR(find_tier(failing, "back").rps, 150, 3) << "what fails before the callee is contacted does not load it";
}

TEST(Targets, OfCallsAreSomeOfEitherEnd) {
  const auto failed = [](const std::string& target) {
    return failed_share(run(struck("{at: 0 s, action: black_hole, target: " + target + "}")));
  };
  EXPECT_NEAR(failed("one of front -> back"), 0.25, 0.02) << "one of four fronts";
  EXPECT_NEAR(failed("front -> back/easta/1"), 1.0 / 8, 0.03);
  EXPECT_NEAR(failed("front/easta -> back/west"), 0, 1e-9) << "nobody calls across";
}

TEST(Targets, OfCallsAreCutOrDisturbedOnTheWire) {
  const RunResult cut = run(struck("{at: 0 s, action: cut_network, target: front/east -> back}"));
  EXPECT_NEAR(failed_share(cut), 0.5, 0.03);
  EXPECT_NEAR(kpi(cut, "load.users.failed.time_out") / kpi(cut, "load.users.failed"), 1, 0.05) << "connections that are open are silent";
  const auto p90 = [](const std::string& rest) {
    return kpi(run(struck("{at: 0 s, action: disturb_network, target: front -> back, latency: 30 ms" + rest + "}")),
               "load.users.latency.p90");
  };
  EXPECT_NEAR(p90(""), 0.08, 0.01);
  EXPECT_NEAR(p90(", one_way: true"), 0.05, 0.01);
}

TEST(Steps, AreRepeatedAndDrawnFromTheSeed) {
  const auto begun = [](const std::string& step, std::uint64_t seed = 1) {
    std::vector<double> at;
    for (const TimelineEvent& event : run(struck(step), {.seed = seed}).timeline) {
      if (event.kind == "add_errors") at.push_back(in_seconds(event.time));
    }
    return at;
  };
  const std::string errors = "{at: 5 s, action: add_errors, errors: 10 %, target: back, lasts: 4 s, ";
  EXPECT_THAT(begun(errors + "every: 20 s, times: 3}"), testing::ElementsAre(5, 25, 45));
  EXPECT_THAT(begun(errors + "every: 20 s, until: 30 s}"), testing::ElementsAre(5, 25));
  const std::vector<double> drawn = begun(errors + "within: 40 s, times: 3}");
  ASSERT_EQ(drawn.size(), 3u);
  EXPECT_EQ(drawn, begun(errors + "within: 40 s, times: 3}"));
  EXPECT_NE(drawn, begun(errors + "within: 40 s, times: 3}", 2));
  EXPECT_EQ(drawn, begun(errors + "within: 40 s, times: 3}\n  - {at: 1 s, action: black_hole, target: back, within: 20 s, lasts: 2 s}"))
      << "another step moves none of them";
}

TEST(BurnCpu, TakesAShareOfTheProcessors) {
  const RunResult result = run(struck("{at: 0 s, action: burn_cpu, loops: 300, target: back}"));
  EXPECT_NEAR(kpi(result, "load.users.latency.p50"), 0.08, 0.01) << "100 cores shared with 300 loops";
}

// Upstream reports: Envoy 3263, 26877; "least loaded" is an instance that does nothing.
TEST(BlackHole, DrawsTheLoadOfABalancerThatGoesByLoad) {
  const std::string hole = "{at: 0 s, action: black_hole, target: back/easta/0}";
  EXPECT_NEAR(failed_share(run(struck(hole))), 1.0 / 8, 0.03) << "round robin does not look; zones whose servers look idle are preferred";
  EXPECT_GT(failed_share(run(struck(hole, "best_available"))), 0.3) << "two thirds of its region's requests, and more";
}

TEST(CrashInstance, IsFelt) {
  const RunResult silent = run(struck("{at: 10 s, action: kill_instance, target: back/easta/0, lasts: 30 s}"));
  const RunResult crashed = run(struck("{at: 10 s, action: crash_instance, target: back/easta/0, lasts: 30 s}"));
  EXPECT_GT(kpi(silent, "load.users.failed.time_out"), 100);
  EXPECT_EQ(kpi(crashed, "load.users.failed.time_out"), 0) << "its machine answers for it";
  EXPECT_GT(kpi(crashed, "load.users.failed.unreachable"), 100);
  EXPECT_LT(kpi(crashed, "load.users.failed.latency.p99"), 0.03);
}

TEST(CrashInstance, IsBackAfterThatTime) {
  const RunResult crashed = run(struck("{at: 10 s, action: crash_instance, target: back/easta/0, lasts: 3 s}"));
  const SeriesResult& failures = find_series(crashed, "load.users.failed");
  double late = 0;
  for (std::size_t i = 0; i < failures.values.size(); ++i) late += failures.times[i] > at(20s) ? failures.values[i] : 0;
  EXPECT_EQ(late, 0);
  EXPECT_GT(kpi(crashed, "load.users.failed"), 0);
}

TEST(KillInstance, TakesSelections) {
  const RunResult result = run(struck("{at: 10 s, action: kill_instance, target: 2 of back/east, lasts: 20 s}"));
  EXPECT_EQ(event(result, "kill_instance").text, "2 hosts off");
  EXPECT_GT(kpi(result, "load.users.failed.time_out"), 100);
}

TEST(LengthenPauses, MakesTheSlowestSlower) {
  const std::string with_pauses = "{at: 0 s, action: lengthen_pauses, factor: 10, target: back/east}";
  const auto p99 = [&](const std::string& step) {
    return kpi(run(struck(step, "round_robin", "garbage_collection: {interval: 5 s, pause: 50 ms, sigma: 0}")), "load.users.latency.p99");
  };
  EXPECT_GT(p99(with_pauses), 0.3);
  EXPECT_LT(p99("{at: 59 s, action: lengthen_pauses, factor: 1, target: back/east}"), 0.1);
}

TEST(CutNetwork, LeavesBothSidesServing) {
  const RunResult result = run(struck("{at: 5 s, action: cut_network, target: east, to: west, lasts: 50 s}"));
  EXPECT_EQ(kpi(result, "load.users.failed"), 0) << "no request crosses";
}

TEST(CutNetwork, IsFeltWhereRequestsCross) {
  const auto failed = [](const std::string& step) { return failed_share(run(struck(step))); };
  EXPECT_NEAR(failed("{at: 0 s, action: cut_network, target: easta}"), 0.35, 0.03)
      << "of the east's half: what its load balancer sends to the other zone, a half, and of the rest what its fronts call there, but "
         "for those who still wait at the end";
  EXPECT_NEAR(failed("{at: 0 s, action: cut_network, target: easta, one_way: true}"), 0.35, 0.03)
      << "what gets there is not answered, and what comes from there does not get there";
  EXPECT_NEAR(failed("{at: 0 s, action: cut_network, target: easta, to: eastb, lasts: 30 s}"), 0.35 / 2, 0.03);
}

TEST(DisturbNetwork, MakesMessagesLateOrLosesThem) {
  const auto latency = [](const std::string& step, const std::string& quantile) {
    return kpi(run(struck(step)), "load.users.latency." + quantile);
  };
  const std::string between = "action: disturb_network, target: easta, to: eastb";
  EXPECT_LT(latency("{at: 0 s, " + between + ", latency: 30 ms}", "p50"), 0.03) << "three quarters do not cross";
  EXPECT_NEAR(latency("{at: 0 s, " + between + ", latency: 30 ms}", "p90"), 0.08, 0.01);
  EXPECT_NEAR(latency("{at: 0 s, " + between + ", loss: 20 %}", "p99"), 0.6, 0.25) << "of 5 % that are late, 200 ms or 600 ms";
}

/// A reader of a store without copies: a request to that is 10 ms of work.
Scenario stored(const std::string& method) {
  return scenario_of(R"(streamtwin: 1
name: stored
regions: [{name: east, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 60 s, warm_up: 5 s}
services:
  reader: {instances_per_zone: 1, cores: 100, cost: {median: 1 us, sigma: 0}, data: {store: store, writes: 0 %}}
  store: {store: {disk: 80 %}, instances_per_zone: 2, cores: 100, cost: {median: 10 ms, sigma: 0}}
load: {users: {target: reader, rate: 50 /s, timeout: 3 s}}
method: [)" + method +
                     "]\n");
}

// Of 10 ms 8 ms wait for the disk.
TEST(Disks, ThatAreSlowLengthenTheWorkOfStoresByTheirPart) {
  const auto median = [](const std::string& step) { return in_seconds(find_tier(run(stored(step)), "store").p50); };
  EXPECT_NEAR(median("{at: 0 s, action: slow_disk, target: store, speed: 100 %}"), 0.010, 0.0005);
  EXPECT_NEAR(median("{at: 0 s, action: slow_disk, target: store, speed: 20 %}"), 0.042, 0.002);
}

TEST(Disks, ThatAreFullStopANodeUntilItIsStartedAgain) {
  const RunResult result = run(stored("{at: 10 s, action: fill_disk, target: store/easta/0, lasts: 20 s}"));
  EXPECT_EQ(kpi(run(stored("")), "load.users.failed"), 0);
  EXPECT_GT(kpi(result, "load.users.failed"), 50 * 20 * 0.3) << "the node that has half of the items";
  EXPECT_LT(kpi(result, "load.users.failed"), 50 * 30 * 0.7) << "and has them again";
}

TEST(Faults, SayWhenTheyWereMitigatedAndWhatOfTheBudgetTheyCost) {
  Scenario scenario = struck("{at: 10 s, action: add_errors, errors: 50 %, target: back, lasts: 10 s}");
  scenario.clock.window = 1s;
  scenario.slos.push_back({.kpi = "load.users.availability", .at_least = 0.95, .at_most = std::nullopt});
  const RunResult result = run(scenario);
  EXPECT_EQ(kpi(result, "faults.0.mitigated"), 1);
  EXPECT_EQ(kpi(result, "faults.0.time_to_mitigate"), 10);
  EXPECT_NEAR(kpi(result, "faults.0.time_to_recover"), 10, 1.1) << "a request that failed just before the end may end after it";
  EXPECT_EQ(kpi(result, "objectives.load.users.availability.broken_time"), 10);
  EXPECT_NEAR(kpi(result, "objectives.load.users.availability.budget_spent"), 10.0 / 60 * 0.5 / 0.05, 0.15);

  scenario.slos.push_back({.kpi = "load.users.availability", .at_least = 0.4, .at_most = std::nullopt});
  const RunResult with_two = run(scenario);
  EXPECT_EQ(kpi(with_two, "objectives.load.users.availability.broken_time"), 10);
  EXPECT_EQ(kpi(with_two, "objectives.load.users.availability.2.broken_time"), 0);
  scenario.slos.pop_back();

  scenario.method[0].lasts.reset();
  const RunResult for_ever = run(scenario);
  EXPECT_EQ(kpi(for_ever, "faults.0.mitigated"), 0);
  EXPECT_TRUE(std::isnan(kpi(for_ever, "faults.0.time_to_mitigate"))) << "not within the run";
}

}  // namespace
}  // namespace streamtwin
