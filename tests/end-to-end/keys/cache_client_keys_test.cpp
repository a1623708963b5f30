// No dead keys of the queues of caches' clients, of reads in bulk, and of the replication between regions.
#include <gtest/gtest.h>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

TEST(ReplicatedCacheKeys, AllChangeWhatHappens) {
  expect_keys_matter(
      {.file = "replicated_caches.yaml",
       .beginnings = {"services.*.cache.read_queue", "services.*.cache.write_queue", "services.*.cache.pool_size",
                      "services.*.cache.write_only", "services.*.data.items", "cache_replication."},
       .exceptions = {{"services.*.cache.write_only", "names"},
                      {"services.*.cache.write_queue", "full only where many write while a way stays cut: services/cache_client_test"}},
       .elsewhere = {"cache_replication.kafka.", "cache_replication.producer."}},  // KeystoneKeys
      10);
}

}  // namespace
}  // namespace streamtwin::language
