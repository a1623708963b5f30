// No dead keys among those of failover: each gets another legal value where a region is left by either procedure.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> failover_exceptions{
    {"failover.detection.follow_patience",
     "the trouble here is the region's own: unit-failover and end-to-end-failover have some that follows"},
    {"failover.saviours", "a list of names: end-to-end-failover has one"},
    {"failover.old.detect_after",
     "by the old procedure only the method leaves a region here: end-to-end-failover has one that is detected"},
};

TEST(FailoverKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "failover.yaml", .beginnings = {"failover."}, .exceptions = failover_exceptions}, 15);
}

}  // namespace
}  // namespace streamtwin::language
