// No dead keys among those of a client's defences: each gets another legal value where every defence has something to do.
#include <gtest/gtest.h>

#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const std::string of_calls = "services.*.calls[].client.";

TEST(DefenceKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "defences.yaml",
                      .beginnings = {of_calls + "retry_concurrency.", of_calls + "retry_quota.", of_calls + "retry_deposits.",
                                     of_calls + "adaptive_throttle.", of_calls + "hedging.", of_calls + "outlier_ejection."}},
                     28);
}

}  // namespace
}  // namespace streamtwin::language
