// A registry that agrees before it answers: who has no majority is told nothing, and listed no more.
#include "models/registry/consensus_cluster.hpp"

#include <gmock/gmock.h>

#include <set>

#include "sim-core/awaitables.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

using testing::ElementsAre;

class ConsensusClusterTest : public testing::Test {
 protected:
  void begin(const consensus::ConsensusProperties& properties = {}) {
    const auto passage = [this](ZoneIndex from, ZoneIndex to) {
      return from != to && (cut == from || cut == to) ? std::nullopt : std::optional(Passage{1ms, 1ms});
    };
    cluster.emplace(properties, passage, recorder.counter("expired"));
    for (const ZoneIndex zone : {ZoneIndex{0}, ZoneIndex{1}, ZoneIndex{2}}) {
      servers.push_back(&platform.add_host("server" + std::to_string(zone), platform.world(), Speed{1e9}, 1, BitRate{1e9}));
      cluster->add_server(*servers.back(), zone);
    }
    platform.seal();
    for (InstanceId id = 0; id < 6; ++id) cluster->join(member(id), std::nullopt, true);
    cluster->start();
  }
  Member member(InstanceId id) {
    Member made{.id = id, .zone = static_cast<ZoneIndex>(id % 3), .identity = id, .scope = id == 5 ? &dead : &scope};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      known[id].clear();
      for (const ViewedInstance& up : view.up(0)) known[id].insert(up.id);
    };
    return made;
  }

  Simulation simulation{Seed{1}};
  Platform platform;
  Recorder recorder;
  std::vector<Host*> servers;
  Scope scope, dead;  ///< of the last member
  std::optional<ConsensusCluster> cluster;
  std::map<InstanceId, std::set<InstanceId>> known;
  std::optional<ZoneIndex> cut;  ///< a zone that reaches no other
};

TEST_F(ConsensusClusterTest, NewsArriveAtOnce) {
  begin();
  simulation.run_until(at(100s));
  cluster->join(member(6), std::nullopt, false);
  simulation.run_until(at(100.1s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(known[6], ElementsAre(0, 1, 2, 3, 4, 5, 6));
  cluster->remove(3);
  simulation.run_until(at(100.2s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 2, 4, 5, 6));
  cluster->take_out(std::vector<InstanceId>{4});
  simulation.run_until(at(100.3s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 2, 5, 6));
}

// It has pinged at most a third of 40 s ago; sessions end at the end of a tick.
TEST_F(ConsensusClusterTest, TheDeadLeaveWhenTheirSessionsHaveEnded) {
  begin();
  simulation.run_until(at(100s));
  dead.cancel();
  cluster->forget(5);
  simulation.run_until(at(126s));
  EXPECT_TRUE(known[0].contains(5));
  simulation.run_until(at(143s));
  EXPECT_FALSE(known[0].contains(5));
  EXPECT_EQ(recorder.counter("expired").total(), 1);
}

TEST_F(ConsensusClusterTest, AZoneThatIsCutOffIsListedNoMoreAndToldNothing) {
  begin();
  simulation.run_until(at(100s));
  cut = 2;
  simulation.run_until(at(160s));
  EXPECT_FALSE(cluster->serves(2));
  EXPECT_TRUE(cluster->serves(0));
  cluster->join(member(8), std::nullopt, false);  // in that zone
  cluster->join(member(6), std::nullopt, false);
  simulation.run_until(at(300s));
  EXPECT_THAT(known[0], ElementsAre(0, 1, 3, 4, 6));
  EXPECT_THAT(known[2], ElementsAre(0, 1, 2, 3, 4, 5)) << "the list that it has";
  EXPECT_TRUE(known[8].empty());
  cut.reset();
  simulation.run_until(at(360s));
  for (const InstanceId id : {0u, 2u, 8u}) EXPECT_EQ(known[id].size(), 8u) << id;
}

TEST_F(ConsensusClusterTest, OrFindsNobodyAtAll) {
  begin({.keep_lists = false});
  simulation.run_until(at(100s));
  cut = 2;
  simulation.run_until(at(200s));
  EXPECT_TRUE(known[2].empty());
  EXPECT_EQ(known[0].size(), 4u);
}

TEST_F(ConsensusClusterTest, WithoutALeaderSomebodyElseLeadsAfterTenSeconds) {
  begin();
  simulation.run_until(at(100s));
  spawn("off", [](Host& machine) -> Task<> {
    turn_off(machine);
    co_return;
  }(*servers[0]));
  simulation.run_until(at(108s));
  cluster->join(member(6), std::nullopt, false);
  simulation.run_until(at(109s));
  EXPECT_FALSE(known[1].contains(6)) << "nobody leads";
  simulation.run_until(at(160s));
  EXPECT_TRUE(known[1].contains(6));
  EXPECT_EQ(recorder.counter("expired").total(), 0) << "the new leader begins anew with all sessions";
}

TEST_F(ConsensusClusterTest, WithoutAMajorityNobodyIsAnswered) {
  begin();
  simulation.run_until(at(100s));
  for (const std::size_t server : {0u, 1u}) {
    spawn("off", [](Host& machine) -> Task<> {
      turn_off(machine);
      co_return;
    }(*servers[server]));
  }
  simulation.run_until(at(400s));
  for (const ZoneIndex zone : {ZoneIndex{0}, ZoneIndex{1}, ZoneIndex{2}}) EXPECT_FALSE(cluster->serves(zone));
  EXPECT_EQ(known[2].size(), 6u);
  EXPECT_EQ(cluster->sizes().entries, 6u) << "nobody ends a session";
}

}  // namespace
}  // namespace streamtwin::registry
