// Whatever befalls a database's servers: what clients were told is committed is in the log of whoever is the primary, or counted as
// lost, which nothing is as long as all replicas have received it first.
#include <gtest/gtest.h>

#include "models/stores/mysql/server.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::mysql {
using namespace literals;
namespace {

/// A database in three zones that is written to ten times a second, while processes end and start again, and zones are cut off.
class Outages {
 public:
  Outages(const MysqlSpec& spec, std::uint64_t seed) : random_(seed, "outages", "test") {
    services::ServiceSpec database = services::service_of(Duration{0}, 1000);
    database.store.emplace();
    database.store->kind = stores::StoreKind::mysql;
    database.store->mysql = spec;
    backend_.emplace(std::map<std::string, services::ServiceSpec>{{"client", services::service_of(1ms, 1)}, {"database", database}},
                     Seed{seed}, services::MeshSpec{}, 3);
    store().start();
  }
  void run() {
    for (int zone = 0; zone < 3; ++zone) {
      scope_.spawn("writes", write(zone));
      scope_.spawn("restarts", restart(zone));
    }
    scope_.spawn("cuts", cut());
    backend_->simulation.run_until(at(600s));
  }
  double counted(const char* name) { return backend_->recorder.counter(std::string("stores.database.") + name).total(); }
  Server& store() { return static_cast<Server&>(*backend_->mesh.stores().front()); }

  double told = 0;

 private:
  rpc::Instance& instance(const std::string& service, int zone) {
    return *backend_->mesh.service(service).slot(static_cast<ZoneIndex>(zone), 0);
  }
  Task<> write(int zone) {
    for (std::uint64_t key = 0; now() < at(500s); ++key) {
      co_await delay(300ms);
      scope_.spawn("a write", write_once(zone, key % 50));
    }
  }
  Task<> write_once(int zone, std::uint64_t key) {
    const rpc::Reply reply =
        co_await store().request(instance("client", zone), {}, {.key = key, .version = now(), .access = stores::Access::write});
    told += rpc::answered(reply.status);
  }
  Task<> restart(int zone) {
    for (;;) {
      co_await delay(random_.exponential(Duration{150s}));
      rpc::Instance& there = instance("database", zone);
      Host& machine = there.machine;
      backend_->mesh.lives.stop(there);
      co_await delay(random_.exponential(Duration{15s}));
      backend_->mesh.lives.launch(backend_->mesh.service("database"), machine, static_cast<ZoneIndex>(zone), 0);
    }
  }
  Task<> cut() {
    rpc::Roads& roads = backend_->mesh.network.roads;
    const rpc::Roads::Number cuts[] = {roads.add({.from = {0}, .to = {1, 2}, .road = {.cut = true}}),
                                       roads.add({.from = {1}, .to = {0, 2}, .road = {.cut = true}}),
                                       roads.add({.from = {2}, .to = {0, 1}, .road = {.cut = true}})};
    for (;;) {
      co_await delay(random_.exponential(Duration{120s}));
      const rpc::Roads::Number chosen = cuts[random_.below(3)];
      roads.begin(chosen);
      co_await delay(random_.exponential(Duration{12s}));
      roads.end(chosen);
    }
  }

  Random random_;
  std::optional<services::Backend> backend_;
  Scope scope_;
};

MysqlSpec soon_over(Replication replication) {
  return {.replication = replication,
          .semi_sync = {.acks = 2, .timeout = 3600s},
          .restore_time = 20s,
          .orchestrator = {.recovery_block = 30s},
          .pool = {.acquire_timeout = 5s, .socket_timeout = 2s}};
}

TEST(Mysql, NothingIsLostThatAllReplicasHaveReceivedFirst) {
  double failovers = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Outages outages(soon_over(Replication::semi_sync), seed);
    outages.run();
    EXPECT_EQ(outages.counted("lost_transactions"), 0) << seed;
    EXPECT_GE(outages.counted("commits"), outages.told) << seed;
    failovers += outages.counted("failovers");
  }
  EXPECT_GT(failovers, 4);
}

TEST(Mysql, WhatIsToldIsInTheLogOrCountedAsLost) {
  double lost = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Outages outages(soon_over(Replication::async), seed);
    outages.run();
    const Cluster& log = outages.store().clusters().front().data;
    EXPECT_GE(static_cast<double>(log.end()), outages.counted("commits") - outages.counted("lost_transactions")) << seed;
    lost += outages.counted("lost_transactions");
  }
  EXPECT_GT(lost, 0);
}

}  // namespace
}  // namespace streamtwin::mysql
