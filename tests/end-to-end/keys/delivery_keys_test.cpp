// No dead keys among those of deliveries: each gets another legal value where there are deliveries of every kind.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

constexpr const char* of_the_judge = "the canaries here are clearly good or clearly bad: conformance-kayenta looks at the judge's settings";

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> delivery_exceptions{
    {"deliveries.pipelines.*.canary.judge.group_weights.*", of_the_judge},
    {"deliveries.pipelines.*.canary.judge.pass_at", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.effect_size.allowed_increase", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.effect_size.critical_increase", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.effect_size.measure", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.groups", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.must_have_data", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.nan_strategy", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.outlier_factor", of_the_judge},
    {"deliveries.pipelines.*.canary.metrics.*.outliers", of_the_judge},
};

TEST(DeliveryKeys, AllChangeWhatHappens) {
  expect_keys_matter({.file = "deliveries.yaml",
                      .beginnings = {"deliveries.", "flags.", "load.*.queue"},
                      .beside = {{"deliveries.pipelines.*.headroom_instances", {"deliveries.pipelines.with-room.headroom=0 %"}}},
                      .exceptions = delivery_exceptions},
                     30);
}

}  // namespace
}  // namespace streamtwin::language
