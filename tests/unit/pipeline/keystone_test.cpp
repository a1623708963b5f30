// Events on their way: an instance's producer, brokers in three zones, and a router to a sink, while brokers die and come back. Messages
// take half a millisecond each way within a zone and between them, brokers and routers no time worth mentioning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "models/pipeline/kafka/producer.hpp"
#include "models/pipeline/router.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::pipeline {
namespace {

using ::testing::IsEmpty;

class KeystoneTest : public testing::Test {
 protected:
  KeystoneTest() : simulation(Seed{1}), geography({{"region", 0, 0, 3}}, {.same_zone_rtt = 1ms, .cross_zone_rtt = 1ms}), roads(geography) {
    for (int zone = 0; zone < 3; ++zone) {
      machines.push_back(&platform.add_host("kafka" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9}));
      workers.push_back(&platform.add_host("router" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9}));
    }
    platform.seal();
  }
  void build(kafka::ClusterSpec spec = {}, kafka::ProducerSpec publishes = {}, SinkSpec sink = {.kind = SinkKind::kafka},
             int partitions = 3) {
    std::vector<kafka::Cluster::Broker> brokers;
    for (std::size_t zone = 0; zone < 3; ++zone) brokers.push_back({.machine = machines[zone], .zone = static_cast<ZoneIndex>(zone)});
    spec.broker_rate = BitRate{1e15};
    sink.rate = Rate{1e9};
    cluster.emplace(spec, std::move(brokers), roads);
    topic = &cluster->add_topic(partitions, 2, kafka::LogMeasures(recorder, "topic"));
    sink_measures = SinkMeasures(recorder, "sink");
    router = std::make_unique<Router>(sink, *cluster, *topic, std::nullopt, std::vector<Worker>{{workers[0], 0}, {workers[1], 1}},
                                      Random(1, "sink", "router"), sink_measures);
    measures = kafka::ProducerMeasures(recorder, "topic");
    producer = std::make_unique<kafka::Producer>(publishes, *cluster, *topic, ZoneIndex{0}, Random(1, "instance", "partition"), measures);
    cluster->start();
    router->start();
  }
  /// Every 10 ms, for so long, to a partition each in turn.
  void publish(Duration lasting) {
    scope.spawn("publishing", [](KeystoneTest& self, Duration time) -> Task<> {
      const Instant end = now() + time;
      for (int i = 0; now() < end; ++i, co_await delay(10ms)) self.producer->publish(Bytes{1000}, std::string(1, "abcdef"[i % 6]), now());
    }(*this, lasting));
  }
  void at_time(Duration when, std::function<void()> what) {
    scope.spawn("a step", [](Duration wait, std::function<void()> does) -> Task<> {
      co_await delay(wait);
      does();
    }(when, std::move(what)));
  }
  void run(Duration until) { simulation.run_until(at(until)); }
  /// Whether everything is accounted for.
  std::vector<std::string> audit() {
    recorder.audit().kind("event at its producer").census(producer ? static_cast<double>(producer->waiting()) : 0);
    recorder.audit().kind("record of a stream").census(cluster->unsettled());
    return recorder.audit().check();
  }
  double delivered() const { return sink_measures.delivered.total(); }
  kafka::LogMeasures& logs() { return topic->measures; }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  rpc::Roads roads;
  std::vector<Host*> machines, workers;
  std::optional<kafka::Cluster> cluster;
  kafka::Topic* topic = nullptr;
  SinkMeasures sink_measures;
  std::unique_ptr<Router> router;
  kafka::ProducerMeasures measures;
  std::unique_ptr<kafka::Producer> producer;
  Scope scope;
};

// Half a millisecond to the leader, half to its follower, half back with the next fetch, and one for the router's fetch.
TEST_F(KeystoneTest, AnEventIsDeliveredWhenAllInSyncHaveItAndTheRouterHasFetchedIt) {
  build();
  producer->publish(Bytes{1000}, "abc", now());
  run(10s);
  EXPECT_EQ(delivered(), 1);
  EXPECT_NEAR(sink_measures.freshness.all().quantile(0.5), 2.5e-3, 0.05e-3);
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(KeystoneTest, ASinkThatRollsShowsEventsAtTheEndOfItsFile) {
  build({}, {}, {.kind = SinkKind::s3});
  at_time(15s, [&] { producer->publish(Bytes{1000}, "abc", now()); });
  run(59s);
  EXPECT_EQ(delivered(), 0);
  run(61s);
  EXPECT_EQ(delivered(), 1);
  EXPECT_NEAR(sink_measures.freshness.all().quantile(0.5), 45, 0.5);
}

// Its request times out after 30 s, when another leads since 6 s and 5 ms; what waited meanwhile arrives late, and nothing is lost.
TEST_F(KeystoneTest, ABrokersDeathDelaysWhatItLed) {
  build();
  publish(60s);
  at_time(20.005s, [&] { turn_off(*machines[1]); });
  run(45s);
  const double before = delivered();
  EXPECT_GT(before, 2000);
  run(80s);
  EXPECT_EQ(delivered(), measures.published.total());
  EXPECT_EQ(logs().lost.total(), 0);
  EXPECT_GT(measures.repeated.total(), 0);
  EXPECT_GT(logs().elections.total(), 0);
  EXPECT_NEAR(sink_measures.freshness.all().quantile(1), 30, 1);
  EXPECT_THAT(audit(), IsEmpty());
}

// What the leader acknowledged a moment ago and its follower has not fetched yet goes with it.
TEST_F(KeystoneTest, WhatTheLeaderAloneAcknowledgedIsLostWithIt) {
  build({}, {}, {.kind = SinkKind::kafka}, 1);
  at_time(1s, [&] { producer->publish(Bytes{1000}, "abc", now()); });
  at_time(1.0006s, [&] { turn_off(*machines[0]); });
  run(20s);
  EXPECT_EQ(logs().lost.total(), 1);
  EXPECT_EQ(delivered(), 0);
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(KeystoneTest, WithAllAcksItIsSentAgainInstead) {
  build({}, {.acks = kafka::Acks::all}, {.kind = SinkKind::kafka}, 1);
  at_time(1s, [&] { producer->publish(Bytes{1000}, "abc", now()); });
  at_time(1.0006s, [&] { turn_off(*machines[0]); });
  run(60s);
  EXPECT_EQ(measures.repeated.total(), 1);
  EXPECT_EQ(delivered(), 1);
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(KeystoneTest, AFullBufferDrops) {
  build({}, {.buffer = Bytes{200e3}}, {.kind = SinkKind::kafka}, 1);
  at_time(5ms, [&] { turn_off(*machines[0]); });
  publish(20s);
  run(60s);
  EXPECT_GT(measures.dropped.total(), 0);
  EXPECT_EQ(delivered() + measures.dropped.total(), measures.published.total());
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(KeystoneTest, WhatNobodyTakesInExpires) {
  build();
  at_time(5ms, [&] {
    for (Host* machine : machines) turn_off(*machine);
  });
  at_time(1s, [&] { producer->publish(Bytes{1000}, "abc", now()); });
  run(400s);
  EXPECT_EQ(measures.expired.total(), 1);
  EXPECT_THAT(audit(), IsEmpty());
}

TEST_F(KeystoneTest, AnInstanceThatEndsTakesWithItWhatItHasNotDelivered) {
  build();
  at_time(5ms, [&] { turn_off(*machines[0]), turn_off(*machines[1]), turn_off(*machines[2]); });
  publish(5s);
  at_time(8s, [&] { producer.reset(); });
  run(10s);
  EXPECT_EQ(measures.abandoned.total(), measures.published.total() - delivered());
  EXPECT_THAT(audit(), IsEmpty());
}

// The first broker is the controller: with it, nobody is given another leader until somebody has taken its place, two seconds later.
TEST_F(KeystoneTest, AControllersDeathDelaysElections) {
  build();
  publish(60s);
  at_time(20.005s, [&] { turn_off(*machines[0]); });
  run(28s);
  EXPECT_EQ(logs().elections.total(), 0);
  run(28.1s);
  EXPECT_GT(logs().elections.total(), 0);
}

TEST_F(KeystoneTest, AClusterThatWasAwayAsAWholeComesBack) {
  build({}, {.delivery_timeout = 600s});
  publish(60s);
  at_time(20s, [&] { turn_off(*machines[0]), turn_off(*machines[1]), turn_off(*machines[2]); });
  at_time(100s, [&] { turn_on(*machines[0]), turn_on(*machines[1]), turn_on(*machines[2]); });
  run(300s);
  EXPECT_EQ(delivered() + logs().lost.total(), measures.published.total());
  EXPECT_LE(logs().lost.total(), 3);
  EXPECT_THAT(audit(), IsEmpty());
}

// A broker that has come back catches up and leads again at the next look, five minutes after the start.
TEST_F(KeystoneTest, ABrokerThatComesBackLeadsAgain) {
  build();
  publish(400s);
  at_time(20s, [&] { turn_off(*machines[1]); });
  at_time(60s, [&] { turn_on(*machines[1]); });
  run(200s);
  int led = 0;
  for (const kafka::LivePartition& partition : topic->partitions) led += partition.log.leader() == 1;
  EXPECT_EQ(led, 0);
  run(301s);
  for (const kafka::LivePartition& partition : topic->partitions) {
    led += partition.log.leader() == 1;
    EXPECT_EQ(partition.log.in_sync(), 2);
  }
  EXPECT_EQ(led, 1);
  run(450s);
  EXPECT_EQ(delivered() + logs().lost.total(), measures.published.total());
  EXPECT_THAT(audit(), IsEmpty());
}

}  // namespace
}  // namespace streamtwin::pipeline
