// No dead keys among those that twins of real systems are written with.
#include <gtest/gtest.h>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

TEST(TwinKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "twin.yaml",
                      .beginnings = {"services.*.calls[].on_miss", "services.*.cost.buckets", "services.*.cache.begins_empty",
                                     "services.*.execution.dispatch_delay", "services.*.execution.steal", "load.*.popularity"}},
                     6);
}

}  // namespace
}  // namespace streamtwin::language
