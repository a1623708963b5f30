// The backend as a queueing network against the same backend simulated: rates, utilisation and waiting that theory
// predicts are those that a calm run measures, and the bounds are reckoned by hand.
#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/tables/queueing_network.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "scenarios/language/language.hpp"

namespace streamtwin {
namespace {

/// A gateway, an API that calls two leaves, one of them in half of the requests; exponential-like costs.
std::map<std::string, services::ServiceSpec> two_tiers() {
  std::map<std::string, services::ServiceSpec> services;
  const auto add = [&](const std::string& name, int instances, int cores, Duration cost) -> services::ServiceSpec& {
    services::ServiceSpec& spec = services[name];
    spec.instances_per_zone = instances;
    spec.cores = cores;
    spec.cost = {cost, 0};
    return spec;
  };
  const auto call = [](const std::string& name, double probability) {
    services::CallSpec spec;
    spec.service = name;
    spec.probability = Fraction{probability};
    return spec;
  };
  add("gateway", 1, 2, 1ms).calls = {call("api", 1)};
  add("api", 1, 1, 10ms).calls = {call("often", 1), call("sometimes", 0.5)};
  add("often", 2, 1, 5ms);
  add("sometimes", 1, 1, 30ms);
  return services;
}

TEST(QueueingNetwork, HasTheBoundsThatAreReckonedByHand) {
  Scenario scenario;
  scenario.edge.gateway = "gateway";
  scenario.services = two_tiers();
  scenario.regions = {{"home", 0, 0, 2}, {"away", 0, 90, 1}};
  const places::Geography geography(scenario.regions, scenario.network);
  const auto stations = solve_network(scenario, geography, {{{"api", true, Rate{20}, {Fraction{0.9}, Fraction{0.1}}}}, Fraction{0}});
  ASSERT_EQ(stations.size(), 8u);
  const auto find = [&](const std::string& tier, const std::string& region) {
    for (const StationResult& station : stations)
      if (station.tier == tier && station.region == region) return station;
    throw std::out_of_range(tier);
  };
  const StationResult api = find("api", "home");
  EXPECT_EQ(api.servers, 2);
  EXPECT_DOUBLE_EQ(api.offered_rps, 18);
  EXPECT_NEAR(api.predicted_utilisation, 0.09, 1e-12);
  EXPECT_NEAR(api.bound_plays, 2 / (0.01 * 0.9), 1e-9);
  const StationResult sometimes = find("sometimes", "home");
  EXPECT_DOUBLE_EQ(sometimes.visits, 0.5);
  EXPECT_NEAR(sometimes.bound_plays, 2 / (0.03 * 0.5 * 0.9), 1e-9);
  EXPECT_NEAR(find("sometimes", "away").bound_plays, 1 / (0.03 * 0.5 * 0.1), 1e-9);
}

TEST(QueueingNetwork, HasWhatOthersWriteInARegionWhereNobodyAsks) {
  Scenario scenario;
  scenario.edge.gateway = "gateway";
  scenario.services = two_tiers();
  services::DataSpec data;
  data.store = "store";
  data.writes = Fraction{0.5};
  scenario.services["often"].data = data;
  scenario.services["store"].store.emplace();
  scenario.services["store"].instances_per_zone = 1;
  scenario.services["store"].cores = 1;
  scenario.services["store"].cost = {10ms, 0};
  scenario.regions = {{"home", 0, 0, 3}, {"away", 0, 90, 2}};
  const places::Geography geography(scenario.regions, scenario.network);
  const auto store_away = [&] {
    const auto stations = solve_network(scenario, geography, {{{"api", true, Rate{20}, {Fraction{1}, Fraction{0}}}}, Fraction{0}});
    for (const StationResult& station : stations)
      if (station.tier == "store" && station.region == "away") return station;
    throw std::out_of_range("store");
  };
  EXPECT_DOUBLE_EQ(store_away().offered_rps, 20 * 0.5 * 2) << "each write comes to both copies";
  EXPECT_NEAR(store_away().predicted_utilisation, 0.1, 1e-12);
  EXPECT_NEAR(store_away().bound_plays, 2 / (0.01 * 0.5 * 2), 1e-9);
  EXPECT_EQ(store_away().load_share, 0);
  scenario.services["often"].data->transactions = Fraction{1};
  EXPECT_DOUBLE_EQ(store_away().offered_rps, 3 * 20 * 0.5 * 2) << "and so do promises and votes";
  scenario.services["store"].store->transactions.level = cassandra::Consistency::local_serial;
  EXPECT_DOUBLE_EQ(store_away().offered_rps, 20 * 0.5 * 2) << "of which none come where a region agrees by itself";
}

TEST(QueueingNetwork, TakesTheMeanOfALognormalCostAndTheTrafficOfData) {
  Scenario scenario;
  scenario.edge.gateway = "gateway";
  scenario.services = two_tiers();
  scenario.services["often"].cost = {5ms, 1};
  services::DataSpec data;
  data.cache = "cache";
  data.store = "store";
  data.writes = Fraction{0.1};
  scenario.services["often"].data = data;
  scenario.services["cache"].cache.emplace();
  scenario.services["store"].store.emplace();
  scenario.regions = {{"home", 0, 0, 3}};
  const places::Geography geography(scenario.regions, scenario.network);
  const auto stations = solve_network(scenario, geography, {{{"api", true, Rate{20}, {Fraction{1}}}}, Fraction{0.2}});
  std::map<std::string, StationResult> by_tier;
  for (const StationResult& station : stations) by_tier[station.tier] = station;
  EXPECT_NEAR(in_seconds(by_tier["often"].mean_cost), 0.005 * std::exp(0.5), 1e-12);
  // A read, a second one after a miss, and what missed or was written put into three copies.
  EXPECT_NEAR(by_tier["cache"].visits, 1 + 0.2 + (0.2 + 0.1) * 3, 1e-12);
  // Coordinators, one more replica for each read and two more for each write.
  EXPECT_NEAR(by_tier["store"].visits, 0.2 * 2 + 0.1 * 3, 1e-12);
}

TEST(QueueingNetwork, PredictsWhatACalmRunMeasures) {
  const auto file = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "scenarios" / "library" / "friday-night.yaml";
  const auto loaded = language::load<Scenario>(
      file, {"clock.lasts=8 min", "clock.warm_up=60 s", "members.plays_at_peak=6 /s", "members.accounts=8000", "members.mis_steered=0 %",
             "members.session.median=1 min", "members.session.sigma=0", "open_connect.sample=0.4 %", "load=~", "method=[]"});
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  Twin twin(loaded.value, RunPlan{.seed = 3});
  twin.run_until(twin.end());
  const RunResult result = twin.result();
  int compared = 0;
  for (const StationResult& station : result.stations) {
    if (station.region != "eu-west-1" || station.offered_rps < 1) continue;
    EXPECT_NEAR(station.utilisation / station.predicted_utilisation, 1, 0.2) << station.tier;
    ++compared;
  }
  EXPECT_GE(compared, 10);
  for (const TierResult& tier : result.tiers) {
    if (loaded.value.services.at(tier.name).store) continue;  // what is written here is written in the other regions, too
    for (const StationResult& station : result.stations) {
      if (station.tier != tier.name || station.region != "eu-west-1" || station.offered_rps < 1) continue;
      EXPECT_NEAR(tier.rps / station.offered_rps, 1, 0.15) << tier.name;
    }
  }
}

}  // namespace
}  // namespace streamtwin
