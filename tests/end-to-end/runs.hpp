// Scenarios and their runs, as the tests that run the whole program's insides need them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {

inline std::filesystem::path library_folder() { return std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "scenarios" / "library"; }

inline Scenario library_scenario(const std::string& name, std::vector<std::string> sets = {}) {
  const auto loaded = language::load<Scenario>(library_folder() / (name + ".yaml"), std::move(sets));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return loaded.value;
}

inline Scenario scenario_of(const std::string& text, std::vector<std::string> sets = {}, const std::string& file = "scenario.yaml") {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, file, {.overrides = std::move(sets)}));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return loaded.value;
}

/// A whole run, whose account is in order.
inline RunResult run(const Scenario& scenario, RunPlan plan = {}) {
  Twin twin(scenario, plan);
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
  return result;
}

inline double kpi(const RunResult& result, std::string_view name) {
  const Kpi* found = find_kpi(result, name);
  EXPECT_NE(found, nullptr) << name;
  return found == nullptr ? unknown : found->value;
}

inline const SeriesResult& find_series(const RunResult& result, std::string_view name) {
  const auto found =
      std::find_if(result.series.begin(), result.series.end(), [&](const SeriesResult& series) { return series.name == name; });
  if (found == result.series.end()) throw std::logic_error("no series " + std::string(name));
  return *found;
}

}  // namespace streamtwin
