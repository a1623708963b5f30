// No dead keys among those of the monkeys: each gets another legal value where all of them are at work.
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

/// What must be in force for a key, or for all that begin so, to matter. The longest beginning counts.
const std::map<std::string, std::vector<std::string>> beside_monkeys{
    {"chaos_monkey.army.", {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29"}},
    {"chaos_monkey.army.mandatory",
     {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29", "chaos_monkey.army.probability=0",
      "chaos_monkey.army.mandatory=true", "chaos_monkey.army.opted_in_days_before=40", "chaos_monkey.army.mandatory_probability=1"}},
    {"chaos_monkey.army.opted_in",
     {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29", "chaos_monkey.army.probability=0",
      "chaos_monkey.army.mandatory=true", "chaos_monkey.army.opted_in_days_before=40", "chaos_monkey.army.mandatory_probability=1"}},
    {"chaos_monkey.effect_lasts", {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29"}},
};

Scenario small_monkeys(const std::vector<std::string>& sets) {
  auto loaded = parse<Scenario>(
      Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/monkeys.yaml", {.overrides = sets}));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

std::vector<std::string> sets_beside_monkeys(const std::string& path) {
  std::vector<std::string> found;
  std::size_t longest = 0;
  for (const auto& [beginning, sets] : beside_monkeys) {
    if (!path.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    found = sets;
  }
  return found;
}

TEST(MonkeyKeys, AllChangeWhatHappens) {
  Scenario plain = small_monkeys({});
  std::map<std::vector<std::string>, std::string> outcomes;
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || path == "chaos_monkey.services";
    const bool absent = key.type->kind == Type::Kind::optional;
    if (names_something || absent || !path.starts_with("chaos_monkey.") || (only && !path.starts_with(only))) continue;
    const std::vector<std::string> sets = sets_beside_monkeys(path);
    const Scenario base = small_monkeys(sets);
    if (!outcomes.contains(sets)) outcomes[sets] = outcome(base);
    EXPECT_TRUE(matters(path, base, outcomes[sets])) << path << " is dead";
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 20);
}

TEST(MonkeyKeys, NamesAndDatesChangeWhatHappens) {
  const std::string before = outcome(small_monkeys({}));
  for (const char* set : {"chaos_monkey.exceptions[0].region=away", "chaos_monkey.exceptions[0].stack='*'",
                          "chaos_monkey.exceptions[0].account=test", "chaos_monkey.services=[shop-web]"}) {
    EXPECT_TRUE(outcome(small_monkeys({set})) != before) << set;
  }
  const std::string army = "chaos_monkey.version=simian_army";
  EXPECT_TRUE(outcome(small_monkeys({army})) != outcome(small_monkeys({army, "chaos_monkey.date=2012-11-29"})))
      << "Thanksgiving and its Friday";
}

}  // namespace
}  // namespace streamtwin::language
