// No dead keys among the defaults of calls: each does what the same key does in each call.
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "tests/end-to-end/keys/keys.hpp"

namespace streamtwin::language {
namespace {

Loaded<Scenario> three_tiers(std::vector<std::string> sets) {
  return parse<Scenario>(Document::from_text(R"(streamtwin: 1
name: three-tiers
regions: [{name: here, latitude: 1, longitude: 1}]
services:
  web: {calls: [{service: shop}, {service: back}]}
  shop: {calls: [{service: back}]}
  back: {}
load: {visits: {target: web, rate: 1 /s}}
)",
                                             "tiers.yaml", {.overrides = std::move(sets), .limits = {}, .reader = {}}));
}

/// Whether the setting is legal and does the same for all calls as for each. `beside` holds in both.
bool agrees(const std::string& key, const std::string& text, const std::string& beside) {
  const std::string of_each = "services.*.calls[*].", of_all = "mesh.call_defaults.";
  auto each = three_tiers({of_each + beside, of_each + key + "=" + text});
  auto all = three_tiers({of_all + beside, of_all + key + "=" + text});
  EXPECT_EQ(each.ok(), all.ok()) << key << "=" << text << "\n" << print(all.diagnostics);
  if (!each.ok() || !all.ok()) return false;
  EXPECT_TRUE(all.value.mesh.call_defaults) << key;
  all.value.mesh.call_defaults.reset();
  EXPECT_EQ(canonical(each.value), canonical(all.value)) << key;
  EXPECT_NE(canonical(each.value), canonical(three_tiers({of_each + beside}).value)) << key;
  return true;
}

TEST(CallDefaultKeys, DoWhatTheyDoInEachCall) {
  constexpr std::string_view calls = "services.*.calls[].";
  auto plain = three_tiers({});
  ASSERT_TRUE(plain.ok()) << print(plain.diagnostics);
  const std::string earlier_breaker = "command.circuit_breaker=hystrix_1_5_12";  // which has keys of its own
  const std::string rare = "probability=0.37";
  int looked_at = 0;
  for (const auto& [path, key] : keys_of(type_of<Scenario>(), &plain.value)) {
    const std::string below = path.starts_with(calls) ? path.substr(calls.size()) : "";
    const bool names_something = key.type->kind == Type::Kind::text || key.type->kind == Type::Kind::optional;
    if (below.empty() || below == "stage" || below == "on_miss" || names_something) continue;
    bool agreed = false;
    const bool of_earlier = below == "command.any_end_answers_probe" || below == "command.lose_close_race";
    for (int way = 0; !agreed; ++way) {
      auto changed = three_tiers({});
      const auto keys = keys_of(type_of<Scenario>(), &changed.value);
      if (!change(keys.at(path), way)) break;
      agreed = agrees(below, canonical_scalar(*key.type, keys.at(path).places.front()), of_earlier ? earlier_breaker : rare);
    }
    EXPECT_TRUE(agreed) << path << " has no other legal value";
    ++looked_at;
  }
  EXPECT_GT(looked_at, 30);
  EXPECT_TRUE(agrees("priority", "5", rare));
  EXPECT_TRUE(agrees("command_key", "shared", rare));
}

}  // namespace
}  // namespace streamtwin::language
