// No dead keys among those of experiments on members: each gets another legal value where experiments end in every way there is.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> chap_exceptions{
    {"chap.members_at_most", "a bound that a scenario is checked for: unit-composition has one that exceeds it"},
    {"chap.start_hour", "a bound that a scenario is checked for: unit-composition has one that comes before it"},
};

TEST(ChapKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "chap.yaml", .beginnings = {"chap."}, .exceptions = chap_exceptions}, 14);
}

}  // namespace
}  // namespace streamtwin::language
