// No dead keys among those of Titus: each gets another legal value on a small stack on which everything breaks once.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

using TitusSets = std::vector<std::string>;

const TitusSets on_ecs{"titus.main.orchestration.era=ecs"};

/// What must be in force for a key, or for all that begin so, to matter. The longest beginning counts.
const std::map<std::string, TitusSets> beside_titus{
    {"titus.*.orchestration.ecs", on_ecs},
};

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> titus_exceptions{};

Scenario small_stack(TitusSets sets) {
  auto loaded = parse<Scenario>(Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/titus.yaml",
                                               {.overrides = std::move(sets)}));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

TitusSets sets_for(const std::string& path) {
  TitusSets found;
  std::size_t longest = 0;
  for (const auto& [beginning, sets] : beside_titus) {
    if (!path.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    found = sets;
  }
  return found;
}

TEST(TitusKeys, AllChangeWhatHappens) {
  Scenario plain = small_stack({});
  std::map<TitusSets, std::string> outcomes;
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    if (names_something || absent || !path.starts_with("titus.") || (only && !path.starts_with(only))) continue;
    const TitusSets sets = sets_for(path);
    const Scenario base = small_stack(sets);
    if (!outcomes.contains(sets)) outcomes[sets] = outcome(base);
    const bool alive = matters(path, base, outcomes[sets]);
    EXPECT_NE(alive, titus_exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 100);
}

}  // namespace
}  // namespace streamtwin::language
