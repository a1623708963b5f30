// What all calls have in common, and where each value says that it comes from.
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::language {
namespace {

constexpr const char* shop = R"(streamtwin: 1
name: shop
regions: [{name: here, latitude: 1, longitude: 1}]
mesh:
  call_defaults:
    command: {timeout: 400 ms, request_volume_threshold: 7}
    client: {retries_next_server: 3}
    priority: 30
services:
  zuul: {gateway: {origins: [{service: web}]}}
  web:
    calls:
      - {service: back}
      - {service: side, priority: ~, command: {timeout: 2 s}, client: {retries_next_server: ~}}
  back: {}
  side: {}
load: {visits: {target: web, rate: 1 /s}}
)";

Loaded<Scenario> shop_with(std::vector<std::string> sets, const std::string& text = shop) {
  return parse<Scenario>(Document::from_text(text, "shop.yaml", {.overrides = std::move(sets)}));
}

TEST(CallDefaults, AreForWhatACallDoesNotSay) {
  const auto loaded = shop_with({});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  const auto& calls = loaded.value.services.at("web").calls;
  EXPECT_EQ(calls[0].command.timeout, 400ms);
  EXPECT_EQ(calls[0].command.request_volume_threshold, 7);
  EXPECT_EQ(calls[0].client.retries_next_server, 3);
  EXPECT_EQ(calls[0].priority, 30);
  EXPECT_EQ(calls[1].command.timeout, 2s);
  EXPECT_EQ(calls[1].command.request_volume_threshold, 7);
  EXPECT_EQ(calls[1].client.retries_next_server, services::ClientSpec{}.retries_next_server);
  EXPECT_EQ(calls[1].priority, std::nullopt);
}

TEST(CallDefaults, AreNotForTheOriginsOfAGateway) {
  const auto loaded = shop_with({});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  EXPECT_EQ(loaded.value.services.at("zuul").origins().front().priority, std::nullopt);
}

TEST(CallDefaults, AreNamedWithTheirPlace) {
  const auto loaded = shop_with({"mesh.call_defaults.pool.core_size=4"});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  std::map<std::string, std::string> places;
  for (const Setting& setting : settings_of(loaded)) places[setting.path] = setting.set_by;
  EXPECT_EQ(places["services.web.calls[0].command.timeout"], "shop.yaml:6:24");
  EXPECT_EQ(places["services.web.calls[1].command.timeout"], "shop.yaml:14:57");
  EXPECT_EQ(places["services.web.calls[1].command.request_volume_threshold"], "shop.yaml:6:58");
  EXPECT_EQ(places["services.web.calls[0].pool.core_size"], "--set mesh.call_defaults.pool.core_size");
  EXPECT_EQ(places["mesh.call_defaults.command.timeout"], "shop.yaml:6:24");
}

TEST(CallDefaults, SayTheirErrorsOnce) {
  const auto bad_value = shop_with({"mesh.call_defaults.command.timeout=5 kg"});
  ASSERT_EQ(bad_value.diagnostics.size(), 1u) << print(bad_value.diagnostics);
  EXPECT_EQ(bad_value.diagnostics[0].path, "mesh.call_defaults.command.timeout");
  const auto bad_key = shop_with({"mesh.call_defaults.comand.timeout=5 s"});
  ASSERT_EQ(bad_key.diagnostics.size(), 1u) << print(bad_key.diagnostics);
  EXPECT_NE(bad_key.diagnostics[0].message.find("did you mean `command`"), std::string::npos);
  for (const char* key : {"service=back", "stage=1"})
    EXPECT_EQ(shop_with({std::string("mesh.call_defaults.") + key}).diagnostics.size(), 1u) << key;
}

TEST(CallDefaults, AreReadBackFromTheCanonicalText) {
  const auto loaded = shop_with({});
  const std::string text = canonical(loaded.value);
  const auto again = shop_with({}, text);
  ASSERT_TRUE(again.ok()) << print(again.diagnostics);
  EXPECT_EQ(canonical(again.value), text);
}

TEST(CallDefaults, AbsentLeaveCallsAsTheyAre) {
  const auto loaded = shop_with({"mesh.call_defaults=~"});
  ASSERT_TRUE(loaded.ok()) << print(loaded.diagnostics);
  EXPECT_EQ(loaded.value.services.at("web").calls[0].command.timeout, services::CallSpec{}.command.timeout);
  EXPECT_FALSE(loaded.value.mesh.call_defaults);
}

TEST(CallDefaults, AreBoundedInWhatTheyAddUpTo) {
  Limits limits;
  limits.nodes = 45;
  const Document document = Document::from_text(shop, "shop.yaml", {.limits = limits});
  ASSERT_EQ(document.diagnostics().size(), 1u) << print(document.diagnostics());
  EXPECT_EQ(document.diagnostics()[0].path, "mesh.call_defaults");
}

}  // namespace
}  // namespace streamtwin::language
