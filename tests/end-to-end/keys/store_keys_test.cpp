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
       .exceptions = {{of_stores + "kind", "there is one kind"}}},
      28);
}

}  // namespace
}  // namespace streamtwin::language
