// No dead keys of the queues of caches' clients, of reads in bulk, and of the replication between regions.
#include <gtest/gtest.h>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

TEST(ReplicatedCacheKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "replicated_caches.yaml",
                      .beginnings = {"services.*.cache.read_queue", "services.*.cache.write_queue", "services.*.cache.pool_size",
                                     "services.*.data.items", "cache_replication."},
                      .beside = {{"cache_replication.kafka.min_in_sync", {"cache_replication.producer.acks=all"}}}},
                     25);
}

}  // namespace
}  // namespace streamtwin::language
