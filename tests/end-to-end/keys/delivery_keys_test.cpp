// No dead keys among those of deliveries: each gets another legal value where there are deliveries of every kind.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "scenarios/language/language.hpp"
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
    {"deliveries.pipelines.*.up_timeout", "the groups here are up in time, or never"},
};

Scenario small_deliveries() {
  auto loaded = parse<Scenario>(Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/deliveries.yaml"));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

TEST(DeliveryKeys, AllChangeWhatHappens) {
  Scenario plain = small_deliveries();
  const std::string before = outcome(plain);
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    if (names_something || absent || !(path.starts_with("deliveries.") || path.starts_with("flags.")) || (only && !path.starts_with(only)))
      continue;
    const bool alive = matters(path, plain, before);
    EXPECT_NE(alive, delivery_exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 30);
}

}  // namespace
}  // namespace streamtwin::language
