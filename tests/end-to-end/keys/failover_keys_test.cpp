// No dead keys among those of failover: each gets another legal value where a region is left by either procedure.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "scenarios/language/language.hpp"
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

Scenario small_failover() {
  auto loaded = parse<Scenario>(Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/failover.yaml"));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

TEST(FailoverKeys, AllChangeWhatHappens) {
  Scenario plain = small_failover();
  const std::string before = outcome(plain);
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    if (names_something || absent || !path.starts_with("failover.") || (only && !path.starts_with(only))) continue;
    const bool alive = matters(path, plain, before);
    EXPECT_NE(alive, failover_exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 15);
}

}  // namespace
}  // namespace streamtwin::language
