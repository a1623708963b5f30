// No dead keys among those of workloads from files.
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

TEST(FileKeys, AllChangeWhatHappens) {
  auto loaded = load<Scenario>(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/files.yaml");
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const std::string before = outcome(loaded.value);
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &loaded.value)) {
    const bool meant = path.starts_with("load.*.course_from") || path.starts_with("load.*.file_times");
    if (!meant || key.type->kind == Type::Kind::file || key.type->kind == Type::Kind::optional) continue;
    EXPECT_TRUE(matters(path, loaded.value, before)) << path << " is dead";
    ++looked_at;
  }
  EXPECT_EQ(looked_at, 5);
}

}  // namespace
}  // namespace streamtwin::language
