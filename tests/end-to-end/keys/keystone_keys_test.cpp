// No dead keys of the stream pipeline.
#include <gtest/gtest.h>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

TEST(KeystoneKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "keystone.yaml",
                      .beginnings = {"keystone."},
                      .beside = {{"keystone.fronting.min_in_sync", {"keystone.producer.acks=all"}}},
                      .exceptions = {{"keystone.sinks.*.topics", "names"}}},
                     70);
}

}  // namespace
}  // namespace streamtwin::language
