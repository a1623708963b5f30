// A region's Eureka as a run drives it: status overrides that take instances out of traffic and put them back, a server that
// comes back, and servers that let clients fetch only so often.
#include "models/registry/eureka_cluster.hpp"

#include <gmock/gmock.h>

#include <set>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

using eureka::InstanceStatus;
using testing::ElementsAre;

class EurekaClusterTest : public testing::Test {
 protected:
  void begin(const EurekaSpec& spec, InstanceId members = 3) {
    cluster.emplace(
        spec,
        [this](ZoneIndex from, ZoneIndex to) {
          return cut && from != to ? std::nullopt : std::optional(Passage{1ms, 1ms});
        },
        measures, "region");
    measures.rate_limited = recorder.counter("rate_limited");
    for (const ZoneIndex zone : {ZoneIndex{0}, ZoneIndex{1}}) {
      servers.push_back(&platform.add_host("eureka" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9}));
      cluster->add_server(*servers.back(), zone);
    }
    platform.seal();
    for (InstanceId id = 0; id < members; ++id) cluster->join(member(id), std::nullopt, true);
    cluster->start();
  }
  Member member(InstanceId id) {
    Member made{.id = id, .zone = static_cast<ZoneIndex>(id % 2), .identity = id, .scope = id == 0 ? &dead : &scope};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      known[id].clear();
      for (const ViewedInstance& up : view.up(0)) known[id].insert(up.id);
    };
    return made;
  }

  void restart(Host& server, Duration after) {
    spawn("restart", [](Host& machine, Duration pause) -> Task<> {
      turn_off(machine);
      co_await delay(pause);
      turn_on(machine);
    }(server, after));
  }

  Simulation simulation{Seed{1}};
  Platform platform;
  Recorder recorder;
  RegistryMeasures measures{recorder};
  std::vector<Host*> servers;
  Scope scope, dead;  ///< of the first member
  std::optional<EurekaCluster> cluster;
  std::map<InstanceId, std::set<InstanceId>> known;
  bool cut = false;  ///< no network between the zones
};

// Half a second to the peer, then the read-only cache, the fetch and the balancer's list: 90.5 s at most.
TEST_F(EurekaClusterTest, WhoIsOutOfServiceLeavesEveryListAndComesBack) {
  begin({});
  simulation.run_until(at(200s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 2));
  const std::vector<InstanceId> old{1};
  cluster->take_out(old);
  simulation.run_until(at(201s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 2)) << "nobody has heard of it yet";
  simulation.run_until(at(291s));
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_THAT(known[id], ElementsAre(0, 2)) << id;
  simulation.run_until(at(1000s));
  EXPECT_THAT(known[0], ElementsAre(0, 2)) << "its renewals do not change that";
  cluster->put_back(old);
  simulation.run_until(at(1091s));
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_THAT(known[id], ElementsAre(0, 1, 2)) << id;
}

TEST_F(EurekaClusterTest, AnOverrideOutlivesTheServersThatRestartOneByOne) {
  begin({});
  simulation.run_until(at(100s));
  cluster->take_out(std::vector<InstanceId>{1});
  for (std::size_t server = 0; server < 2; ++server) {
    simulation.run_until(at(Duration{200.0 + 100.0 * static_cast<double>(server)}));
    restart(*servers[server], 5s);
  }
  simulation.run_until(at(600s));
  EXPECT_EQ(cluster->registered(0), 3u);
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_THAT(known[id], ElementsAre(0, 2)) << id;
}

// Each looks for a peer with a registry five times, 30 s apart, and then tells nobody what it has heard for 300 s.
TEST_F(EurekaClusterTest, ServersThatFindNoPeerBeginEmptyAndAreReadLater) {
  begin({});
  simulation.run_until(at(100s));
  for (Host* server : servers) restart(*server, 5s);
  simulation.run_until(at(224s));
  EXPECT_EQ(cluster->registered(0), 0u) << "nobody is answered";
  cluster->join(member(7), std::nullopt, false);
  simulation.run_until(at(340s));
  EXPECT_EQ(cluster->registered(0), 4u) << "each has registered with its next renewal";
  EXPECT_EQ(known[0].size(), 3u);
  EXPECT_TRUE(known[7].empty()) << "reads are refused";
  simulation.run_until(at(525s));
  EXPECT_TRUE(known[7].empty());
  simulation.run_until(at(620s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 2, 7));
  EXPECT_THAT(known[7], ElementsAre(0, 1, 2, 7));
}

TEST_F(EurekaClusterTest, AServerThatIsCutOffCopiesNobodysRegistry) {
  begin({});
  simulation.run_until(at(100s));
  cut = true;
  restart(*servers[0], 5s);
  simulation.run_until(at(200s));
  EXPECT_EQ(cluster->registered(0), 0u);
  cut = false;
  simulation.run_until(at(226s));
  EXPECT_EQ(cluster->registered(0), 3u) << "with its last try";
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_EQ(known[id].size(), 3u) << id;
}

// Self-preservation keeps those of the other side: half of the renewals is missing.
TEST_F(EurekaClusterTest, BothSidesOfAPartitionKeepServing) {
  begin({}, 20);
  simulation.run_until(at(100s));
  cut = true;
  cluster->join(member(20), std::nullopt, false);
  cluster->join(member(21), std::nullopt, false);
  simulation.run_until(at(700s));
  EXPECT_TRUE(known[0].contains(20) && known[1].contains(21)) << "each side finds whom it has";
  EXPECT_FALSE(known[0].contains(21) || known[1].contains(20));
  EXPECT_EQ(known[0].size(), 21u);
  EXPECT_EQ(measures.evictions.total(), 0);
  cut = false;
  simulation.run_until(at(900s));
  EXPECT_EQ(known[0].size(), 22u) << "a heartbeat that is told to a peer registers there";
  EXPECT_EQ(known[1].size(), 22u);
}

TEST_F(EurekaClusterTest, WhoseGroupIsDisabledLeavesListsLateAndByNoDelta) {
  EurekaSpec spec;
  spec.group_rules = spec.deltas = true;
  begin(spec);
  measures.full_fetches = recorder.counter("full_fetches");
  simulation.run_until(at(100s));
  cluster->set_group(0, false);
  simulation.run_until(at(135s));
  EXPECT_EQ(known[0].size(), 3u) << "all have renewed, but answers are kept";
  simulation.run_until(at(100s + 30s + 180s + 90s));
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_TRUE(known[id].empty()) << id;
  EXPECT_GE(measures.full_fetches.total(), 3) << "the counts have told";
  cluster->set_group(0, true);
  simulation.run_until(at(800s));
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_EQ(known[id].size(), 3u) << id;
}

TEST_F(EurekaClusterTest, StandardClientsAreLetFetchAsOftenAsTheyLikeUnlessTheyAreThrottled) {
  EurekaSpec spec;
  spec.rate_limiter.enabled = true;
  spec.rate_limiter.burst = 1;
  spec.rate_limiter.registry_fetch_average = 1;
  spec.client.fetch_interval = 1s;
  begin(spec, 30);
  simulation.run_until(at(60s));
  EXPECT_EQ(measures.rate_limited.total(), 0);
}

TEST_F(EurekaClusterTest, WhoeverIsRefusedAsksTheOtherServerAndThenKeepsWhatItHas) {
  EurekaSpec spec;
  spec.rate_limiter.enabled = spec.rate_limiter.throttle_standard_clients = true;
  spec.rate_limiter.burst = 1;
  spec.rate_limiter.registry_fetch_average = 1;
  spec.client.fetch_interval = 1s;
  begin(spec, 30);
  simulation.run_until(at(60s));
  EXPECT_GT(measures.rate_limited.total(), 60 * (30 - 2) * 0.9) << "of thirty fetches a second two are answered";
  EXPECT_EQ(known[0].size(), 30u);
  EXPECT_EQ(measures.failed_requests.total(), 0) << "heartbeats pass";
}

// Three at most of twenty go at a time, and those that are gone register at their next renewal.
TEST_F(EurekaClusterTest, ALeaseThatIsOldByAClockThatIsAheadEnds) {
  begin({}, 20);
  WallClock& clock = cluster->clock_in(0);
  const auto ahead = clock.add({.ahead = 10min});
  simulation.run_until(at(225s));
  clock.begin(ahead, now());
  simulation.run_until(at(239s));
  EXPECT_EQ(measures.evictions.total(), 0);
  simulation.run_until(at(241s));
  EXPECT_EQ(measures.evictions.total(), 3) << "of those that have not renewed since";
  simulation.run_until(at(299s));
  EXPECT_EQ(cluster->registered(0), 20u);
  simulation.run_until(at(600s));
  EXPECT_EQ(measures.evictions.total(), 3) << "leases that have been renewed by that clock live as long as others";
}

// Renewed at about 90 s, it would have lived until about 270 s.
TEST_F(EurekaClusterTest, ClocksThatAreSetBackKeepTheDeadListed) {
  begin({}, 20);
  simulation.run_until(at(100s));
  dead.cancel();
  cluster->forget(0);
  simulation.run_until(at(150s));
  for (const ZoneIndex zone : {ZoneIndex{0}, ZoneIndex{1}}) {
    WallClock& clock = cluster->clock_in(zone);
    clock.begin(clock.add({.ahead = -5min}), now());
  }
  simulation.run_until(at(400s));
  EXPECT_TRUE(cluster->knows(0));
  simulation.run_until(at(1000s));
  EXPECT_FALSE(cluster->knows(0));
}

TEST_F(EurekaClusterTest, TheDeadLeaveInTimeByClocksThatAreRight) {
  begin({}, 20);
  simulation.run_until(at(100s));
  dead.cancel();
  cluster->forget(0);
  simulation.run_until(at(400s));
  EXPECT_FALSE(cluster->knows(0));
}

TEST(WallClocks, RunFastAndAreSetRight) {
  WallClock clock;
  EXPECT_FALSE(clock.may_err());
  const auto fast = clock.add({.ahead = 2s, .drift = Fraction{0.1}});
  EXPECT_TRUE(clock.may_err());
  EXPECT_EQ(clock.read(at(50s)), at(50s));
  clock.begin(fast, at(100s));
  EXPECT_EQ(clock.read(at(100s)), at(102s));
  EXPECT_EQ(clock.read(at(200s)), at(212s));
  clock.end(fast);
  EXPECT_EQ(clock.read(at(200s)), at(200s));
}

}  // namespace
}  // namespace streamtwin::registry
