// No dead keys among those that only services that follow MiSim have, nor among those of bursts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

constexpr std::string_view parts[] = {"misim", "load.*.bursts", "method[].deviation", "method[].instances", "method[].latency"};

TEST(MisimKeys, AllChangeWhatHappens) {
  auto loaded = load<Scenario>(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/end-to-end/keys/misim.yaml");
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const std::string before = outcome(loaded.value);
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &loaded.value)) {
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::file;
    const bool absent = key.type->kind == Type::Kind::optional;
    const bool meant =
        std::any_of(std::begin(parts), std::end(parts), [&path = path](std::string_view part) { return path.starts_with(part); });
    if (names_something || absent || !meant || path.ends_with(".kind")) continue;  // a kind decides which keys stand beside it
    EXPECT_TRUE(matters(path, loaded.value, before)) << path << " is dead";
    ++looked_at;
  }
  EXPECT_GT(looked_at, 30);
}

}  // namespace
}  // namespace streamtwin::language
