// A file system at work: what a read and a write ask of whom, a pipeline that goes on without one, and NameNodes that are lost.
#include <gtest/gtest.h>

#include "models/stores/hdfs/file_system.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::hdfs {
using namespace literals;
namespace {

// Five DataNodes, each a rack; what they are asked costs nothing, and a disk takes a megabyte in 10 ms.
class FileSystemTest : public testing::Test {
 protected:
  void build(HdfsSpec spec = {}) {
    spec.stored = 1_GB;
    services::ServiceSpec store = services::service_of(1us, 1);
    store.store.emplace();
    store.store->kind = stores::StoreKind::hdfs;
    store.store->hdfs = spec;
    const std::map<std::string, services::ServiceSpec> services{{"client", services::service_of(1ms, 1)}, {"store", store}};
    backend.emplace(services, Seed{1}, services::MeshSpec{}, 5);
    files = dynamic_cast<FileSystem*>(backend->mesh.stores().front().get());
    files->start();
  }
  void ask(Duration when, stores::Access access) {
    scope.spawn("a client", [](FileSystemTest& self, Duration wait, stores::ItemRequest item) -> Task<> {
      co_await delay(wait);
      const Instant began = now();
      const rpc::Reply reply = co_await self.files->request(self.backend->instance("client"), {}, item);
      self.ended.push_back({reply.status, now() - began});
    }(*this, when, {.key = 7, .bytes = 1e6F, .access = access}));
  }
  void run_until(Duration end) { backend->simulation.run_until(at(end)); }
  rpc::Instance& node(NodeIndex zone) { return *backend->mesh.service("store").slot(static_cast<ZoneIndex>(zone), 0); }
  Volume& volume() { return files->volume_of(0); }
  double measured(const char* name) { return backend->recorder.counter(name).total(); }

  struct Ended {
    rpc::Status status;
    Duration took;
  };
  std::optional<services::Backend> backend;
  FileSystem* files = nullptr;
  std::vector<Ended> ended;
  Scope scope;
};

TEST_F(FileSystemTest, AWriteGoesThroughThreeDisksAtOnce) {
  build();
  ask(1s, stores::Access::write);
  ask(2s, stores::Access::read);
  run_until(10s);
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].status, rpc::Status::ok);
  EXPECT_NEAR(in_seconds(ended[0].took), 0.010, 1e-3);
  EXPECT_NEAR(in_seconds(ended[1].took), 0.010, 1e-3);
}

TEST_F(FileSystemTest, APipelineGoesOnWithoutWhoIsGone) {
  build();
  for (const NodeIndex gone : {3u, 4u}) backend->mesh.lives.stop(node(gone));
  for (int write = 1; write <= 10; ++write) ask(seconds(write), stores::Access::write);
  run_until(100s);
  ASSERT_EQ(ended.size(), 10u);
  for (const Ended& write : ended) EXPECT_EQ(write.status, rpc::Status::ok);
  EXPECT_GT(measured("stores.store.dropped"), 0);
}

TEST_F(FileSystemTest, WhatADeadNodeHadIsMadeAnew) {
  build();
  run_until(1s);
  EXPECT_EQ(volume().names().under_replicated(), 0u);
  backend->mesh.lives.stop(node(4));
  run_until(630s);
  EXPECT_EQ(measured("stores.store.dead"), 0);
  run_until(640s);
  EXPECT_EQ(measured("stores.store.dead"), 1);
  run_until(700s);
  EXPECT_EQ(volume().names().under_replicated(), 0u);
  EXPECT_GT(measured("stores.store.copied"), 0);
}

TEST_F(FileSystemTest, TheStandbyTakesOverAfterTheSession) {
  build();
  run_until(1s);
  backend->mesh.lives.stop(node(0));
  run_until(10.5s);
  EXPECT_FALSE(volume().serves(1));
  run_until(13s);
  EXPECT_TRUE(volume().serves(1));
  EXPECT_EQ(measured("stores.store.failovers"), 1);
  EXPECT_TRUE(volume().takes_writes());
  ask(0s, stores::Access::write);
  run_until(30s);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].status, rpc::Status::ok);
}

TEST_F(FileSystemTest, ARestartedNameNodeTakesNoWritesUntilBlocksAreReported) {
  build({.name_node = {.standby = false, .load_time = 5s}});
  run_until(1s);
  Host& machine = node(0).machine;
  backend->mesh.lives.stop(node(0));
  backend->mesh.lives.launch(backend->mesh.service("store"), machine, 0, 0);
  run_until(5s);
  EXPECT_FALSE(volume().serves(0));
  run_until(20s);
  EXPECT_TRUE(volume().serves(0));
  EXPECT_FALSE(volume().takes_writes());
  EXPECT_EQ(volume().names().missing(), 0u);
  run_until(45s);
  EXPECT_TRUE(volume().takes_writes());
}

}  // namespace
}  // namespace streamtwin::hdfs
