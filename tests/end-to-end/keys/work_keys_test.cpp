// No dead keys among those of pipelines: each gets another legal value where there is work of every kind.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const std::string by_day = ".arrivals.hourly_weights=[1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]";

/// What must be in force for a key to matter.
const std::map<std::string, Settings> beside_work{
    {"work.*.builds.arrivals.hourly_weights", {"work.builds.builds" + by_day}},
    {"work.*.watermarking.arrivals.hourly_weights", {"work.screeners.watermarking" + by_day}},
};

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> work_exceptions{
    {"work.*.builds.packages.*.depends_on", "a list of names"},
    {"reservations.*.region", "a name"},
    {"reservations.*.type", "a name"},
    {"reservations.*.zone", "a name"},
    {"work.*.machines.groups.*.stages", "a list of names"},
    {"work.*.retry.delay_max", "matters where a container fails more than once"},
};

TEST(WorkKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "work.yaml", .beginnings = {"reservations.", "work."}, .beside = beside_work, .exceptions = work_exceptions},
                     50);
}

}  // namespace
}  // namespace streamtwin::language
