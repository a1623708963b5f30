// No dead keys among those of the monkeys: each gets another legal value where all of them are at work.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

/// What must be in force for a key, or for all that begin so, to matter. The longest beginning counts.
const std::map<std::string, Settings> beside_monkeys{
    {"chaos_monkey.army.", {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29"}},
    {"chaos_monkey.army.mandatory",
     {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29", "chaos_monkey.army.probability=0",
      "chaos_monkey.army.mandatory=true", "chaos_monkey.army.opted_in_days_before=40", "chaos_monkey.army.mandatory_probability=1"}},
    {"chaos_monkey.army.opted_in",
     {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29", "chaos_monkey.army.probability=0",
      "chaos_monkey.army.mandatory=true", "chaos_monkey.army.opted_in_days_before=40", "chaos_monkey.army.mandatory_probability=1"}},
    {"chaos_monkey.effect_lasts", {"chaos_monkey.version=simian_army", "chaos_monkey.date=2012-11-29"}},
};

const SmallScenario small_monkeys{.file = "monkeys.yaml",
                                  .beginnings = {"chaos_monkey."},
                                  .beside = beside_monkeys,
                                  .elsewhere = {"chaos_monkey.services", "chaos_monkey.army.agents"}};

TEST(MonkeyKeys, AllChangeWhatHappens) { expect_keys_matter(small_monkeys, 20); }

TEST(MonkeyKeys, NamesAndDatesChangeWhatHappens) {
  const std::string before = outcome(small_monkeys.with({}));
  for (const char* set : {"chaos_monkey.exceptions[0].region=away", "chaos_monkey.exceptions[0].stack='*'",
                          "chaos_monkey.exceptions[0].account=test", "chaos_monkey.services=[shop-web]"}) {
    EXPECT_TRUE(outcome(small_monkeys.with({set})) != before) << set;
  }
  const std::string army = "chaos_monkey.version=simian_army";
  EXPECT_TRUE(outcome(small_monkeys.with({army})) != outcome(small_monkeys.with({army, "chaos_monkey.date=2012-11-29"})))
      << "Thanksgiving and its Friday";
}

}  // namespace
}  // namespace streamtwin::language
