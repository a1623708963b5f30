// No dead keys among those of a cache's memory and of its warmer: each gets another legal value where memory is short, and a copy and a
// node start empty.
#include <gtest/gtest.h>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

TEST(CacheKeys, AllChangeWhatHappens) {
  expect_keys_matter(
      {.file = "caches.yaml", .beginnings = {"services.*.cache.memory", "services.*.cache.eviction", "services.*.cache.warmer."}}, 7);
}

}  // namespace
}  // namespace streamtwin::language
