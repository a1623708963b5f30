// What is said of all services holds for those of `services_from`, too.
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::language {
namespace {

constexpr const char* drawn = R"(streamtwin: 1
name: drawn
regions: [{name: here, latitude: 1, longitude: 1}]
services_from: {generator: {services: 30, entries: 3}}
load: {visits: {target: entry-00, entry: edge, rate: 1 /s}}
)";

Loaded<Scenario> drawn_with(std::vector<std::string> sets, const std::string& rest = "") {
  return parse<Scenario>(Document::from_text(drawn + rest, "drawn.yaml", {.overrides = std::move(sets)}));
}

/// How many calls there are, and of how many of them something holds.
template <class Predicate>
std::pair<int, int> calls_that(const Scenario& scenario, Predicate holds) {
  int all = 0, those = 0;
  for (const auto& [name, service] : scenario.services) {
    for (const services::CallSpec& call : service.calls) {
      ++all;
      those += holds(call) ? 1 : 0;
    }
  }
  return {all, those};
}

TEST(ServicesFromElsewhere, HaveTheDefaultsOfCalls) {
  const auto loaded = drawn_with({"mesh.call_defaults.command.timeout=7 s", "mesh.call_defaults.priority=40"});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const auto [all, changed] = calls_that(loaded.value, [](const services::CallSpec& call) {
    return call.command.timeout == 7s && call.priority == 40 && call.pool.core_size == services::GeneratorSpec{}.pool;
  });
  EXPECT_GT(all, 20);
  EXPECT_EQ(changed, all) << "what the defaults do not say stays as it is drawn";
  EXPECT_EQ(loaded.value.services.at("zuul").origins().front().priority, std::nullopt);
}

TEST(ServicesFromElsewhere, AreMeantByStars) {
  const auto loaded =
      drawn_with({"services.*.calls[*].command.timeout=7 s", "services.*.calls[shared-00].pool.core_size=3", "services.*.cores=2"});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const auto [all, changed] = calls_that(loaded.value, [](const services::CallSpec& call) {
    return call.command.timeout == 7s && call.pool.core_size == (call.service == "shared-00" ? 3 : services::GeneratorSpec{}.pool);
  });
  EXPECT_EQ(changed, all);
  for (const auto& [name, service] : loaded.value.services) EXPECT_EQ(service.cores, 2) << name;
}

TEST(ServicesFromElsewhere, AreMeantBesideThoseThatAreWritten) {
  const auto loaded = drawn_with({"services.*.calls[*].command.timeout=7 s"}, "services: {extra: {calls: [{service: shared-00}]}}\n");
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const auto [all, changed] = calls_that(loaded.value, [](const services::CallSpec& call) { return call.command.timeout == 7s; });
  EXPECT_EQ(changed, all);
}

TEST(ServicesFromElsewhere, AreMeantByAnOverride) {
  const auto loaded = drawn_with({}, "override: {\"services.*.calls[*].client.retries_next_server\": 0}\n");
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const auto [all, changed] = calls_that(loaded.value, [](const services::CallSpec& call) { return call.client.retries_next_server == 0; });
  EXPECT_EQ(changed, all);
}

TEST(ServicesFromElsewhere, WhatFindsNothingAmongThemIsAnError) {
  const auto nobody = drawn_with({"services.*.calls[shard-00].probability=50 %"});
  ASSERT_EQ(nobody.diagnostics.size(), 1u) << print(nobody.diagnostics);
  EXPECT_EQ(nobody.diagnostics[0].path, "services.*.calls[shard-00].probability");
}

TEST(ServicesFromElsewhere, SayTheirErrorsOnce) {
  for (const char* set : {"services.*.calls[*].command.timeout=5 kg", "services.*.calls[*].comand.timeout=5 s",
                          "mesh.call_defaults.command.timeout=5 kg", "services.*.cors=3"}) {
    const auto loaded = drawn_with({set});
    EXPECT_EQ(loaded.diagnostics.size(), 1u) << set << "\n" << print(loaded.diagnostics);
  }
}

TEST(ServicesFromElsewhere, AreReadBackFromTheCanonicalText) {
  const auto loaded = drawn_with({"mesh.call_defaults.command.timeout=7 s", "services.*.calls[*].pool.core_size=3"});
  const std::string text = canonical(loaded.value);
  const auto again = parse<Scenario>(Document::from_text(text, "drawn.yaml", {}));
  ASSERT_TRUE(again.ok()) << print(again.diagnostics);
  EXPECT_EQ(canonical(again.value), text);
}

}  // namespace
}  // namespace streamtwin::language
