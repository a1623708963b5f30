// Scenarios as earlier releases wrote them.
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin::language {
namespace {

Loaded<Scenario> platform_with(const std::string& services, const std::string& rest = "load: {visits: {target: front, rate: 1 /s}}\n") {
  return parse<Scenario>(Document::from_text(
      "streamtwin: 1\nname: before\nregions: [{name: here, latitude: 1, longitude: 1}]\n" + rest + "services:\n" + services,
      "before.yaml"));
}

TEST(EarlierWords, RolesWithTheirKeysAreBlocks) {
  const auto before = platform_with(
      "  zuul: {role: gateway, cores: 4, calls: [{service: front, balancer: {rule: zone_avoidance}}]}\n"
      "  front: {data: {cache: near, store: disk}}\n"
      "  near: {role: cache, cache_memory: 2 GB, cache: {read_timeout: 10 ms}}\n"
      "  disk: {role: store, quorum: {replicas: 2}}\n");
  const auto now = platform_with(
      "  zuul: {gateway: {origins: [{service: front, balancer: {rule: zone_avoidance}}]}, cores: 4}\n"
      "  front: {data: {cache: near, store: disk}}\n"
      "  near: {cache: {memory: 2 GB, read_timeout: 10 ms}}\n"
      "  disk: {store: {replicas: 2}}\n");
  ASSERT_TRUE(before.ok()) << print(before.diagnostics);
  ASSERT_TRUE(now.ok()) << print(now.diagnostics);
  EXPECT_EQ(canonical(before.value), canonical(now.value));
  EXPECT_EQ(before.value.services.at("disk").store->replicas, 2);
}

TEST(EarlierWords, LimitsEndedInMost) {
  const auto before = platform_with("  front: {calls: [{service: back, balancer: {blackout_most: 20 s}}]}\n  back: {}\n");
  ASSERT_TRUE(before.ok()) << print(before.diagnostics);
  EXPECT_EQ(before.value.services.at("front").calls[0].balancer.blackout_max, 20s);
}

TEST(EarlierWords, StillHaveTheirPlaceInTheFile) {
  const auto loaded = platform_with("  front: {}\n  disk: {role: store, quorum: {replicas: 20}}\n");
  ASSERT_EQ(loaded.diagnostics.size(), 1u) << print(loaded.diagnostics);
  EXPECT_EQ(to_string(loaded.diagnostics[0]).find("before.yaml:7:42: services.disk.store.replicas: "), 0u) << print(loaded.diagnostics);
}

}  // namespace
}  // namespace streamtwin::language
