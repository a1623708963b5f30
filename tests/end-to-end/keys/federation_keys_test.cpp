// No dead keys among those of a federation: each gets another legal value where its cells are full and lost.
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

using FederationSets = std::vector<std::string>;

/// What must be in force for a key to matter.
const std::map<std::string, FederationSets> beside_federation{
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

Scenario small_federation(FederationSets sets) {
  auto loaded = parse<Scenario>(Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/federation.yaml",
                                               {.overrides = std::move(sets)}));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

TEST(FederationKeys, AllChangeWhatHappens) {
  Scenario plain = small_federation({});
  std::map<FederationSets, std::string> outcomes;
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    if (names_something || absent || !path.starts_with("federation.") || (only && !path.starts_with(only))) continue;
    const auto found = beside_federation.find(path);
    const FederationSets sets = found == beside_federation.end() ? FederationSets{} : found->second;
    const Scenario base = small_federation(sets);
    if (!outcomes.contains(sets)) outcomes[sets] = outcome(base);
    const bool alive = matters(path, base, outcomes[sets]);
    EXPECT_NE(alive, federation_exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 25);
}

}  // namespace
}  // namespace streamtwin::language
