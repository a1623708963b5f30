// An index at work: what a search asks of whom, what it sees of a write and when, and what becomes of shards whose nodes are lost.
#include <gtest/gtest.h>

#include "models/stores/elasticsearch/index.hpp"
#include "models/stores/elasticsearch/routing.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::elasticsearch {
using namespace literals;
namespace {

// Every message costs a node 10 ms of one of its two cores, and takes no time on its way. A client asks the store itself.
class IndexTest : public testing::Test {
 protected:
  void build(int zones, ElasticsearchSpec spec = {}) {
    services::ServiceSpec store = services::service_of(10ms, 2);
    store.store.emplace();
    store.store->kind = stores::StoreKind::elasticsearch;
    store.store->elasticsearch = spec;
    const std::map<std::string, services::ServiceSpec> services{{"client", services::service_of(1ms, 1)}, {"store", store}};
    backend.emplace(services, Seed{1}, services::MeshSpec{}, zones);
    index = dynamic_cast<Index*>(backend->mesh.stores().front().get());
    index->start();
  }
  void ask(Duration when, stores::Access access, std::uint64_t key = 7) {
    scope.spawn("a client", [](IndexTest& self, Duration wait, stores::ItemRequest item) -> Task<> {
      co_await delay(wait);
      item.version = now();
      const rpc::Reply reply = co_await self.index->request(self.backend->instance("client"), {}, item);
      self.ended.push_back({reply.status, now()});
    }(*this, when, {.key = key, .bytes = 1000, .access = access}));
  }
  void read(Duration when, std::uint64_t key = 7) { ask(when, stores::Access::read, key); }
  void write(Duration when, std::uint64_t key = 7) { ask(when, stores::Access::write, key); }
  void run_until(Duration end) { backend->simulation.run_until(at(end)); }
  rpc::Instance& node(int zone) { return *backend->mesh.service("store").slot(static_cast<ZoneIndex>(zone), 0); }
  /// Its process ends, and the machine stays.
  void stop(int zone) { backend->mesh.lives.stop(node(zone)); }
  const Allocation& allocation() { return index->cluster_of(0).allocation(); }
  double measured(const char* name) { return backend->recorder.counter(name).total(); }

  struct Ended {
    rpc::Status status;
    Instant at;
  };
  std::optional<services::Backend> backend;
  Index* index = nullptr;
  std::vector<Ended> ended;
  Scope scope;
};

TEST_F(IndexTest, ASearchAsksEveryShardAndFetchesFromThoseWithHits) {
  build(3, {.shards = 3});
  read(0s);
  run_until(1s);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].status, rpc::Status::ok);
  EXPECT_NEAR(in_seconds(ended[0].at), 0.030, 1e-9) << "the coordinator's turn, the query of each and the fetch, each side by side";
  EXPECT_EQ(backend->mesh.service("store").measures.requests.total(), 7) << "ten hits leave out none of three shards";
}

TEST_F(IndexTest, AGetAsksOneShard) {
  build(3, {.shards = 3, .reads = Reads::get});
  read(0s);
  run_until(1s);
  EXPECT_EQ(backend->mesh.service("store").measures.requests.total(), 2);
}

TEST_F(IndexTest, AWriteReachesAllCopiesAndIsFoundAfterTheRefresh) {
  build(3, {.shards = 1, .replicas = 2});
  write(0s);
  read(100ms);
  read(1.2s);
  run_until(2s);
  ASSERT_EQ(ended.size(), 3u);
  EXPECT_NEAR(in_seconds(ended[0].at), 0.030, 1e-9) << "coordinator, primary, replicas side by side";
  for (NodeIndex n = 0; n < 3; ++n) EXPECT_EQ(index->cluster_of(0).copy(n, 0).get(7), at(0s)) << n;
  EXPECT_EQ(measured("stores.store.stale_reads"), 1) << "the first one came before a refresh";
}

TEST_F(IndexTest, OthersTakeOverWhereAProcessEnds) {
  build(3, {.shards = 3});
  backend->simulation.run_until(at(1s));
  stop(0);
  EXPECT_EQ(allocation().health(), Health::yellow) << "the connection breaks: at once";
  for (int shard = 0; shard < 3; ++shard) EXPECT_TRUE(allocation().primary(shard)) << shard;
  EXPECT_GT(measured("stores.store.promotions"), 0);
  write(100ms);
  read(200ms);
  run_until(3s);
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].status, rpc::Status::ok);
  EXPECT_EQ(ended[1].status, rpc::Status::ok);
  EXPECT_EQ(measured("stores.store.partial"), 0);
}

TEST_F(IndexTest, ASilentNodeIsOutAfterThirtyThreeSeconds) {
  build(3, {.shards = 3});
  run_until(1s);
  node(1).execution.pause(at(1h));
  run_until(33s);
  EXPECT_TRUE(allocation().member(1));
  run_until(35s);
  EXPECT_FALSE(allocation().member(1));
  node(1).execution.resume();
}

TEST_F(IndexTest, WithoutReplicasARedShardMakesSearchesPartial) {
  build(3, {.shards = 3, .replicas = 0, .write_timeout = 5s});
  run_until(1s);
  stop(1);
  EXPECT_EQ(allocation().health(), Health::red);
  std::uint64_t lost = 0;
  while (allocation().primary(shard_of(lost, 3))) ++lost;
  read(100ms, lost);
  write(100ms, lost);
  run_until(10s);
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].status, rpc::Status::ok);
  EXPECT_EQ(measured("stores.store.partial"), 1);
  EXPECT_EQ(ended[1].status, rpc::Status::failed) << "it has waited for a primary";
  EXPECT_GT(ended[1].at, at(6s));
  EXPECT_NEAR(backend->recorder.counter("stores.store.red", "s").total(), 9, 1);
}

TEST_F(IndexTest, OrFailWherePartialResultsAreNotAllowed) {
  build(3, {.shards = 3, .replicas = 0, .partial_results = false});
  run_until(1s);
  stop(1);
  read(100ms);
  run_until(3s);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].status, rpc::Status::failed);
}

TEST_F(IndexTest, AFullQueueSendsASearchToAnotherCopy) {
  build(2, {.shards = 1, .pools = {.search_queue = 1}});
  for (int i = 0; i < 40; ++i) read(0s);
  run_until(5s);
  EXPECT_EQ(ended.size(), 40u);
  EXPECT_GT(measured("stores.store.rejected"), 0);
  EXPECT_GT(measured("stores.store.asked_again"), 0);
}

}  // namespace
}  // namespace streamtwin::elasticsearch
