// A stack of Titus as a whole: what jobs, queue, Fenzo, agents and executors do together.
#include <gtest/gtest.h>

#include "tests/end-to-end/titus/small_stack.hpp"

namespace streamtwin {
namespace {

// By Little's law as many are under way as come in the time that one stays: 2/60 jobs of 3, some 94 s each, is 9.4.
TEST(TitusStack, BeginsInTheMiddleOfItsLife) {
  const RunResult result = run_stack(
      {"titus.main.batch.encodes.rate=4 /min", "clock.lasts=10 min", "titus.main.agents.flex.max=20", "titus.main.agents.flex.desired=20"});
  const SeriesResult& running = find_series(result, "titus.main.flex.running");
  const double mean = 4.0 / 60 * 3 * 90 * 1.046;
  double early = 0;
  for (std::size_t i = 0; i < 4; ++i) early += running.values[i] / 4;
  EXPECT_NEAR(early, mean, 3 * std::sqrt(mean)) << "from the first window on";
  EXPECT_EQ(find_series(result, "titus.main.critical.running").values.front(), 6);
  EXPECT_EQ(titus_kpi(result, "critical.waiting_max"), 0) << "services were there already";
}

// Crashes of 40 containers, one in ten minutes each: as many whether those ran already or not. Each has a life of its own.
TEST(TitusStack, WhoReplacesOneThatWasFoundHasALifeOfItsOwn) {
  const RunResult result = run_stack({"titus.main.services.api={desired: 40, mean_time_to_crash: 10 min}",
                                      "titus.main.agents.critical={min: 12, desired: 12, max: 12}", "clock.lasts=61 min"});
  const double expected = 40 * 60 / 10.0;
  EXPECT_NEAR(titus_kpi(result, "containers.failed"), expected, 3.5 * std::sqrt(expected));
}

TEST(TitusStack, ContainersStartInTheTimeOfTheirSteps) {
  const RunResult result = run_stack();
  EXPECT_GT(titus_kpi(result, "containers.done"), 100);
  EXPECT_EQ(titus_kpi(result, "containers.failed"), 0);
  EXPECT_LT(titus_kpi(result, "flex.queue_wait.p50"), 2) << "half a second between iterations, a second between offers";
  EXPECT_GT(titus_kpi(result, "flex.start_time.p50"), 1);
  EXPECT_LT(titus_kpi(result, "flex.start_time.p50"), 6);
}

// Another 10 do not fit beside the 6 on two agents of 16 processors: agents are launched for them.
TEST(TitusStack, AgentsAreLaunchedForContainersWithoutAPlace) {
  const std::string grow = "method=[{at: 5 min, action: set_containers, target: main/api, instances: 16}]";
  const RunResult plain = run_stack({grow});
  EXPECT_GE(titus_kpi(plain, "agents.launched"), 2);
  EXPECT_GT(titus_kpi(plain, "critical.launch_latency.p99"), 20) << "as long as an agent needs, and longer";
  EXPECT_EQ(find_series(plain, "titus.main.critical.running").values.back(), 16);

  const RunResult reserved = run_stack({grow, "titus.main.capacity.groups.api.instances=16"});
  EXPECT_LT(titus_kpi(reserved, "critical.launch_latency.p99"), 15) << "what is reserved is kept ready";
  EXPECT_GT(titus_kpi(reserved, "agents.cost"), titus_kpi(plain, "agents.cost"));
}

TEST(TitusStack, PreemptionTakesPlacesOfBatchWork) {
  const std::vector<std::string> full{"method=[{at: 5 min, action: set_containers, target: main/api, instances: 16}]",
                                      "titus.main.batch.encodes.rate=6 /min", "titus.main.agents.critical.boot=5 min"};
  std::vector<std::string> preempting = full;
  preempting.push_back("titus.main.preemption={enabled: true, after: 5 s}");
  const RunResult plain = run_stack(full), taken = run_stack(preempting);
  EXPECT_EQ(titus_kpi(plain, "containers.preempted"), 0);
  EXPECT_GT(titus_kpi(plain, "critical.launch_latency.p99"), 300);
  EXPECT_GT(titus_kpi(taken, "containers.preempted"), 0);
  EXPECT_EQ(titus_kpi(taken, "containers.evicted"), 0) << "those are another kind";
  EXPECT_LT(titus_kpi(taken, "critical.launch_latency.p99"), 60);
  EXPECT_GT(titus_kpi(taken, "work_lost"), titus_kpi(plain, "work_lost"));
}

// An agent that was to be lent takes work again, wherever the container has gone.
TEST(TitusStack, LoansEnd) {
  const RunResult result = run_stack({"method=[{at: 3 min, action: set_containers, target: main/api, instances: 16}]",
                                      "titus.main.preemption={enabled: true, after: 5 s}", "titus.main.batch.encodes.rate=5 /min",
                                      "titus.main.agents.critical.boot=20 s", "titus.main.batch.encodes.run_time=3 min"});
  EXPECT_GT(titus_kpi(result, "flex.cpu_use"), 0.9) << "there is more to do than four agents can";
  int idle = 0;
  for (const AgentResult& agent : result.agents) idle += agent.group == "flex" && agent.cpus_given == 0 ? 1 : 0;
  EXPECT_EQ(idle, 0);
}

TEST(TitusStack, LosesAZoneAndNoticesAfterTheTimeOut) {
  const RunResult result = run_stack({"method=[{at: 5 min, action: kill_zone, target: homea, lasts: 5 min}]"});
  EXPECT_GT(titus_kpi(result, "containers.lost"), 0);
  EXPECT_GT(titus_kpi(result, "agents.lost"), 0);
  EXPECT_EQ(find_series(result, "titus.main.critical.running").values.back(), 6) << "what was lost runs elsewhere";
  const SeriesResult& running = find_series(result, "titus.main.critical.running");
  for (std::size_t i = 0; i < running.values.size(); ++i) {
    const double since = in_seconds(running.times[i].time_since_epoch()) - 300;  // the end of a window of 30 s
    if (since > 0 && since <= 60) EXPECT_EQ(running.values[i], 6) << "Mesos gives an agent 75 s to answer";
  }
}

TEST(TitusStack, ABadImageIsTriedAgainUntilItIsMended) {
  const RunResult result = run_stack({"method=[{at: 5 min, action: break_image, target: main/encode, errors: 100 %, lasts: 5 min}]"});
  EXPECT_GT(titus_kpi(result, "containers.failed"), 20);
  EXPECT_EQ(titus_kpi(result, "containers.failed"), titus_kpi(result, "containers.retried"));
  EXPECT_GT(titus_kpi(result, "containers.done"), 100) << "a crash uses up nobody's retries";
}

TEST(TitusStack, AFleetIsRefreshedUnderItsBudget) {
  const RunResult result =
      run_stack({"method=[{at: 3 min, action: refresh_agents, target: main/critical, instances: 1}]",
                 "titus.main.agents.critical={min: 3, desired: 3}",
                 "titus.main.services.api.disruption_budget={policy: unhealthy_tasks, unhealthy_max: 1, rate: unlimited}",
                 "titus.main.disruption_budget.windows=[]", "titus.main.scaling.enabled=false", "titus.main.scaling.removes=false"});
  EXPECT_GE(titus_kpi(result, "containers.evicted"), 6) << "some of them move on from an agent that is next";
  EXPECT_GE(titus_kpi(result, "agents.terminated"), 3);
  for (const double running : find_series(result, "titus.main.critical.running").values)
    EXPECT_GE(running, 4.9) << "one at a time is missing";
}

// 17 h on the clock of a scenario that is 9 h ahead of UTC.
TEST(TitusStack, DisruptionWindowsGoByUtc) {
  const auto evicted = [](const std::string& offset) {
    return titus_kpi(
        run_stack({"method=[{at: 3 min, action: refresh_agents, target: main/critical, instances: 1}]",
                   "titus.main.agents.critical={min: 3, desired: 3}",
                   "titus.main.services.api.disruption_budget={policy: unhealthy_tasks, unhealthy_max: 1, rate: unlimited}",
                   "titus.main.disruption_budget.windows=[{hours: [{first: 8, last: 8}]}]", "titus.main.utc_offset=" + offset}),
        "containers.evicted");
  };
  EXPECT_EQ(evicted("0 h"), 0);
  EXPECT_GT(evicted("9 h"), 0);
  EXPECT_EQ(evicted("-9 h"), 0);
}

// The six containers of the service, found at the beginning, renew theirs 45 minutes later; batch work of 90 s asks anew each time.
TEST(TitusStack, NobodyHasCredentialsWhileNoneAreGiven) {
  const auto run_without = [](const std::string& lasts, const std::string& hides) {
    return run_stack({"clock.lasts=70 min", "titus.main.batch.encodes.rate=0 /min", "titus.main.executor.error_hides_credentials=" + hides,
                      "method=[{at: 40 min, action: fail_credentials, target: main, lasts: " + lasts + "}]"});
  };
  EXPECT_EQ(titus_kpi(run_stack(), "containers.credentials_lapsed"), 0);
  const RunResult told = run_without("10 min", "true"), kept = run_without("10 min", "false");
  EXPECT_EQ(titus_kpi(told, "containers.credentials_lapsed"), 6);
  EXPECT_NEAR(titus_kpi(told, "containers.without_credentials"), 6 * 6 / 60.0, 6 * 15 / 3600.0) << "of the warm-up a minute is in it";
  EXPECT_EQ(titus_kpi(kept, "containers.credentials_lapsed"), 0) << "they were good for an hour";
  EXPECT_EQ(titus_kpi(run_without("25 min", "false"), "containers.credentials_lapsed"), 6);
}

TEST(TitusStack, TheRoomThatIsStrandedIsAFigure) {
  const double whole = titus_kpi(run_stack({"titus.main.batch.encodes.rate=0 /min"}), "flex.stranded");
  const double pieces =
      titus_kpi(run_stack({"titus.main.batch.encodes.container.cpus=6", "titus.main.batch.encodes.rate=1 /min"}), "flex.stranded");
  EXPECT_EQ(whole, 0) << "empty agents of 16 processors hold four of 4";
  EXPECT_GT(pieces, 0.1) << "two of 6 leave 4, which is no room for a third";
  EXPECT_LE(pieces, 1);
}

TEST(TitusStack, OnEcsCommandsAndNewsTakeLonger) {
  const RunResult mesos = run_stack(), ecs = run_stack({"titus.main.orchestration.era=ecs"});
  EXPECT_GT(titus_kpi(ecs, "flex.start_time.p50"), titus_kpi(mesos, "flex.start_time.p50") + 0.5);
  EXPECT_NEAR(titus_kpi(ecs, "containers.done"), titus_kpi(mesos, "containers.done"), 12) << "the same work";
}

TEST(TitusStack, AServiceIsRolledOutInSteps) {
  const RunResult result = run_stack({"method=[{at: 5 min, action: roll_out, target: main/api}]",
                                      "titus.main.agents.critical={min: 4, desired: 4}", "titus.main.services.api.load_balanced=true"});
  EXPECT_EQ(titus_kpi(result, "updates.done"), 1);
  EXPECT_EQ(titus_kpi(result, "containers.killed"), 6) << "those of the job that served before";
  const std::vector<double>& running = find_series(result, "titus.main.critical.running").values;
  EXPECT_EQ(running.back(), 6);
  for (const double there : running) EXPECT_GE(there, 5.9) << "none of the old ones goes before the new ones are up";
  EXPECT_GT(*std::max_element(running.begin(), running.end()), 8) << "red/black: twice as many for a while";
}

TEST(TitusStack, ServicesRefuseSizesThatTheirProcessesForbid) {
  const RunResult result = run_stack({"method=[{at: 5 min, action: set_containers, target: main/api, instances: 8}]",
                                      "titus.main.services.api.increase_desired_disabled=true"});
  EXPECT_EQ(titus_kpi(result, "sizes_refused"), 1);
  EXPECT_EQ(find_series(result, "titus.main.critical.running").values.back(), 6);
}

// By default ECS spreads a service over zones and agents; packing leaves agents empty.
TEST(TitusStack, EcsPlacesByItsOwnStrategies) {
  const std::vector<std::string> by_ecs{"titus.main.scheduler.placement=ecs", "titus.main.agents.critical={min: 6, desired: 6}"};
  const auto busy = [](const RunResult& result) {
    return std::count_if(result.agents.begin(), result.agents.end(),
                         [](const AgentResult& agent) { return agent.group == "critical" && agent.containers > 0; });
  };
  EXPECT_EQ(busy(run_stack(by_ecs)), 6) << "one on each";
  std::vector<std::string> packed = by_ecs;
  packed.emplace_back("titus.main.scheduler.ecs_strategies=[binpack_memory]");
  EXPECT_EQ(busy(run_stack(packed)), 2) << "four fit on one";
}

/// Four containers of a service in Flex, which packs, and nothing else.
std::vector<std::string> asking(const std::string& constraints) {
  return {"titus.main.batch.encodes.rate=0 /min", "titus.main.services.api={capacity_group: DEFAULT, desired: 4}",
          "titus.main.capacity.groups.api.instances=0", "titus.main.scheduler={balanced_zones: 2, launching_max: 9}",
          "titus.main.services.api.constraints=" + constraints};
}

int agents_with_work(const RunResult& result, const std::string& zone = "") {
  return static_cast<int>(std::count_if(result.agents.begin(), result.agents.end(), [&](const AgentResult& agent) {
    return agent.containers > 0 && (zone.empty() || agent.zone == zone);
  }));
}

TEST(TitusStack, ContainersGoWhereTheirJobsAskFor) {
  EXPECT_EQ(agents_with_work(run_stack(asking("{}"))), 1) << "four fit on one agent";
  EXPECT_EQ(agents_with_work(run_stack(asking("{hard: {unique_host: true}}"))), 4);
  EXPECT_EQ(agents_with_work(run_stack(asking("{soft: {unique_host: true}}"))), 4);
  EXPECT_EQ(agents_with_work(run_stack(asking("{hard: {exclusive_host: true}}"))), 4);
  const RunResult balanced = run_stack(asking("{hard: {zone_balance: true}}"));
  EXPECT_EQ(agents_with_work(balanced, "homea"), agents_with_work(balanced, "homeb"));
  for (const char* const zone : {"homea", "homeb"}) {
    const RunResult kept = run_stack(asking(std::string("{hard: {availability_zone: ") + zone + "}}"));
    EXPECT_EQ(agents_with_work(kept, zone), agents_with_work(kept)) << zone;
    EXPECT_GT(agents_with_work(kept, zone), 0) << zone;
  }
}

TEST(TitusStack, EcsKeepsToConstraintsAsWell) {
  std::vector<std::string> sets = asking("{hard: {unique_host: true}}");
  sets.emplace_back("titus.main.scheduler.placement=ecs");
  sets.emplace_back("titus.main.scheduler.ecs_strategies=[binpack_memory]");
  EXPECT_EQ(agents_with_work(run_stack(sets)), 4);
}

// A zone is lost for ten minutes. Who may have no more containers in one zone than in another waits for it.
TEST(TitusStack, AHardBalanceWaitsForAZoneAndASoftOneDoesNot) {
  const auto running_without_the_zone = [](const std::string& constraints) {
    const RunResult result = run_stack({"titus.main.services.api.constraints=" + constraints, "titus.main.scheduler.balanced_zones=2",
                                        "titus.main.agents.critical={min: 6, desired: 6, max: 6}",
                                        "method=[{at: 5 min, action: kill_zone, target: homea, lasts: 10 min}]"});
    const SeriesResult& running = find_series(result, "titus.main.critical.running");
    EXPECT_EQ(running.values.back(), 6) << constraints;
    for (std::size_t i = 0; i < running.values.size(); ++i) {
      if (in_seconds(running.times[i].time_since_epoch()) >= 12 * 60) return running.values[i];
    }
    return 0.0;
  };
  EXPECT_EQ(running_without_the_zone("{hard: {zone_balance: true}}"), 3);
  EXPECT_EQ(running_without_the_zone("{soft: {zone_balance: true}}"), 6);
}

// The next agent is at its place before the master has missed the one that was killed. What ran there counts nowhere any more.
TEST(TitusStack, ContainersOfAnAgentThatWasReplacedAtOnceAreForgotten) {
  const RunResult result = run_stack({"method=[{at: 5 min, action: kill_agents, target: main/critical, instances: 1, lasts: 15 s}]",
                                      "titus.main.agents.critical={min: 2, desired: 2, max: 2}", "titus.main.scheduler.balanced_zones=2",
                                      "titus.main.services.api={desired: 4, constraints: {hard: {zone_balance: true}}}"});
  EXPECT_EQ(titus_kpi(result, "containers.lost"), 2);
  int agents = 0;
  for (const AgentResult& agent : result.agents) {
    if (agent.group != "critical") continue;
    EXPECT_EQ(agent.containers, 2) << agent.zone;
    ++agents;
  }
  EXPECT_EQ(agents, 2);
}

TEST(TitusStack, JobsAreRefusedBeyondTheLimit) {
  EXPECT_GT(titus_kpi(run_stack({"titus.main.jobs.active_jobs_max=3"}), "jobs_refused"), 0);
}

TEST(TitusStack, StacksKnowNothingOfEachOther) {
  std::string two = small_stack;
  const RunResult alone = run(scenario_of(two));
  const RunResult beside = run(scenario_of(two, {"titus.other={agents: {flex: {desired: 3}}, images: {x: {}}, batch: {b: {rate: 9 /min, "
                                                 "container: {image: x}}}}"}));
  for (const SeriesResult& series : alone.series) {
    if (!series.name.starts_with("titus.main.")) continue;
    const std::vector<double>& others = find_series(beside, series.name).values;
    ASSERT_EQ(series.values.size(), others.size());
    for (std::size_t i = 0; i < others.size(); ++i) {
      EXPECT_TRUE(series.values[i] == others[i] || (std::isnan(series.values[i]) && std::isnan(others[i]))) << series.name << " " << i;
    }
  }
}

// Everything breaks once, under each era and placement, with and without preemption: whoever was accepted has ended once or is
// there, and no agent has given more than it has.
TEST(TitusStack, AccountsAreInOrderWhateverHappens) {
  const std::filesystem::path file = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/titus.yaml";
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const std::vector<std::string> sets{seed % 2 == 0 ? "titus.main.orchestration.era=mesos" : "titus.main.orchestration.era=ecs",
                                        seed % 3 == 0 ? "titus.main.scheduler.placement=ecs" : "titus.main.scheduler.placement=fenzo",
                                        seed % 4 < 2 ? "titus.main.preemption.enabled=true" : "titus.main.preemption.enabled=false",
                                        "titus.main.preemption.after=5 s", "titus.main.batch.encodes.rate=3 /min"};
    const auto loaded = language::load<Scenario>(file, sets);
    ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
    const RunResult result = run(loaded.value, {.seed = seed});
    EXPECT_GT(titus_kpi(result, "containers.done"), 50) << seed;
    for (const AgentResult& agent : result.agents) {
      EXPECT_LE(agent.cpus_given, agent.cpus) << seed << " " << agent.name;
      EXPECT_LE(agent.memory_given, agent.memory) << seed << " " << agent.name;
    }
    for (const SeriesResult& series : result.series) {
      for (const double value : series.values) EXPECT_FALSE(value < 0) << seed << " " << series.name;
    }
  }
}

std::string refusal_of(const std::string& set) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(small_stack, "scenario.yaml", {.overrides = {set}}));
  return language::print(loaded.diagnostics);
}

TEST(TitusStack, WhatCanNeverRunIsRefusedAndNamed) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal_of("titus.main.batch.encodes.container.cpus=20"), HasSubstr("no agent of the tier flex is large enough"));
  EXPECT_THAT(refusal_of("titus.main.batch.encodes.container.cpus=200"), HasSubstr("Titus refuses such a container"));
  EXPECT_THAT(refusal_of("titus.main.batch.encodes.container.image=enkode"), HasSubstr("encode"));
  EXPECT_THAT(refusal_of("titus.main.services.api.capacity_group=apis"), HasSubstr("api"));
  EXPECT_THAT(refusal_of("titus.main.capacity.groups.api.instances=999"), HasSubstr("reserve"));
  EXPECT_THAT(refusal_of("titus.main.images={api: {base: encode}, encode: {base: api}}"), HasSubstr("built from itself"));
  EXPECT_THAT(refusal_of("titus.empty={region: home}"), HasSubstr("a stack without agents runs nothing"));
  EXPECT_THAT(refusal_of("titus.main.agents.flex.type=m9.huge"), HasSubstr("instance type"));
  const auto asking_for = [](const std::string& hard) { return refusal_of("titus.main.services.api.constraints.hard=" + hard); };
  EXPECT_THAT(asking_for("{availability_zone: homec}"), HasSubstr("homea"));
  EXPECT_THAT(asking_for("{machine_group: kritical}"), HasSubstr("critical"));
  EXPECT_THAT(asking_for("{machine_type: m4.16xlarge}"), HasSubstr("instance type of this stack's agents"));
  EXPECT_THAT(asking_for("{machine_group: flex}"), HasSubstr("no instance group of the tier critical is as all of these ask"));
  EXPECT_THAT(asking_for("{zone_balance: true}"), HasSubstr("balanced_zones"));
  EXPECT_THAT(asking_for("{zone_balance: true, availability_zone: homea}"), HasSubstr("in no balance over zones"));
  EXPECT_THAT(refusal_of("titus.main.services.api={desired: 7, constraints: {hard: {unique_host: true}}}"),
              HasSubstr("7 containers need an agent each"));
  EXPECT_THAT(refusal_of("titus.main={agents: {critical: {zones: 1}}, services: {api: {constraints: {hard: {availability_zone: homeb}}}}}"),
              HasSubstr("no instance group that it may go to has agents in this zone"));
  EXPECT_THAT(refusal_of("titus.main={scheduler: {placement: ecs}, services: {api: {constraints: {hard: {exclusive_host: true}}}}}"),
              HasSubstr("ECS"));
  EXPECT_THAT(refusal_of("method=[{at: 1 min, action: set_containers, target: main/apo, instances: 3}]"), HasSubstr("api"));
  EXPECT_THAT(refusal_of("titus.main.batch.encodes.run_time_limit=5 s"), testing::IsEmpty());
}

}  // namespace
}  // namespace streamtwin
