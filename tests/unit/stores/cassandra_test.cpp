// A store's replicas: a write reaches all of them and is acknowledged by a quorum; a read asks a quorum at once, another replica
// when one is slow, and brings those up to date that were behind.
#include <gtest/gtest.h>

#include "models/stores/cassandra/node.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::stores {
using namespace literals;
namespace {

TEST(Replica, KeepsTheNewestVersion) {
  Replica replica;
  EXPECT_EQ(replica.read(1), never_written);
  EXPECT_TRUE(replica.write(1, at(2s), at(2s)));
  EXPECT_FALSE(replica.write(1, at(1s), at(3s)));
  EXPECT_EQ(replica.read(1), at(2s));
  EXPECT_EQ(replica.items(), 1u);
}

TEST(Replica, LosesWithItsMachineWhatWasWrittenSinceTheLastSync) {
  Replica replica;
  replica.write(1, at(1s), at(1s));
  replica.write(1, at(12s), at(12s));
  replica.write(2, at(13s), at(13s));
  replica.crash(at(14s));
  EXPECT_EQ(replica.read(1), at(1s));
  EXPECT_EQ(replica.read(2), never_written);
  replica.write(3, at(15s), at(15s));
  replica.crash(at(20s));
  EXPECT_EQ(replica.read(3), at(15s)) << "it was synced at 20 s";
}

TEST(CompactionDebt, SlowsReadsUntilItIsPaid) {
  const cassandra::CompactionProperties properties{.memtable = 100_MB, .throughput = 50_MB, .disk_throughput = 200_MB};
  cassandra::CompactionDebt debt;
  debt.wrote(99_MB, 1600_MB, properties, at(0s));
  EXPECT_EQ(debt.slowdown(properties, at(0s)), 0) << "nothing was flushed";
  debt.wrote(1_MB, 1600_MB, properties, at(10s));
  EXPECT_DOUBLE_EQ(debt.owed(properties, at(10s)).value(), 200e6) << "two tiers of four";
  EXPECT_DOUBLE_EQ(debt.slowdown(properties, at(13s)), 1.0 / 3) << "a quarter of the disk is taken";
  EXPECT_EQ(debt.slowdown(properties, at(14s)), 0);
}

// Every request costs 10 ms of one core, and messages take no time.
class CassandraTest : public testing::Test {
 protected:
  void build(int zones, CassandraSpec spec = {}) {
    services::ServiceSpec store = services::service_of(10ms, 1);
    spec.replicas = zones;
    spec.speculative_retry = {.policy = cassandra::Speculation::fixed, .delay = 50ms};
    store.store = spec;
    backend.emplace(std::map<std::string, services::ServiceSpec>{{"store", store}}, Seed{1}, services::MeshSpec{}, zones);
  }
  Node& nodes() { return static_cast<Node&>(*backend->mesh.stores().front()); }
  rpc::Instance& node(int zone) { return *backend->mesh.service("store").slot(static_cast<ZoneIndex>(zone), 0); }
  Seat& seat(int zone) { return nodes().seat(static_cast<NodeIndex>(zone)); }
  void ask_at_last(Operation operation, Version expected) {
    rpc::Envelope request;
    request.body = Request{.key = key, .version = expected, .bytes = 1000, .operation = operation};
    backend->send_at(0s, "store", request);
    backend->simulation.run();
  }
  Version version(int zone) { return replica_of(node(zone)).read(key); }
  void ask(Duration when, Operation operation, cassandra::Consistency level = cassandra::Consistency::local_quorum) {
    rpc::Envelope request;
    request.body = Request{.key = key, .version = at(when), .bytes = 1000, .operation = operation, .level = level};
    backend->send_at(when, "store", request);
  }
  /// Its process ends, and another one starts on the same machine.
  void stop(int zone) {
    machine = &node(zone).machine;
    backend->mesh.lives.stop(node(zone));
  }
  void start_again(int zone) { backend->mesh.lives.launch(backend->mesh.service("store"), *machine, static_cast<ZoneIndex>(zone), 0); }
  double measured(const char* name) { return backend->recorder.counter(name).total(); }
  double worked(int zone) { return std::round(in_seconds(node(zone).execution.worked()) * 1e6) / 1e3; }

  static constexpr std::uint64_t key = 7;
  std::optional<services::Backend> backend;
  Host* machine = nullptr;
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
    replica_of(node(newer)).write(key, at(0s), at(0s));
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

TEST_F(CassandraTest, WhoIsDeadToTheCoordinatorIsNotWaitedFor) {
  build(3);
  nodes().start();
  node(1).die();
  ask(60s, Operation::write, cassandra::Consistency::all);
  ask(61s, Operation::read, cassandra::Consistency::local_quorum);
  backend->simulation.run_until(at(65s));
  EXPECT_EQ(backend->ended[0].status, rpc::Status::failed);
  EXPECT_NEAR(backend->ended[0].at, 60.010, 1e-9) << "unavailable at once";
  EXPECT_NEAR(backend->ended[1].at, 61.020, 1e-9) << "the other replica is asked at once";
  EXPECT_EQ(measured("stores.convictions"), 2);
}

TEST_F(CassandraTest, WhoWasAwayIsStaleAtOneUntilItsHintsHaveCome) {
  build(3);
  nodes().start();
  backend->simulation.run_until(at(1s));
  stop(1);
  ask(1s, Operation::write);
  backend->simulation.run_until(at(60s));
  EXPECT_EQ(measured("stores.hints"), 1) << "after the write's time-out";
  start_again(1);
  EXPECT_EQ(version(1), never_written);
  backend->simulation.run_until(at(75s));
  EXPECT_EQ(version(1), at(1s));
  EXPECT_EQ(measured("stores.hints_delivered"), 1);
}

TEST_F(CassandraTest, StaleReadsAreJudgedByWhatClientsWereTold) {
  build(3, {.read_repair = ReadRepair::none});
  ask(0s, Operation::write);
  backend->simulation.run();
  replica_of(node(0)) = Replica{};
  ask(5s, Operation::read, cassandra::Consistency::one);
  ask(6s, Operation::read);
  backend->simulation.run();
  EXPECT_EQ(measured("stores.reads"), 2);
  EXPECT_EQ(measured("stores.stale_reads"), 1) << "a quorum has seen it";
  EXPECT_NEAR(backend->recorder.histogram("stores.staleness").all().quantile(0.5), 5.010 - 0.020, 0.05);
}

TEST_F(CassandraTest, AProcessThatEndsLosesNothing) {
  build(3);
  ask(0s, Operation::write);
  backend->simulation.run();
  stop(2);
  start_again(2);
  EXPECT_EQ(version(2), at(0s));
}

TEST_F(CassandraTest, AMachineThatTakesOverFromOneWithPowerHasItsData) {
  build(3);
  nodes().start();
  ask(0s, Operation::write);
  backend->simulation.run_until(at(1s));
  stop(2);
  machine = &node(1).machine;
  start_again(2);
  EXPECT_EQ(version(2), at(0s));
  EXPECT_FALSE(nodes().seat(2).joining);
}

TEST_F(CassandraTest, ANodeThatBootsIsNotWaitedFor) {
  build(3);
  nodes().start();
  backend->simulation.run_until(at(1s));
  Host& other = node(1).machine;
  stop(2);
  spawn("an outage", [](Host& lost) -> Task<> {
    co_await fence();
    turn_off(lost);
  }(*machine));
  backend->simulation.run_until(at(1500ms));
  backend->mesh.lives.begin(backend->mesh.service("store"), other, 2, 0);
  ask(60s, Operation::write);
  backend->simulation.run_until(at(65s));
  EXPECT_EQ(backend->ended[0].status, rpc::Status::ok);
  EXPECT_EQ(measured("stores.hints"), 1);
}

TEST_F(CassandraTest, ANodeOnAnotherMachineIsFilledBeforeItIsRead) {
  build(3, {.stored = 0_MB});
  nodes().start();
  ask(0s, Operation::write);
  backend->simulation.run_until(at(1s));
  stop(2);
  spawn("an outage", [](Host& lost) -> Task<> {
    co_await fence();
    turn_off(lost);
  }(*machine));
  backend->simulation.run_until(at(1500ms));
  machine = &node(1).machine;
  start_again(2);
  ask(2s, Operation::write, cassandra::Consistency::local_quorum);
  backend->simulation.run_until(at(20s));
  EXPECT_EQ(version(2), at(2s)) << "it is written to";
  EXPECT_EQ(measured("stores.replacements"), 0);
  backend->simulation.run_until(at(60s));
  EXPECT_EQ(measured("stores.replacements"), 1);
  EXPECT_FALSE(nodes().seat(2).joining);
}

TEST_F(CassandraTest, ATransactionTakesFourRoundTripsOrTwo) {
  for (const auto& [variant, took] : {std::pair(cassandra::PaxosVariant::v1, 50.0), std::pair(cassandra::PaxosVariant::v2, 30.0)}) {
    build(3, {.transactions = {.variant = variant}});
    ask_at_last(Operation::compare_and_set, never_written);
    EXPECT_EQ(backend->ends_ms(), std::vector<double>{took}) << "the coordinator, and each question to the others";
    EXPECT_EQ(measured("stores.transactions"), 1);
    EXPECT_EQ(measured("stores.transactions.round_trips"), took == 50 ? 4 : 2);
    for (int zone = 0; zone < 3; ++zone) EXPECT_EQ(version(zone), at(10ms)) << "written under its ballot, in zone " << zone;
  }
}

TEST_F(CassandraTest, AReadOnWhichReplicasAgreeTakesThreeRoundTripsOrOne) {
  for (const auto& [variant, took] : {std::pair(cassandra::PaxosVariant::v1, 40.0), std::pair(cassandra::PaxosVariant::v2, 20.0)}) {
    build(3, {.transactions = {.variant = variant}});
    ask(0s, Operation::read, cassandra::Consistency::serial);
    backend->simulation.run();
    EXPECT_EQ(backend->ends_ms(), std::vector<double>{took});
    EXPECT_EQ(measured("stores.reads"), 1);
  }
}

TEST_F(CassandraTest, ATransactionThatExpectsWhatIsNotThereWritesNothing) {
  build(3);
  ask(0s, Operation::write);
  backend->simulation.run();
  ask_at_last(Operation::compare_and_set, at(5s));
  EXPECT_EQ(measured("stores.transactions.not_set"), 1);
  for (int zone = 0; zone < 3; ++zone) EXPECT_EQ(version(zone), at(0s)) << zone;
}

TEST_F(CassandraTest, NobodyKnowsTheEndOfATransactionThatTooFewAnswer) {
  build(3);
  node(1).die();
  node(2).die();
  ask_at_last(Operation::compare_and_set, never_written);
  EXPECT_EQ(backend->ended[0].status, rpc::Status::timed_out);
  EXPECT_NEAR(backend->ended[0].at, 2.010, 1e-9) << "after the time-out of a write";
  EXPECT_EQ(measured("stores.transactions.unknown"), 1);
}

TEST_F(CassandraTest, WhatACoordinatorHasLeftUndoneTheNextOneFinishes) {
  build(3);
  const Version begun = at(1ms);
  for (int zone = 0; zone < 2; ++zone) {
    cassandra::Acceptor& replica = seat(zone).agreements[key];
    replica.prepare(begun, true);
    replica.propose(begun, begun);
  }
  ask(1s, Operation::read, cassandra::Consistency::serial);
  backend->simulation.run();
  EXPECT_EQ(measured("stores.transactions.finished_for_others"), 1);
  for (int zone = 0; zone < 3; ++zone) EXPECT_EQ(version(zone), begun) << zone;
}

}  // namespace
}  // namespace streamtwin::stores
