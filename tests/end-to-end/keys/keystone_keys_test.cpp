// No dead keys of the stream pipeline.
#include <gtest/gtest.h>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const Settings by_rate_of_routers{"keystone.sinks.hive.router.restart.kind=failure_rate",
                                  "keystone.sinks.stream.router.restart.kind=failure_rate"};

TEST(KeystoneKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "keystone.yaml",
                      .beginnings = {"keystone."},
                      .beside = {{"keystone.fronting.min_in_sync", {"keystone.producer.acks=all"}},
                                 {"keystone.sinks.*.router.restart.failures", by_rate_of_routers},
                                 {"keystone.sinks.*.router.restart.interval", by_rate_of_routers},
                                 {"keystone.jobs.*.restart.failures", {"keystone.jobs.personal.restart.kind=failure_rate"}},
                                 {"keystone.jobs.*.restart.interval", {"keystone.jobs.personal.restart.kind=failure_rate"}}},
                      .exceptions = {{"keystone.sinks.*.topics", "names"},
                                     {"keystone.sinks.*.kind", "all of one kind: then nobody reads what is read here"}}},
                     70);
}

}  // namespace
}  // namespace streamtwin::language
