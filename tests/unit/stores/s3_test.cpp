// A bucket at work: who is told to slow down and tries again, and what is written in parts.
#include <gtest/gtest.h>

#include "models/stores/s3/bucket.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::s3 {
using namespace literals;
namespace {

// Answering costs nothing, and the first byte comes after 100 ms.
class BucketTest : public testing::Test {
 protected:
  void build(S3Spec spec = {}) {
    spec.transfer.first_byte_min = spec.transfer.first_byte_max = 100ms;
    services::ServiceSpec store = services::service_of(1us, 8);
    store.store.emplace();
    store.store->kind = stores::StoreKind::s3;
    const std::map<std::string, services::ServiceSpec> services{{"client", services::service_of(1ms, 1)}, {"store", store}};
    store.store->s3 = spec;
    auto all = services;
    all.at("store") = store;
    backend.emplace(all);
    bucket = dynamic_cast<Bucket*>(backend->mesh.stores().front().get());
  }
  void ask(Duration when, stores::Access access, float bytes = 1000) {
    scope.spawn("a client", [](BucketTest& self, Duration wait, stores::ItemRequest item) -> Task<> {
      co_await delay(wait);
      item.version = now();
      const rpc::Reply reply = co_await self.bucket->request(self.backend->instance("client"), {}, item);
      self.ended.push_back({reply.status, now()});
    }(*this, when, {.key = 7, .bytes = bytes, .access = access}));
  }
  double measured(const char* name) { return backend->recorder.counter(name).total(); }

  struct Ended {
    rpc::Status status;
    Instant at;
  };
  std::optional<services::Backend> backend;
  Bucket* bucket = nullptr;
  std::vector<Ended> ended;
  Scope scope;
};

TEST_F(BucketTest, AReadTakesItsFirstByteAndItsBytes) {
  build();
  ask(0s, stores::Access::read, 9e6F);
  backend->simulation.run();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_NEAR(in_seconds(ended[0].at), 0.2, 1e-3) << "9 MB at 90 MB/s";
}

TEST_F(BucketTest, WhoIsToldToSlowDownTriesAgainLater) {
  build({.rates = {.reads = Rate{1}}});
  ask(0s, stores::Access::read);
  ask(0s, stores::Access::read);
  backend->simulation.run();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_GE(measured("stores.store.slow_downs"), 1);
  EXPECT_EQ(ended[1].status, rpc::Status::ok);
  EXPECT_GE(ended[1].at, at(1.1s)) << "half a second is not enough, a further one is";
}

TEST_F(BucketTest, AndGivesUpInTheEnd) {
  build({.rates = {.reads = Rate{1}}, .retries = {.retries = 0}});
  ask(0s, stores::Access::read);
  ask(0s, stores::Access::read);
  backend->simulation.run();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].status, rpc::Status::overloaded);
  EXPECT_EQ(measured("stores.store.gave_up"), 1);
}

TEST_F(BucketTest, WhoCannotReachItGivesUpAfterFourTries) {
  build();
  bucket->fail(0);
  ask(0s, stores::Access::read);
  backend->simulation.run();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].status, rpc::Status::timed_out);
  EXPECT_GE(ended[0].at, at(40s)) << "ten seconds each, and what is waited in between";
  EXPECT_LE(ended[0].at, at(40.7s));
  bucket->restore(0);
  ask(0s, stores::Access::read);
  backend->simulation.run();
  EXPECT_EQ(ended.back().status, rpc::Status::ok);
}

TEST_F(BucketTest, WhatIsLargeIsWrittenInPartsSideBySide) {
  build({.transfer = {.part = Bytes{5.0 * 1024 * 1024}, .connections = 2}});
  ask(0s, stores::Access::write, 18e6F);
  backend->simulation.run();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(measured("stores.store.requests"), 6) << "it is begun, written in four parts and completed";
  EXPECT_NEAR(in_seconds(ended[0].at), 0.1 + 2 * (0.1 + 0.05) + 0.1, 2e-3);
}

TEST_F(BucketTest, AnOverwrittenObjectWasSeenLater) {
  for (const Consistency consistency : {Consistency::strong, Consistency::eventual}) {
    ended.clear();
    build({.consistency = consistency, .overwrites_seen_after = 1000s});
    ask(0s, stores::Access::write);
    ask(1s, stores::Access::read);
    backend->simulation.run();
    EXPECT_EQ(measured("stores.store.stale_reads"), consistency == Consistency::eventual ? 1 : 0);
    backend.reset();
  }
}

}  // namespace
}  // namespace streamtwin::s3
