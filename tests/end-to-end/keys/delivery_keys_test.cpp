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

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> delivery_exceptions{};

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
    if (names_something || absent || !path.starts_with("deliveries.") || (only && !path.starts_with(only))) continue;
    const bool alive = matters(path, plain, before);
    EXPECT_NE(alive, delivery_exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 30);
}

}  // namespace
}  // namespace streamtwin::language
