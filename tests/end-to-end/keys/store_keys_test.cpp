// No dead keys among those of a store: each gets another legal value where its nodes are slow, restart, and are lost.
#include <gtest/gtest.h>

#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const std::string of_stores = "services.*.store.";

TEST(StoreKeys, AllChangeWhatHappens) {
  expect_keys_matter(
      {.file = "stores.yaml",
       .beginnings = {of_stores},
       .beside = {{of_stores + "speculative_retry.delay", {"services.store.store.speculative_retry={policy: fixed, delay: 20 ms}"}}},
       .exceptions = {{of_stores + "kind", "the others are those of Cassandra"}}},
      31);
}

TEST(IndexKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "elasticsearch.yaml", .beginnings = {of_stores + "elasticsearch."}}, 19);
}

TEST(BucketKeys, AllChangeWhatHappens) { expect_keys_matter({.file = "s3.yaml", .beginnings = {of_stores + "s3."}}, 13); }

TEST(FileSystemKeys, AllChangeWhatHappens) { expect_keys_matter({.file = "hdfs.yaml", .beginnings = {of_stores + "hdfs."}}, 21); }

TEST(DatabaseKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "databases.yaml",
                      .beginnings = {of_stores + "mysql.", of_stores + "dynamodb."},
                      .beside = {{of_stores + "dynamodb.split_after",
                                  {"services.table.store.dynamodb.read_units=9000", "services.table.store.dynamodb.write_units=9000",
                                   "load.writers.rate=150 /s"}}}},
                     35);
}

}  // namespace
}  // namespace streamtwin::language
