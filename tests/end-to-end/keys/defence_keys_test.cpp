// No dead keys among those of a client's defences: each gets another legal value where every defence has something to do.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const std::vector<std::string> defences_with_keys{"retry_concurrency", "retry_quota", "retry_deposits",
                                                  "adaptive_throttle", "hedging",     "outlier_ejection"};

Scenario small_defences() {
  auto loaded = parse<Scenario>(Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/defences.yaml"));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

TEST(DefenceKeys, AllChangeWhatHappens) {
  Scenario plain = small_defences();
  const std::string before = outcome(plain);
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    if (key.type->kind == Type::Kind::optional || (only && !path.starts_with(only))) continue;
    for (const std::string& defence : defences_with_keys) {
      if (!path.starts_with("services.*.calls[].client." + defence + ".")) continue;
      EXPECT_TRUE(matters(path, plain, before)) << path << " is dead";
      ++looked_at;
    }
  }
  EXPECT_GT(looked_at, only ? 0 : 28);
}

}  // namespace
}  // namespace streamtwin::language
