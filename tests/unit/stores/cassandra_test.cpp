// A store's replicas: a write reaches all of them and is acknowledged by a quorum; a read asks a quorum at once, another replica
// when one is slow, and brings those up to date that were behind.
#include <gtest/gtest.h>

#include "models/stores/cassandra/node.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::stores {
namespace {

TEST(Replica, KeepsTheNewestVersion) {
  Replica replica;
  EXPECT_EQ(replica.read(1), never_written);
  EXPECT_TRUE(replica.write(1, at(2s)));
  EXPECT_FALSE(replica.write(1, at(1s)));
  EXPECT_EQ(replica.read(1), at(2s));
  EXPECT_EQ(replica.items(), 1u);
}

// Every request costs 10 ms of one core, and messages take no time.
class CassandraTest : public testing::Test {
 protected:
  void build(int zones) {
    services::ServiceSpec store = services::service_of(10ms, 1);
    store.store = stores::StoreSpec{.replicas = zones, .request_timeout = 2s, .speculative_retry = 50ms};
    backend.emplace(std::map<std::string, services::ServiceSpec>{{"store", store}}, Seed{1}, services::MeshSpec{}, zones);
  }
  rpc::Instance& node(int zone) { return *backend->mesh.service("store").slot(static_cast<ZoneIndex>(zone), 0); }
  Version version(int zone) { return replica_of(node(zone)).read(key); }
  void ask(Duration when, Operation operation) {
    rpc::Envelope request;
    request.body = Request{.key = key, .version = at(when), .operation = operation};
    backend->send_at(when, "store", request);
  }
  double worked(int zone) { return std::round(in_seconds(node(zone).execution.worked()) * 1e6) / 1e3; }

  static constexpr std::uint64_t key = 7;
  std::optional<services::Backend> backend;
};

TEST_F(CassandraTest, AWriteReachesAllReplicas) {
  build(3);
  ask(0s, Operation::write);
  backend->simulation.run();
  EXPECT_EQ(backend->ends_ms(), std::vector<double>{20});
  EXPECT_EQ(backend->ended[0].status, rpc::Status::ok);
  for (int zone = 0; zone < 3; ++zone) EXPECT_EQ(version(zone), at(0s)) << zone;
}

TEST_F(CassandraTest, AWriteIsAcknowledgedByAQuorum) {
  build(3);
  node(2).die();
  ask(0s, Operation::write);
  backend->simulation.run_until(at(1s));
  EXPECT_EQ(backend->ends_ms(), std::vector<double>{20}) << "one of the two others is enough";
  node(1).die();
  ask(0s, Operation::write);
  backend->simulation.run();
  EXPECT_EQ(backend->ended[1].status, rpc::Status::failed);
  EXPECT_NEAR(backend->ended[1].at, 1 + 0.010 + 2, 1e-9) << "after the time-out of the request";
}

TEST_F(CassandraTest, AReadAsksAQuorumAtOnceAndNoMore) {
  build(5);
  ask(0s, Operation::read);
  backend->simulation.run();
  EXPECT_EQ(backend->ends_ms(), std::vector<double>{20});
  EXPECT_EQ(worked(1), 10);
  EXPECT_EQ(worked(2), 10);
  EXPECT_EQ(worked(3), 0);
}

TEST_F(CassandraTest, AReadAsksOneMoreWhenOneIsSilent) {
  build(3);
  node(1).die();
  ask(0s, Operation::read);
  backend->simulation.run();
  EXPECT_EQ(backend->ends_ms(), std::vector<double>{70});
  EXPECT_EQ(backend->ended[0].status, rpc::Status::ok);
}

TEST_F(CassandraTest, AReadBringsUpToDateWhoWasBehind) {
  for (const int newer : {0, 1}) {
    build(3);
    replica_of(node(newer)).write(key, at(0s));
    ask(1s, Operation::read);
    backend->simulation.run();
    EXPECT_EQ(version(0), at(0s));
    EXPECT_EQ(version(1), at(0s));
    EXPECT_EQ(version(2), never_written) << "it was not asked";
    EXPECT_EQ(backend->ended[0].status, rpc::Status::ok);
    // The answer of the other replica, its data, and the write to it unless it was the newer one.
    EXPECT_EQ(backend->ends_ms(), std::vector<double>{newer == 0 ? 1040.0 : 1030.0});
  }
}

}  // namespace
}  // namespace streamtwin::stores
