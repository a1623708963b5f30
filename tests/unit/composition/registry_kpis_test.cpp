// What a registry costs besides is a key figure of the scenarios whose registry has it, and of no other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::IsEmpty;
using testing::Pair;

/// Of some minutes in which an instance that others call is stopped, and replaced.
std::map<std::string, double> all_registry_kpis(const std::string& registry) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: registries
clock: {lasts: 4 min, warm_up: 0 s}
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
fleet: {drain: 10 s, stop_timeout: 5 s, status_check: 10 s}
services: {front: {instances_per_zone: 30, calls: [{service: back}]}, back: {boot_time: 5 s, image: 1 MB}}
load: {shop: {target: front, rate: 1 /s}}
method: [{at: 5 s, action: stop_instance, target: back/herea/0}]
)" + registry,
                                                                              "registries.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  Twin twin(loaded.value, RunPlan{});
  twin.run_until(twin.end());
  std::map<std::string, double> found;
  for (const Kpi& kpi : twin.result().kpis) {
    if (kpi.name.starts_with("registry.") || kpi.name.starts_with("eureka.")) found[kpi.name] = kpi.value;
  }
  return found;
}

/// Without those that every registry has, or every Eureka.
std::map<std::string, double> registry_kpis(const std::string& registry) {
  std::map<std::string, double> found = all_registry_kpis(registry);
  std::erase_if(found, [](const auto& kpi) {
    return kpi.first.starts_with("registry.known_after.") || kpi.first == "eureka.fetched" || kpi.first == "eureka.replicated";
  });
  return found;
}

TEST(RegistryKpis, SayWhenCallersKnow) {
  for (const char* const kind : {"eureka", "eureka2", "dns", "consensus"}) {
    const auto kpis = all_registry_kpis(std::string("registry: {kind: ") + kind + "}\n");
    EXPECT_GT(kpis.at("registry.known_after.cancelled.max"), 0) << kind;
    EXPECT_TRUE(std::isnan(kpis.at("registry.known_after.crashed.max"))) << kind;
    EXPECT_EQ(kpis.contains("eureka.fetched"), std::string(kind).starts_with("eureka")) << kind;
  }
}

TEST(RegistryKpis, SayWhatTravels) {
  const auto whole = all_registry_kpis(""), deltas = all_registry_kpis("eureka: {deltas: true}\n");
  EXPECT_GT(whole.at("eureka.fetched"), 2 * deltas.at("eureka.fetched"));
  EXPECT_EQ(whole.at("eureka.replicated"), 0) << "there is one server";
}

TEST(RegistryKpis, CountSessionsThatHaveEnded) {
  EXPECT_THAT(registry_kpis("registry: {kind: consensus}\n"), ElementsAre(Pair("registry.expired_sessions", 0)));
}

TEST(RegistryKpis, CountChannelsThatAreLost) {
  const std::string small_servers = "registry: {kind: eureka2, eureka2: {eviction_drop: 50 %}}\n";
  EXPECT_THAT(registry_kpis(small_servers), ElementsAre(Pair("registry.lost_channels", 0)));
  const auto all = all_registry_kpis(small_servers);
  EXPECT_GT(all.at("eureka.fetched"), 0);
  EXPECT_LT(all.at("registry.known_after.cancelled.max"), 0.1);
}

TEST(RegistryKpis, AreThoseOfItsKind) {
  EXPECT_THAT(registry_kpis(""), IsEmpty());
  EXPECT_THAT(registry_kpis("registry: {kind: dns}\neureka: {deltas: true}\n"), IsEmpty());
}

TEST(RegistryKpis, CountRestartsOfThoseWhoReadListsInFiles) {
  EXPECT_THAT(registry_kpis("registry: {kind: static_lists, static_lists: {edit_delay: 1 s, push_delay: 1 s, restart_time: 1 s, "
                            "restart_share: 100 %, restart_pause: 0 s}}\n"),
              ElementsAre(Pair("registry.restarts", Gt(0))));
}

TEST(RegistryKpis, CountFetchesThatEurekaRefuses) {
  EXPECT_THAT(registry_kpis("eureka: {rate_limiter: {enabled: true, throttle_standard_clients: true, burst: 1, "
                            "registry_fetch_average: 1, full_fetch_average: 1}}\n"),
              ElementsAre(Pair("eureka.rate_limited", Gt(0))));
}

TEST(RegistryKpis, CountFetchesOfTheWholeRegistryWhereThereAreDeltas) {
  EXPECT_THAT(registry_kpis("eureka: {deltas: true}\n"), ElementsAre(Pair("eureka.full_fetches", 1))) << "of who replaces the other";
}

}  // namespace
}  // namespace streamtwin
