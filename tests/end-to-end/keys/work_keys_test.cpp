// No dead keys among those of pipelines: each gets another legal value where there is work of every kind.
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

using WorkSets = std::vector<std::string>;

const std::string by_day = ".arrivals.hourly_weights=[1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]";

/// What must be in force for a key to matter.
const std::map<std::string, WorkSets> beside_work{
    {"work.*.builds.arrivals.hourly_weights", {"work.builds.builds" + by_day}},
    {"work.*.watermarking.arrivals.hourly_weights", {"work.screeners.watermarking" + by_day}},
};

/// Keys that do not matter here, and why.
const std::map<std::string, std::string> work_exceptions{
    {"work.*.builds.packages.*.depends_on", "a list of names"},
    {"work.*.machines.groups.*.stages", "a list of names"},
    {"work.*.retry.delay_max", "matters where a container fails more than once"},
};

Scenario small_work(WorkSets sets) {
  auto loaded = parse<Scenario>(
      Document::read(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/work.yaml", {.overrides = std::move(sets)}));
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  return loaded.value;
}

TEST(WorkKeys, AllChangeWhatHappens) {
  Scenario plain = small_work({});
  std::map<WorkSets, std::string> outcomes;
  const char* const only = std::getenv("STREAMTWIN_KEYS");
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    if (names_something || absent || !path.starts_with("work.") || (only && !path.starts_with(only))) continue;
    const auto found = beside_work.find(path);
    const WorkSets sets = found == beside_work.end() ? WorkSets{} : found->second;
    const Scenario base = small_work(sets);
    if (!outcomes.contains(sets)) outcomes[sets] = outcome(base);
    const bool alive = matters(path, base, outcomes[sets]);
    EXPECT_NE(alive, work_exceptions.contains(path)) << path << (alive ? " is alive, though listed as an exception" : " is dead");
    ++looked_at;
  }
  EXPECT_GT(looked_at, only ? 0 : 50);
}

}  // namespace
}  // namespace streamtwin::language
