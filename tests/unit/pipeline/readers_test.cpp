// Who reads streams, while their machines die and come back: routers, groups of consumers, and stream jobs. One broker has everything, and
// messages take half a millisecond each way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "models/pipeline/consumers.hpp"
#include "models/pipeline/kafka/producer.hpp"
#include "models/pipeline/router.hpp"
#include "models/pipeline/served.hpp"
#include "models/pipeline/standby.hpp"
#include "models/pipeline/stream_job.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::pipeline {
namespace {

using ::testing::IsEmpty;

class ReadersTest : public testing::Test {
 protected:
  explicit ReadersTest(kafka::ClusterSpec spec = {})
      : simulation(Seed{1}), geography({{"region", 0, 0, 1}}, {.same_zone_rtt = 1ms, .cross_zone_rtt = 1ms}), roads(geography) {
    for (const char* name : {"broker", "consumers", "a", "b", "c"}) {
      machines.push_back(&platform.add_host(name, platform.world(), Speed{1e9}, 1, BitRate{1e9}));
    }
    platform.seal();
    spec.broker_rate = BitRate{1e15};
    cluster.emplace(spec, std::vector<kafka::Cluster::Broker>{{.machine = machines[0], .zone = 0}}, roads);
    topic = &cluster->add_topic(4, 1, kafka::LogMeasures(recorder, "topic"));
    producer.emplace(kafka::ProducerSpec{}, *cluster, *topic, ZoneIndex{0}, Random(1, "instance", "partition"),
                     kafka::ProducerMeasures(recorder, "topic"));
  }
  std::vector<Worker> workers(std::size_t count = 2) const {
    std::vector<Worker> found;
    for (std::size_t w = 0; w < count; ++w) found.push_back({.machine = machines[2 + w], .zone = 0});
    return found;
  }
  /// A hundred events a second, for so long, to each partition in turn.
  void publish(Duration lasting) {
    scope.spawn("publishing", [](ReadersTest& self, Duration time) -> Task<> {
      const Instant end = now() + time;
      for (int i = 0; now() < end; ++i, co_await delay(10ms)) self.producer->publish(Bytes{1000}, std::to_string(i % 20), now());
    }(*this, lasting));
  }
  void at_time(Duration when, std::function<void()> what) {
    scope.spawn("a step", [](Duration wait, std::function<void()> does) -> Task<> {
      co_await delay(wait);
      co_await fence();
      does();
    }(when, std::move(what)));
  }
  void die(std::size_t worker, Duration when, Duration back = Duration{0}) {
    Host& machine = *machines[2 + worker];
    at_time(when, [&machine] { turn_off(machine); });
    if (back > Duration{0}) at_time(back, [&machine] { turn_on(machine); });
  }
  void run(Duration until) { simulation.run_until(at(until)); }
  double published() const { return producer->waiting() == 0 ? recorder_total("topic.published") : -1; }
  double recorder_total(const char* name) const { return const_cast<Recorder&>(recorder).counter(name).total(); }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  rpc::Roads roads;
  std::vector<Host*> machines;
  std::optional<kafka::Cluster> cluster;
  kafka::Topic* topic = nullptr;
  std::optional<kafka::Producer> producer;
  Scope scope;
};

TEST(SwitchDecision, NeedsTroubleThatLastsAndAnEndOfItThatLastsLonger) {
  SwitchDecision decision({.trouble = Fraction{0.5}, .after = 60s, .back_after = 600s});
  EXPECT_FALSE(decision.look(Fraction{0.6}, at(0s)));
  EXPECT_FALSE(decision.look(Fraction{0.4}, at(59s)));  // it begins anew
  EXPECT_FALSE(decision.look(Fraction{0.5}, at(60s)));
  EXPECT_TRUE(decision.look(Fraction{1}, at(120s)));
  EXPECT_TRUE(decision.away());
  EXPECT_FALSE(decision.look(Fraction{0.1}, at(130s)));  // a little is too much for the way back
  EXPECT_FALSE(decision.look(Fraction{0}, at(140s)));
  EXPECT_TRUE(decision.look(Fraction{0}, at(740s)));
  EXPECT_FALSE(decision.away());
}

TEST(BuiltOf, WhatWasComputedAheadWhereResultsAreTooOld) {
  const ServesSpec spec{.service = "", .fresh_for = 15min, .precomputed = 22h};
  EXPECT_EQ(built_of(spec, 14min).age, Duration{14min});
  EXPECT_FALSE(built_of(spec, 14min).precomputed);
  EXPECT_EQ(built_of(spec, 16min).age, Duration{22h});
  EXPECT_TRUE(built_of(spec, 16min).precomputed);
}

class RouterTest : public ReadersTest {
 protected:
  explicit RouterTest(const kafka::ClusterSpec& spec = {}) : ReadersTest(spec) {}
  void build(SinkSpec spec, bool into_kafka = false) {
    spec.rate = Rate{1e9};
    std::optional<Router::Into> into;
    if (into_kafka) {
      behind.emplace(kafka::ClusterSpec{.broker_rate = BitRate{1e15}},
                     std::vector<kafka::Cluster::Broker>{{.machine = machines[1], .zone = 0}}, roads);
      into = {.cluster = &*behind,
              .topic = &behind->add_topic(4, 1, kafka::LogMeasures(recorder, "behind")),
              .producer = {.delivery_timeout = never - Instant{}}};
    }
    measures = SinkMeasures(recorder, "sink");
    router = std::make_unique<Router>(spec, *cluster, *topic, into, workers(), Random(1, "sink", "router"), measures);
    cluster->start();
    if (behind) behind->start();
    router->start();
  }
  SinkMeasures measures;
  std::optional<kafka::Cluster> behind;
  std::unique_ptr<Router> router;
};

// Its machine dies 30 s after the checkpoint at 60 s; the job is begun again 51 s later, and takes on again what it had since.
TEST_F(RouterTest, BeginsAgainAtItsLastCheckpointAndRepeatsWhatItTookOnSince) {
  build({.kind = SinkKind::kafka, .router = {{.restart = {.jitter = Fraction{0}}}}});
  publish(200s);
  die(0, 90s);
  run(300s);
  EXPECT_EQ(measures.delivered.total(), published());
  EXPECT_EQ(measures.restarts.total(), 1);
  // partitions of the machine for 30 s, of the other until the job begins again, for 80 s
  EXPECT_NEAR(measures.repeated.total(), 50 * 30 + 50 * 80, 1200);
  EXPECT_NEAR(measures.freshness.all().quantile(1), 51, 1);
}

TEST_F(RouterTest, OfSamzaRepeatsOnlyWhatTheMachineHad) {
  build({.kind = SinkKind::kafka, .router = {{.restart = {.jitter = Fraction{0}}}, streams::Engine::samza, 60s}});
  publish(200s);
  die(0, 90s);
  run(300s);
  EXPECT_EQ(measures.delivered.total(), published());
  EXPECT_GT(measures.repeated.total(), 0);
  EXPECT_LT(measures.repeated.total(), 100 * 31);
}

TEST_F(RouterTest, OfMantisRepeatsNothingAndMissesWhatCameMeanwhile) {
  build({.kind = SinkKind::kafka, .router = {{}, streams::Engine::mantis, 60s}});
  publish(200s);
  die(0, 90s);
  run(300s);
  EXPECT_EQ(measures.repeated.total(), 0);
  EXPECT_GT(measures.missed.total(), 1000);
  EXPECT_EQ(measures.delivered.total() + measures.missed.total(), published());
}

TEST_F(RouterTest, WithACheckpointEachSecondRepeatsLess) {
  build({.kind = SinkKind::kafka, .router = {{}, streams::Engine::flink, 1s}});
  publish(200s);
  die(0, 90s);
  run(300s);
  EXPECT_EQ(measures.delivered.total(), published());
  EXPECT_LT(measures.repeated.total(), 100 * 1.1 + 50 * 51);
}

TEST_F(RouterTest, ThatMayNotBeginAgainIsOverAndItsLogGrows) {
  build({.kind = SinkKind::kafka, .router = {{.restart = {.kind = streams::RestartKind::none}}}});
  publish(200s);
  die(0, 90s, 100s);
  run(300s);
  EXPECT_LT(measures.delivered.total(), published());
  EXPECT_NEAR(router->lag(), published() - measures.delivered.total(), 1);
}

// What had not arrived when its machine died is neither lost nor shown twice.
TEST_F(RouterTest, IntoAConsumersKafkaDeliversAllAndCountsWhatIsThereTwice) {
  build({.kind = SinkKind::kafka, .router = {{.restart = {.jitter = Fraction{0}}}}}, true);
  publish(200s);
  die(1, 90s, 95s);
  run(300s);
  EXPECT_EQ(measures.delivered.total(), published());
  EXPECT_GT(measures.repeated.total(), 0);
  const double written = recorder.counter("behind.bytes", "B").total();
  EXPECT_EQ(written, (measures.delivered.total() + measures.repeated.total()) * 1000);
}

// While the consumers' Kafka is away its router waits, and nothing is lost.
TEST_F(RouterTest, WaitsForAConsumersKafkaThatIsAway) {
  build({.kind = SinkKind::kafka}, true);
  publish(100s);
  at_time(40s, [&] { turn_off(*machines[1]); });
  at_time(140s, [&] { turn_on(*machines[1]); });
  run(400s);
  EXPECT_EQ(measures.delivered.total(), published());
}

class RetentionTest : public RouterTest {
 protected:
  RetentionTest() : RouterTest({.retention = 30s, .segment = Bytes{20e3}, .retention_check = 5s}) {}
};

// Of 100 s that nobody reads, 30 s are kept.
TEST_F(RetentionTest, WhoLagsBehindByMoreHasMissedIt) {
  build({.kind = SinkKind::kafka, .router = {{.heartbeat_timeout = 99s, .restart = {.jitter = Fraction{0}}}, streams::Engine::flink, 1s}});
  publish(300s);
  die(0, 50s);
  die(1, 50s, 100s);
  run(400s);
  EXPECT_EQ(measures.delivered.total() + measures.missed.total(), published());
  EXPECT_NEAR(measures.missed.total(), 100 * 70, 100 * 6);
}

class ConsumersTest : public ReadersTest {
 protected:
  void build(ConsumerSpec spec, std::size_t members = 2) {
    spec.cost = std::max(spec.cost, Duration{1e-9});
    measures = ConsumerMeasures(recorder, "group");
    group = std::make_unique<ConsumerGroup>(spec, *cluster, *topic, workers(members), measures);
    cluster->start();
    group->start();
  }
  ConsumerMeasures measures;
  std::unique_ptr<ConsumerGroup> group;
};

TEST_F(ConsumersTest, HandleAllAndDealPartitionsOutOnce) {
  build({});
  publish(60s);
  run(100s);
  EXPECT_EQ(measures.handled.total(), published());
  EXPECT_EQ(measures.repeated.total(), 0);
  EXPECT_EQ(measures.rebalances.total(), 1);
}

// Dead at 60 s, missed at about 105 s; the other hears of it with its next heartbeat. What it handled since its last commit is done again.
TEST_F(ConsumersTest, ADeadMembersPartitionsAreAnothersAfterItsSession) {
  build({});
  publish(200s);
  die(0, 62s);
  run(300s);
  EXPECT_EQ(measures.handled.total(), published());
  EXPECT_EQ(measures.rebalances.total(), 2);
  EXPECT_NEAR(measures.age.all().quantile(1), 45, 5);
  EXPECT_GT(measures.repeated.total(), 0);
  EXPECT_LE(measures.repeated.total(), 5.5 * 50);
}

TEST_F(ConsumersTest, EagerMembersAllStopWhenOneComesBack) {
  build({});
  publish(200s);
  die(0, 62s, 120s);
  run(300s);
  EXPECT_EQ(measures.handled.total(), published());
  EXPECT_EQ(measures.rebalances.total(), 3);
  EXPECT_LE(measures.paused.all().quantile(1), 4);
  EXPECT_GT(measures.paused.all().quantile(1), 1);
}

TEST_F(ConsumersTest, CooperativeMembersGoOnWithWhatTheyKeep) {
  build({.group = {.rebalance = kafka::Rebalance::cooperative}});
  publish(200s);
  die(0, 62s, 120s);
  run(300s);
  EXPECT_EQ(measures.handled.total(), published());
  EXPECT_EQ(measures.paused.all().count(), 0u);
  EXPECT_GE(measures.rebalances.total(), 4);
}

// Half a second for an event, five hundred of which a poll brings: whoever has so many leaves, and others do it again.
TEST_F(ConsumersTest, AMemberThatWorksForTooLongOnOnePollLeaves) {
  build({.cost = 50ms, .group = {.poll_interval = 20s}});
  publish(60s);
  die(0, 5s, 30s);
  run(300s);
  EXPECT_GT(measures.rebalances.total(), 3);
  EXPECT_GT(measures.repeated.total(), 0);
}

class StreamJobTest : public ReadersTest {
 protected:
  void build(JobSpec spec) {
    spec.restart.jitter = Fraction{0};
    measures = JobMeasures(recorder, "job");
    job = std::make_unique<StreamJob>(spec, *cluster, *topic, workers(), Random(1, "job", "machines"), measures);
    cluster->start();
    job->start();
  }
  JobMeasures measures;
  std::unique_ptr<StreamJob> job;
};

// A window's result is there when an event of every partition is past its end by the bound.
TEST_F(StreamJobTest, ResultsAreThereTheBoundAfterTheirWindowsEnd) {
  build({.cost = 1us, .window = {.size = 10s, .bound = 2s}});
  publish(100s);
  run(200s);
  EXPECT_EQ(measures.read.total(), published());
  EXPECT_EQ(measures.fired.total(), 2 * 9);  // of two tasks; the last window waits for more
  EXPECT_NEAR(measures.result.all().quantile(0.5), 2.1, 0.2);
  EXPECT_EQ(job->newest(0), at(90s));
  EXPECT_EQ(measures.late.total(), 0);
}

TEST_F(StreamJobTest, TakesCheckpoints) {
  build({.window = {.size = 10s}, .checkpoint = {.interval = 10s}});
  publish(100s);
  run(105s);
  EXPECT_EQ(measures.checkpoints.total(), 10);
  EXPECT_NEAR(measures.checkpoint.all().quantile(0.5), 1, 0.05);
}

// Dead at 55 s, begun again at 106 s, from the checkpoint at 50 s: results come late, and none is missing.
TEST_F(StreamJobTest, AfterAFailureReadsAgainFromItsCheckpoint) {
  build({.cost = 1us, .window = {.size = 10s, .bound = 2s}, .checkpoint = {.interval = 10s}});
  publish(200s);
  die(0, 55s);
  run(300s);
  EXPECT_EQ(measures.read.total(), published());
  EXPECT_GT(measures.replayed.total(), 400);
  EXPECT_EQ(measures.restarts.total(), 1);
  EXPECT_EQ(measures.fired.total(), 2 * (19 + 1));        // that of the window up to 50 s twice: it is newer than the checkpoint
  EXPECT_NEAR(measures.result.all().quantile(1), 46, 2);  // of the window up to 60 s
  EXPECT_EQ(measures.missed.total(), 0);
}

TEST_F(StreamJobTest, UnalignedBarriersKeepWhatWaits) {
  build({.parallelism = 1,
         .cost = 12ms,
         .window = {.size = 10s, .bound = 2s},
         .checkpoint = {.interval = 10s, .unaligned = true},
         .buffers = {.own = 1, .shared = 1, .size = Bytes{1000}}});
  publish(100s);
  die(0, 55s);
  run(400s);
  EXPECT_EQ(measures.read.total(), published());
  EXPECT_EQ(measures.fired.total(), 9 + 1);
  EXPECT_NEAR(measures.checkpoint.all().quantile(0.5), 1, 0.05);
}

// A task that is too slow by a fifth fills its buffers, those that read stop, and what they have not read waits in the log.
TEST_F(StreamJobTest, ASlowTaskEndsAsALagInTheLog) {
  build({.parallelism = 1, .cost = 12ms, .buffers = {.own = 1, .shared = 1, .size = Bytes{1000}}});
  publish(100s);
  run(100s);
  EXPECT_NEAR(job->lag(), 100 * 100 - 100 / 0.012, 30);
  EXPECT_GT(measures.blocked.total(), 0.5 * measures.reading.total());
}

// Behind full buffers barriers take their time; what they cost is told by the checkpoints.
TEST_F(StreamJobTest, AlignedCheckpointsTakeLongerUnderBackPressure) {
  build({.parallelism = 1, .cost = 12ms, .checkpoint = {.interval = 10s}, .buffers = {.own = 50, .shared = 0, .size = Bytes{1000}}});
  publish(100s);
  run(100s);
  EXPECT_GT(measures.checkpoint.all().quantile(0.5), 2);
}

TEST_F(StreamJobTest, CheckpointsThatTakeTooLongFailTheJob) {
  build({.checkpoint = {.interval = 10s, .timeout = 2s, .snapshot = 3s}});
  publish(100s);
  run(40s);
  EXPECT_GE(measures.failed_checkpoints.total(), 2);
  EXPECT_EQ(measures.checkpoints.total(), 0);
  EXPECT_EQ(measures.restarts.total(), measures.failed_checkpoints.total());
}

TEST_F(StreamJobTest, OfMantisDropsWhatDoesNotFit) {
  build({{}, streams::Engine::mantis, "", 1, 60ms, {}, {}, {.own = 1, .shared = 1, .size = Bytes{1000}}, {}});
  publish(100s);
  run(150s);
  EXPECT_GT(measures.dropped.total(), 1000);
  EXPECT_EQ(measures.read.total(), published());
  EXPECT_LT(job->lag(), 10);
}

TEST_F(StreamJobTest, OfSamzaGoesOnWhereNothingDied) {
  build({{}, streams::Engine::samza, "", 1, 1us, {.size = 10s, .bound = 2s}, {.interval = 10s}, {}, {}});
  publish(100s);
  die(0, 55s);
  run(50s);
  const double before = measures.read.total();
  run(100s);
  EXPECT_NEAR(measures.read.total() - before, 50 * 50 + 5 * 50, 1000);
  run(300s);
  EXPECT_EQ(measures.read.total(), published());
  EXPECT_GT(measures.checkpoints.total(), 4 * 9);
}

// Nothing comes from three of four partitions: the windows wait for them for ever, or until they are idle.
TEST_F(StreamJobTest, AnIdlePartitionHoldsWindowsUpUnlessItIsLeftOut) {
  build({.window = {.size = 10s, .bound = 0s, .idle = 5s}});
  scope.spawn("publishing", [](kafka::Producer& to) -> Task<> {
    for (; now() < at(60s); co_await delay(100ms)) to.publish(Bytes{1000}, "abc", now());
  }(*producer));
  run(60s);
  EXPECT_EQ(measures.fired.total(), 2 * 5);
}

}  // namespace
}  // namespace streamtwin::pipeline
