// No dead keys among those of workloads from files.
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

const std::filesystem::path keys_folder = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys";

/// Those below a beginning that are neither absent nor files, each of which must matter; how many there are.
int alive_below(const std::string& beginning, Loaded<Scenario> loaded) {
  EXPECT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const std::string before = outcome(loaded.value);
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &loaded.value)) {
    if (!path.starts_with(beginning) || key.type->kind == Type::Kind::file || key.type->kind == Type::Kind::optional) continue;
    EXPECT_TRUE(matters(path, loaded.value, before)) << path << " is dead";
    ++looked_at;
  }
  return looked_at;
}

TEST(FileKeys, OfWorkloadsChangeWhatHappens) {
  const auto file = keys_folder / "files.yaml";
  EXPECT_EQ(alive_below("load.*.course_from", load<Scenario>(file)), 3);
  EXPECT_EQ(alive_below("load.*.file_times", load<Scenario>(file)), 2);
}

TEST(FileKeys, OfTracesChangeWhatHappens) {
  const std::vector<std::string> sets{"members.access.traces=" + (keys_folder / "traces").string(),
                                      "members.access.trace_units={rate: mbps, time: seconds, interval: 1 s}"};
  EXPECT_EQ(alive_below("members.access.trace_units", parse<Scenario>(Document::read(keys_folder / "small.yaml", {.overrides = sets}))), 3);
}

}  // namespace
}  // namespace streamtwin::language
