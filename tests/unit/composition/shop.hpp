// A shop of two services in two regions, and what a scenario of it is told.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::shop_scenario {

inline const std::string shop = R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0}, {name: there, latitude: 0, longitude: 90}]
services:
  zuul: {gateway: {origins: [{service: front}]}}
  front: {calls: [{service: back}]}
  back: {instances_per_zone: 2}
load: {shop: {target: front, rate: 10 /s}}
)";
inline const std::string watched = shop + "members: {country: Germany}\nopen_connect: {}\n";

inline std::vector<std::string> errors_of(const std::string& text, std::vector<std::string> sets = {}) {
  const auto loaded = language::parse<Scenario>(
      language::Document::from_text(text, "mesh.yaml", {.overrides = std::move(sets), .limits = {}, .reader = {}}));
  std::vector<std::string> errors;
  for (const language::Diagnostic& diagnostic : loaded.diagnostics) errors.push_back(diagnostic.path + ": " + diagnostic.message);
  return errors;
}

inline std::vector<std::string> errors_of_step(const std::string& step, const std::string& text = watched) {
  return errors_of(text, {"method=[{at: 1 s, " + step + "}]"});
}

}  // namespace streamtwin::shop_scenario
