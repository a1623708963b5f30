// A table of DynamoDB on one storage node in each of three zones, between which messages take no time.
#include <gtest/gtest.h>

#include "models/stores/dynamodb/table.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::dynamodb {
using namespace literals;
namespace {

class DynamoTest : public testing::Test {
 protected:
  void build(const DynamoSpec& spec = {}) {
    services::ServiceSpec table = services::service_of(Duration{0}, 1000);
    table.store.emplace();
    table.store->kind = stores::StoreKind::dynamodb;
    table.store->dynamodb = spec;
    backend.emplace(std::map<std::string, services::ServiceSpec>{{"client", services::service_of(1ms, 1)}, {"table", table}}, Seed{1},
                    services::MeshSpec{}, 3);
  }
  Table& store() { return static_cast<Table&>(*backend->mesh.stores().front()); }
  void ask(Duration when, stores::Access access, std::uint64_t key = 7, float bytes = 1000) {
    scope.spawn("a client", [](DynamoTest& self, Duration when, stores::Access access, std::uint64_t key, float bytes) -> Task<> {
      co_await delay(when);
      const rpc::Reply reply = co_await self.store().request(*self.backend->mesh.service("client").slot(0, 0), {},
                                                             {.key = key, .version = now(), .bytes = bytes, .access = access});
      self.ended.push_back({reply.status, in_seconds(now())});
    }(*this, when, access, key, bytes));
  }
  void lose(Duration when, const CopyPlace& node) {
    scope.spawn("an outage", [](DynamoTest& self, Duration when, CopyPlace node) -> Task<> {
      co_await delay(when);
      self.backend->mesh.lives.stop(*self.backend->mesh.service("table").slot(node.zone, node.number));
    }(*this, when, node));
  }
  double measured(const char* name) { return backend->recorder.counter(std::string("stores.table.") + name).total(); }

  struct Ended {
    rpc::Status status;
    double at;
  };
  std::optional<services::Backend> backend;
  std::vector<Ended> ended;
  Scope scope;
};

TEST_F(DynamoTest, ReadsWhatHasBeenWritten) {
  build();
  ask(1s, stores::Access::write);
  ask(2s, stores::Access::read);
  backend->simulation.run();
  EXPECT_EQ(measured("writes"), 1);
  EXPECT_EQ(measured("reads"), 1);
  EXPECT_EQ(measured("stale_reads"), 0);
  EXPECT_EQ(measured("write_units"), 1);
  EXPECT_EQ(measured("half_read_units"), 1);
}

TEST_F(DynamoTest, AThrottledWriteIsTriedAgain) {
  build({.capacity = CapacityMode::on_demand, .read_units = 1, .write_units = 10});
  for (int i = 0; i < 12; ++i) ask(1s, stores::Access::write, 7);
  backend->simulation.run();
  EXPECT_EQ(measured("writes"), 12) << "two of them later";
  EXPECT_GE(measured("throttled"), 2);
  EXPECT_EQ(measured("given_up"), 0);
  EXPECT_GT(ended.back().at, 1.01);
}

TEST_F(DynamoTest, AfterItsLastTryItIsGivenUp) {
  build({.read_units = 1, .write_units = 1, .retries = {.retries = 2, .base = 1ms, .throttled_base = 1ms}});
  for (int i = 0; i < 5; ++i) ask(1s, stores::Access::write, 7);
  backend->simulation.run();
  EXPECT_EQ(measured("writes"), 1);
  EXPECT_EQ(measured("given_up"), 4);
  EXPECT_EQ(measured("tries"), 1 + 4 * 3);
  EXPECT_EQ(ended.back().status, rpc::Status::overloaded);
}

TEST_F(DynamoTest, APartitionWithoutItsLeaderIsAwaySeconds) {
  build({.election = 3s, .retries = {.retries = 2, .base = 0s}});
  backend->simulation.run_until(at(1s));
  const CopyPlace leader = store().table(0).copies(7).front();
  lose(1s, leader);
  ask(2s, stores::Access::write);
  ask(2s, stores::Access::read);
  ask(5.5s, stores::Access::write);
  backend->simulation.run();
  ASSERT_EQ(ended.size(), 3u);
  EXPECT_EQ(measured("given_up"), 1) << "the write; any copy answers a read";
  EXPECT_EQ(measured("unavailable"), 3);
  EXPECT_EQ(ended[2].status, rpc::Status::ok);
}

TEST_F(DynamoTest, WithOneCopyOfThreeNothingIsWritten) {
  build({.election = 0s, .retries = {.retries = 2, .base = 0s}});
  backend->simulation.run_until(at(1s));
  const std::vector<CopyPlace> copies = store().table(0).copies(7);
  lose(1s, copies[1]);
  lose(1s, copies[2]);
  ask(2s, stores::Access::write);
  backend->simulation.run();
  EXPECT_EQ(measured("writes"), 0);
  EXPECT_EQ(ended.at(0).status, rpc::Status::failed);
}

TEST(RegionTable, KeepsTheLaterOfTwoWrites) {
  RegionTable table({}, {{0, 0}, {1, 0}, {2, 0}}, Random(1, "table", "test"), at(0s));
  EXPECT_TRUE(table.keep(1, at(2s), at(3s)));
  EXPECT_FALSE(table.keep(1, at(1s), at(4s)));
  EXPECT_TRUE(table.keep(1, at(5s), at(6s)));
  EXPECT_EQ(table.read(1, 0s, at(6s)), at(5s));
  EXPECT_EQ(table.read(1, 1s, at(6.5s)), at(2s)) << "a copy that hears of it a second later";
  EXPECT_EQ(table.read(1, 1s, at(7s)), at(5s));
}

}  // namespace
}  // namespace streamtwin::dynamodb
