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
        [](ZoneIndex, ZoneIndex) {
          return Passage{1ms, 1ms};
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
    Member made{.id = id, .zone = static_cast<ZoneIndex>(id % 2), .identity = id, .scope = &scope};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      known[id].clear();
      for (const ViewedInstance& up : view.up(0)) known[id].insert(up.id);
    };
    return made;
  }

  Simulation simulation{Seed{1}};
  Platform platform;
  Recorder recorder;
  RegistryMeasures measures{recorder};
  std::vector<Host*> servers;
  Scope scope;
  std::optional<EurekaCluster> cluster;
  std::map<InstanceId, std::set<InstanceId>> known;
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
    spawn("restart", [](Host& machine) -> Task<> {
      turn_off(machine);
      co_await delay(5s);
      turn_on(machine);
    }(*servers[server]));
  }
  simulation.run_until(at(600s));
  EXPECT_EQ(cluster->registered(0), 3u);
  for (const InstanceId id : {0u, 1u, 2u}) EXPECT_THAT(known[id], ElementsAre(0, 2)) << id;
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

}  // namespace
}  // namespace streamtwin::registry
