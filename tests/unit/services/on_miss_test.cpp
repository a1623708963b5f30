// Calls that are made only for what a cache does not have: the data have no store of their own, the callee has them.
#include "tests/unit/services/backend.hpp"

#include <gmock/gmock.h>

namespace streamtwin::services {
namespace {

using testing::ElementsAre;

/// `front` works 10 ms, asks its cache in 1 ms and, after a miss, `back`, which takes 100 ms; then the item is put.
std::map<std::string, ServiceSpec> before_a_cache() {
  CallSpec call = call_to("back");
  call.on_miss = true;
  ServiceSpec front = service_of(10ms, 100, {call});
  front.data = DataSpec{.cache = "cache", .time_to_live = 500ms, .kept_stale = 0s, .writes = Fraction{0}};
  ServiceSpec cache = service_of(1ms, 100);
  cache.cache = CacheSpec{};
  cache.cache->eviction = evcache::Eviction::lru;  // exact to the millisecond; memcached counts seconds
  return {{"back", service_of(100ms, 100)}, {"cache", cache}, {"front", front}};
}

Envelope about(std::uint32_t key) {
  Envelope request;
  rpc::HttpRequest asked;
  asked.member = key;
  request.body = asked;
  return request;
}

TEST(OnMiss, OnlyAMissCallsAndFillsTheCacheForTheNext) {
  Backend backend(before_a_cache());
  backend.send_at(0ms, "front", about(7));
  backend.send_at(200ms, "front", about(7));
  backend.send_at(200ms, "front", about(8));
  backend.send_at(900ms, "front", about(7));
  backend.simulation.run();
  EXPECT_THAT(backend.ends_ms(), ElementsAre(111, 211, 311, 1011)) << "a miss, a hit, another key, and the first that has expired";
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 3);
  EXPECT_EQ(backend.mesh.measures.cache_hits.total(), 1);
}

TEST(OnMiss, ConcurrentMissesOfAKeyAllCall) {
  Backend backend(before_a_cache());
  for (int i = 0; i < 3; ++i) backend.send_at(1ms * i, "front", about(7));
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 3);
}

TEST(OnMiss, AFailureIsNotKept) {
  Backend backend(before_a_cache());
  backend.ail("back", {.errors = Fraction{1}});
  backend.send_at(0ms, "front", about(7));
  backend.send_at(300ms, "front", about(7));
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.measures.cache_misses.total(), 2);
  EXPECT_EQ(backend.ended.front().status, Status::failed);
}

}  // namespace
}  // namespace streamtwin::services
