// No dead keys among those of a federation: each gets another legal value where its cells are full and lost.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

/// What must be in force for a key to matter.
const std::map<std::string, Settings> beside_federation{
    {"federation.batch.*.retry.delay_max",
     {"federation.batch.encodes.retry={policy: exponential, retries: 4, delay: 2 s, delay_max: 4 s}",
      "federation.batch.encodes.fails=60 %"}},
};

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> federation_exceptions{
    {"federation.cells", "a list of names"},
    {"federation.batch.*.container.busy", "matters where processors are over-committed: TitusKeys looks at that"},
    {"federation.services.*.container.busy", "matters where processors are over-committed: TitusKeys looks at that"},
    {"federation.batch.*.avoid_cells", "a list of names"},
    {"federation.services.*.avoid_cells", "a list of names"},
    {"federation.batch.*.container.security_groups", "an empty list"},
    {"federation.services.*.container.security_groups", "an empty list"},
};

TEST(FederationKeys, AllChangeWhatHappens) {
  expect_keys_matter(
      {.file = "federation.yaml", .beginnings = {"federation."}, .beside = beside_federation, .exceptions = federation_exceptions}, 25);
}

}  // namespace
}  // namespace streamtwin::language
