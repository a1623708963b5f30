// Eureka 2 in a region of three zones: what arrives when, and what happens when servers, clients and the network between them fail.
#include "models/registry/eureka2_cluster.hpp"

#include <gmock/gmock.h>

#include <set>

#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

using testing::ElementsAre;

constexpr ZoneIndex zones = 3;

class Eureka2ClusterTest : public testing::Test {
 protected:
  void begin(const eureka2::Properties& properties = {}, InstanceId instances = 30) {
    const auto passage = [this](ZoneIndex from, ZoneIndex to) {
      return from != to && (cut == from || cut == to) ? std::nullopt : std::optional(Passage{1ms, 1ms});
    };
    cluster.emplace(properties, passage, measures, "here", [this](InstanceId id) { evicted.insert(id); });
    for (ZoneIndex zone = 0; zone < zones; ++zone) {
      writers.push_back(&platform.add_host("eureka" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9}));
      readers.push_back(&platform.add_host("read" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9}));
      cluster->add_server(*writers.back(), zone);
      cluster->add_read_server(*readers.back(), zone);
    }
    platform.seal();
    for (InstanceId id = 0; id < instances; ++id) join(id, id % 2, true);
    cluster->start();
  }
  /// Each calls the other application.
  void join(InstanceId id, AppId app, bool established = false) {
    scopes[id] = std::make_unique<Scope>();
    Member member{.id = id, .app = app, .zone = static_cast<ZoneIndex>(id % zones), .identity = id, .scope = scopes[id].get()};
    member.refresh_balancers = [this, id, app](const RegistryView& view) {
      known[id].clear();
      for (const ViewedInstance& up : view.up(1 - app)) known[id].insert(up.id);
    };
    member.calls = [app](AppId other) { return other == 1 - app; };
    member.machine_is_on = [this] { return machines_go_on; };
    cluster->join(std::move(member), std::nullopt, established);
  }
  /// Without a word.
  void die(InstanceId id) {
    scopes[id]->cancel();
    cluster->forget(id);
    known.erase(id);
  }
  static void off(Host& machine) {
    spawn("off", [](Host& its) -> Task<> {
      turn_off(its);
      co_return;
    }(machine));
  }
  static void on(Host& machine) {
    spawn("on", [](Host& its) -> Task<> {
      turn_on(its);
      co_return;
    }(machine));
  }
  /// How many have it in their lists.
  int knowing(InstanceId id) const {
    int count = 0;
    for (const auto& [who, ids] : known) count += ids.contains(id) ? 1 : 0;
    return count;
  }
  /// Until then.
  void run(double seconds) { simulation.run_until(at(Duration{seconds})); }

  Simulation simulation{Seed{1}};
  Platform platform;
  Recorder recorder;
  RegistryMeasures measures{recorder};
  std::vector<Host*> writers, readers;
  std::map<InstanceId, std::unique_ptr<Scope>> scopes;
  std::optional<Eureka2Cluster> cluster;
  std::map<InstanceId, std::set<InstanceId>> known;
  std::set<InstanceId> evicted;
  std::optional<ZoneIndex> cut;  ///< a zone that reaches no other
  bool machines_go_on = false;
};

TEST_F(Eureka2ClusterTest, NewsArriveWithinMilliseconds) {
  begin();
  run(100);
  EXPECT_EQ(knowing(0), 15);
  join(30, 0);
  run(100.02);
  EXPECT_EQ(knowing(30), 15) << "connect, register, replicate, notify, notify";
  EXPECT_EQ(known[30].size(), 15u);
  cluster->take_out(std::vector<InstanceId>{30});
  run(100.03);
  EXPECT_EQ(knowing(30), 0);
  cluster->put_back(std::vector<InstanceId>{30});
  run(100.04);
  EXPECT_EQ(knowing(30), 15);
  cluster->remove(30);
  run(100.05);
  EXPECT_EQ(knowing(30), 0);
  EXPECT_FALSE(cluster->knows(30));
}

TEST_F(Eureka2ClusterTest, OfOneWhoseMachineGoesOnItIsKnownAtOnce) {
  begin();
  run(100);
  machines_go_on = true;
  die(4);
  run(100.02);
  EXPECT_EQ(knowing(4), 0);
  EXPECT_THAT(evicted, ElementsAre(4));
}

TEST_F(Eureka2ClusterTest, SilenceIsNoticedAfterNinetyToAHundredAndEightySeconds) {
  begin();
  run(100);
  die(4);
  run(160);
  EXPECT_EQ(knowing(4), 15);
  run(281);
  EXPECT_EQ(knowing(4), 0);
}

// Each that is noticed goes at once, and nobody waits when the next one is: there is no end to it.
TEST_F(Eureka2ClusterTest, WhoFallsSilentGoesHoweverManyTheyAre) {
  begin({}, 300);
  run(100);
  for (InstanceId id = 0; id < 150; ++id) die(id);
  run(400);
  EXPECT_EQ(evicted.size(), 150u);
}

TEST_F(Eureka2ClusterTest, OfThoseThatFailTogetherAFifthGoesUntilOthersRegister) {
  begin({}, 300);
  run(100);
  machines_go_on = true;
  for (InstanceId id = 0; id < 150; ++id) die(id);
  run(400);
  std::size_t waiting = 0;
  for (std::size_t writer = 0; writer < zones; ++writer) waiting += cluster->waiting_for_eviction(writer);
  EXPECT_NEAR(static_cast<double>(evicted.size()), 60, 3);
  EXPECT_EQ(waiting, 150 - evicted.size());
  EXPECT_EQ(cluster->registered(0), 300 - evicted.size());
  for (InstanceId id = 300; id < 330; ++id) join(id, 0);
  run(401);
  EXPECT_NEAR(static_cast<double>(evicted.size()), 90, 3);
}

// Its clients register with another one. What its peers have of it stays until it is back: also of those that die meanwhile.
TEST_F(Eureka2ClusterTest, AWriteServersLossIsNotNoticedButForTheDead) {
  begin();
  run(100);
  off(*writers[0]);
  run(300);
  for (InstanceId id = 0; id < 30; ++id) EXPECT_EQ(knowing(id), 15) << id;
  EXPECT_EQ(cluster->registered(1), 30u);
  const std::size_t before = known.size();
  machines_go_on = true;
  for (InstanceId id = 0; id < 6; ++id) {
    die(id);
    run(301 + id);
  }
  int still = 0;
  for (InstanceId id = 0; id < 6; ++id) still += knowing(id) > 0 ? 1 : 0;
  EXPECT_GT(still, 0) << "a copy of a third of them is the lost server's";
  EXPECT_LT(still, 6);
  on(*writers[0]);
  run(400);
  for (InstanceId id = 0; id < 6; ++id) EXPECT_EQ(knowing(id), 0) << id;
  EXPECT_EQ(known.size(), before - 6);
  EXPECT_EQ(cluster->registered(0), 24u);
}

TEST_F(Eureka2ClusterTest, WhoLosesItsReadServerGoesOnWithItsLists) {
  begin();
  run(100);
  off(*readers[1]);
  run(101);
  join(30, 0);
  run(102);
  const int before = knowing(30);
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 15) << "who had subscribed there hears nothing";
  for (const auto& [id, ids] : known) EXPECT_GE(ids.size(), id == 30 ? 0u : 15u) << id;
  run(300);
  EXPECT_EQ(knowing(30), 15) << "and has found another";
}

TEST_F(Eureka2ClusterTest, BothSidesOfAPartitionKeepServing) {
  begin({}, 90);
  run(100);
  cut = 2;
  run(101);
  join(92, 0);  // in that zone
  join(90, 0);
  run(700);
  EXPECT_TRUE(known[5].contains(92)) << "of its own zone";
  EXPECT_TRUE(known[1].contains(90));
  EXPECT_FALSE(known[1].contains(92));
  EXPECT_FALSE(known[5].contains(90));
  for (InstanceId id = 0; id < 90; id += 2) EXPECT_TRUE(known[id % 3 == 2 ? 5 : 1].contains(id)) << "it is on that side " << id;
  cut.reset();
  run(900);
  for (const InstanceId id : {1u, 5u}) EXPECT_EQ(known[id].size(), 47u) << id;
}

TEST_F(Eureka2ClusterTest, ANewApplicationIsAskedFor) {
  begin({}, 0);
  join(0, 0);
  run(10);
  EXPECT_TRUE(known[0].empty());
  join(1, 1);
  run(11);
  EXPECT_THAT(known[0], ElementsAre(1));
  EXPECT_THAT(known[1], ElementsAre(0));
}

TEST_F(Eureka2ClusterTest, AReadServerMayHaveAllOfIt) {
  begin({.full_registry = true}, 0);
  join(0, 0);
  join(1, 1);
  run(11);
  EXPECT_THAT(known[0], ElementsAre(1));
  off(*readers[0]);
  off(*readers[1]);
  off(*readers[2]);
  run(300);
  for (Host* const reader : readers) on(*reader);
  join(2, 1);
  run(400);
  EXPECT_THAT(known[0], ElementsAre(1, 2)) << "those that have begun anew have filled themselves";
}

// The second channel of 4 is of another life; the first has not failed when it registers again.
TEST_F(Eureka2ClusterTest, WhoReturnsIsNotGivenUp) {
  begin();
  run(100);
  die(4);
  run(110);
  join(4, 0);
  run(400);
  EXPECT_EQ(knowing(4), 15);
  EXPECT_TRUE(evicted.empty());
}

}  // namespace
}  // namespace streamtwin::registry
