// What the gateway's mechanisms do to a platform: directives to back off that clients heed, and pools of connections
// that belong to an event loop. Each against its absence over the same seeds.
#include "scenarios/composition/twin/parts.hpp"
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

// Devices that prefetch are eager: what is shed is asked for again at once, up to nine times.
std::vector<RunResult> eager_prefetching(std::vector<std::string> sets = {}) {
  sets.insert(sets.end(), {"load.prefetch.retry={attempts: 10, back_off_first: 50 ms, back_off_factor: 1}", "method[0].load=8"});
  return over_seeds(library_scenario("mesh-prefetch-spike", std::move(sets)), 3);
}

TEST(BackOff, DirectivesEndAStormOfRetriesOfWhatWasShed) {
  const std::vector<RunResult> told = eager_prefetching(), not_told = eager_prefetching({"edge.shedding.back_off.enabled=false"});
  const Figure retries = of("load.prefetch.retries");
  EXPECT_LT(estimate(each(told, retries)).high(), 0.5 * estimate(each(not_told, retries)).low());
}

TEST(BackOff, SpreadsWhatReturnsOverTheWindow) {
  const std::string once = "edge.shedding.back_off.non_critical_retries=1", window = "edge.shedding.back_off.non_critical_window=";
  const Figure soon = [](const RunResult& result) { return mean_between(result, "load.prefetch.retries", 15s, 46s); };
  const Figure later = [](const RunResult& result) { return mean_between(result, "load.prefetch.retries", 48s, 60s); };
  const auto short_window = eager_prefetching({once, window + "100 ms"}), long_window = eager_prefetching({once, window + "40 s"});
  EXPECT_GT(difference(each(short_window, soon), each(long_window, soon)).low(), 0) << "they come back during the spike";
  EXPECT_GT(difference(each(long_window, later), each(short_window, later)).low(), 0) << "they come back after it";
}

Scenario gateway_and_api(std::vector<std::string> sets = {}) {
  return scenario_of(R"(streamtwin: 1
name: connections
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 60 s, warm_up: 5 s, window: 5 s}
services:
  zuul: {instances_per_zone: 1, cores: 4, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 2, cores: 32, cost: {median: 20 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, rate: 200 /s, timeout: 2 s}}
)",
                     std::move(sets), "connections.yaml");
}

TEST(Connections, AreKeptPerEventLoopUpToTheWaterline) {
  const auto connections = [](const std::string& set) { return kpi(run(gateway_and_api({"clock.warm_up=0 s", set})), "zuul.connections"); };
  const double requests = kpi(run(gateway_and_api({"clock.warm_up=0 s"})), "load.visitors.offered"),
               kept = connections("edge.connections.waterline=4");
  EXPECT_LT(kept, 0.01 * requests) << "four requests in flight are fewer than what four event loops keep of two servers";
  const auto soon_idle = [](const std::string& cores) {
    return kpi(run(gateway_and_api({"clock.warm_up=0 s", "edge.connections.idle_timeout=200 ms", "services.zuul.cores=" + cores})),
               "zuul.connections");
  };
  EXPECT_GT(soon_idle("64"), 10 * soon_idle("4")) << "more event loops, each with its own, which it seldom needs";
  EXPECT_NEAR(connections("edge.connections.waterline=0"), requests, 1) << "none are kept";
  EXPECT_NEAR(connections("edge.connections.max_requests_per_connection=10"), requests / 11, 0.02 * requests);
}

TEST(Connections, BeyondTheLimitAreRefusedAndNotTriedAgain) {
  const RunResult limited = run(gateway_and_api({"edge.connections.max_connections_per_host=1"}));
  const double refused = kpi(limited, "zuul.no_connection");
  EXPECT_GT(refused, 1000);
  EXPECT_EQ(kpi(limited, "zuul.retries"), 0);
  EXPECT_NEAR(kpi(limited, "load.visitors.failed"), refused, 3);
  EXPECT_EQ(kpi(run(gateway_and_api()), "zuul.no_connection"), 0);
}

// What a refusal leaves behind makes a server look busy that is idle: BestAvailable goes elsewhere, to fewer connections
// than there are. Without the leak it asks whoever has one free.
TEST(Connections, ThatWereRefusedLeaveTheServerLookingBusy) {
  const auto refused = [](const std::string& leak) {
    return kpi(
        run(gateway_and_api({"edge.connections.max_connections_per_host=2", "services.zuul.gateway.origins[0].balancer.rule=best_available",
                             "edge.connections.leak_on_max_connections=" + leak})),
        "zuul.no_connection");
  };
  EXPECT_GT(refused("true"), 1.5 * refused("false"));
}

// A machine that is back without the instance answers at once that nobody listens, on the connections that there were and
// on new ones: the other server is asked, and nobody notices.
TEST(Connections, ToAMachineThatRunsAgainAreReset) {
  Twin twin(
      gateway_and_api({"clock.warm_up=0 s", "edge.origin.read_timeout=30 s", "edge.origin.connect_timeout=20 s",
                       "services.api.boot_time=10 min", "method=[{at: 1 s, action: kill_instance, target: api/herea/0, lasts: 100 ms}]"}),
      RunPlan{});
  const Counter failed = twin.recorder().counter("load.visitors.failed"), retries = twin.recorder().counter("zuul.retries");
  twin.run_until(at(4s));
  const double silent = failed.total(), before = retries.total();
  EXPECT_LT(silent, 30) << "those of the tenth of a second in which it was off, and those that it was working on";
  twin.run_until(at(20s));
  EXPECT_EQ(failed.total(), silent);
  EXPECT_GT(retries.total(), before);
}

// Half of the machines are lost: connections to them are open at first, and what is sent over them is missed only when
// the read time-out is over. Of so few requests the 99.9th percentile is the slowest: one such wait and a second try.
TEST(Connections, ToALostMachineStaySilentUntilTheReadTimeOut) {
  const auto slowest = [](const std::string& read_timeout) {
    const RunResult lost = run(gateway_and_api({"clock.lasts=4 s", "clock.window=1 s", "edge.origin.read_timeout=" + read_timeout,
                                                "method=[{at: 1 s, action: kill_instance, target: api/herea/0}]"}));
    EXPECT_LT(kpi(lost, "load.visitors.offered"), 1000);
    EXPECT_GT(kpi(lost, "load.visitors.availability"), 0.98);
    return kpi(lost, "load.visitors.latency.p99_9");
  };
  EXPECT_NEAR(slowest("1 s"), 1.02, 0.02);
  EXPECT_NEAR(slowest("1.9 s"), 1.92, 0.03);
}

// What the retry table says of a method. A method is repeated or not after the same answers.
class RepeatedMethods : public testing::Test {
 protected:
  static double repeated(const std::string& method, std::vector<std::string> sets) {
    sets.insert(sets.end(), {"clock.lasts=10 s", "clock.window=1 s", "load.visitors.method=" + method});
    const RunResult result = run(gateway_and_api(std::move(sets)));
    return kpi(result, "zuul.retries") / kpi(result, "load.visitors.offered");
  }
};

TEST_F(RepeatedMethods, AfterAReadTimeOutReadsAlone) {
  const std::vector<std::string> silent{"edge.origin.read_timeout=100 ms", "services.api.cost.median=400 ms", "services.api.cores=256"};
  for (const char* method : {"get", "head", "options"}) EXPECT_NEAR(repeated(method, silent), 1, 0.05) << method;
  for (const char* method : {"post", "put", "delete", "other"}) EXPECT_EQ(repeated(method, silent), 0) << method;
}

TEST_F(RepeatedMethods, AfterA500ReadsAlone) {
  const std::vector<std::string> failing{"method=[{at: 0 s, action: add_errors, target: api, errors: 100 %}]"};
  EXPECT_NEAR(repeated("get", failing), 1, 0.05);
  EXPECT_EQ(repeated("post", failing), 0);
}

TEST_F(RepeatedMethods, AfterA503OrAFailureToConnectAll) {
  const std::vector<std::string> full{"services.api.queue_limit=0", "services.api.cores=1"};
  const std::vector<std::string> dead{"edge.connections.waterline=0", "method=[{at: 0 s, action: kill_instance, target: api/herea/0}]"};
  for (const char* method : {"get", "post"}) {
    EXPECT_GT(repeated(method, full), 0.3) << method;
    EXPECT_GT(repeated(method, dead), 0.01) << method << ": until the server is taken to be dead";
  }
}

// Answers take very different times, so that some servers have more to do than others.
Scenario uneven_work(std::vector<std::string> sets = {}) {
  return scenario_of(R"(streamtwin: 1
name: balancing
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 60 s, warm_up: 5 s, window: 5 s}
services:
  zuul: {instances_per_zone: 2, cores: 4, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 12, cores: 1, boot_time: 5 s, cost: {median: 10 ms, sigma: 1.2}}
load: {visitors: {target: api, entry: edge, rate: 400 /s, timeout: 5 s}}
)",
                     std::move(sets), "balancing.yaml");
}
const std::string by_two = "edge.balancing.technique=choice_of_two";

TEST(Balancing, ByTwoChoicesWaitsLessThanInTurn) {
  const auto slow = [](const Scenario& scenario) { return each(over_seeds(scenario), of("load.visitors.latency.p99")); };
  const std::string less_noise = "services.api.cost.sigma=1";
  EXPECT_GT(difference(slow(uneven_work({less_noise})), slow(uneven_work({less_noise, by_two}))).low(), 0);
}

// What a server has worked by the end of a run in which its predecessor died at the beginning.
double worked_by_the_newcomer(const std::string& warm_up) {
  Twin twin(uneven_work({by_two, "edge.balancing.choice_of_two.warm_up=" + warm_up, "load.visitors.rate=200 /s",
                         "method=[{at: 5 s, action: kill_instance, target: api/herea/0}]", "fleet.status_check=1 s",
                         "eureka.client.initial_registration_delay=1 s", "eureka.client.fetch_interval=2 s",
                         "eureka.server.read_only_cache_interval=2 s", "eureka.server_list_refresh=2 s"}),
            {});
  twin.run_until(twin.end());
  const services::Instance& newcomer = twin.parts().mesh.service("api").instances().back();
  EXPECT_TRUE(newcomer.launched_cold().has_value());
  return in_seconds(newcomer.execution.worked());
}

TEST(Balancing, ByTwoChoicesAsksANewServerLittleUntilItIsWarm) {
  const double at_once = worked_by_the_newcomer("0 s"), slowly = worked_by_the_newcomer("2 min");
  EXPECT_GT(slowly, 0.02 * at_once) << "but not nothing";
  EXPECT_LT(slowly, 0.4 * at_once);
}

TEST(Balancing, OverASubsetNeedsFewerConnections) {
  const auto connections = [](const std::string& subset) {
    return kpi(run(uneven_work({by_two, "load.visitors.rate=50 /s", "clock.warm_up=0 s", "edge.connections.waterline=-1",
                                "edge.connections.idle_timeout=1 s", "edge.balancing.subset=" + subset})),
               "zuul.connections");
  };
  EXPECT_LT(connections("3"), 0.5 * connections("0"));
  EXPECT_NEAR(connections("12"), connections("0"), 0.2 * connections("0")) << "that is all of them";
}

// Two regions; all visitors come to the western one, whose API can be lost while its gateways go on.
Scenario two_regions(std::vector<std::string> sets = {}) {
  return scenario_of(R"(streamtwin: 1
name: evacuation
regions:
  - {name: west, latitude: 45.6, longitude: -121.2, zones: 1}
  - {name: east, latitude: 38.9, longitude: -77.4, zones: 1}
clock: {lasts: 60 s, warm_up: 5 s, window: 5 s}
edge: {proxy_ramp: 20 s}
services:
  zuul: {instances_per_zone: 1, cores: 4, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}]}}
  api: {instances_per_zone: 1, cores: 32, cost: {median: 20 ms, sigma: 0}}
load: {visitors: {target: api, entry: edge, rate: 100 /s, timeout: 5 s, regions: {west: 1}}}
)",
                     std::move(sets), "evacuation.yaml");
}

TEST(CrossRegion, GatewaysProxyAGrowingShareUntilTheEvacuationEnds) {
  const RunResult evacuated = run(two_regions({"method=[{at: 10 s, action: proxy_region, target: west, lasts: 40 s}]"}));
  const double requests = kpi(evacuated, "load.visitors.offered"), proxied = kpi(evacuated, "zuul.proxied");
  EXPECT_NEAR(proxied / requests, (20 / 2.0 + 20) / 60, 0.02) << "none, half on average, all, and none again";
  EXPECT_NEAR(mean_between(evacuated, "zuul.proxied", 15s, 20s), 100 * 0.375, 12);
  EXPECT_EQ(kpi(evacuated, "load.visitors.availability"), 1);
  EXPECT_GT(kpi(evacuated, "load.visitors.latency.p90"), kpi(run(two_regions()), "load.visitors.latency.p90") + 0.04)
      << "a round trip over the continent";
}

TEST(CrossRegion, TheSaviourAnswersForARegionThatHasLostItsApi) {
  const std::string loss = "{at: 10 s, action: kill_instance, target: api/westa/0}";
  const double lost = kpi(run(two_regions({"method=[" + loss + "]"})), "load.visitors.availability");
  const double saved =
      kpi(run(two_regions({"edge.proxy_ramp=0 s", "method=[" + loss + ", {at: 10 s, action: proxy_region, target: west, to: east}]"})),
          "load.visitors.availability");
  EXPECT_LT(lost, 0.6);
  EXPECT_GT(saved, 0.99);
}

// One gateway retries, not both: with two retries each, three attempts a request and not nine.
TEST(CrossRegion, RetriesDoNotMultiplyOverTwoGateways) {
  const RunResult failing = run(
      two_regions({"edge.proxy_ramp=0 s", "edge.origin.max_retries=2",
                   "method=[{at: 0 s, action: add_errors, target: api, errors: 100 %}, {at: 0 s, action: proxy_region, target: west}]"}));
  EXPECT_NEAR(kpi(failing, "zuul.proxied"), kpi(failing, "load.visitors.offered"), 5);
  EXPECT_NEAR(kpi(failing, "zuul.retries"), 2 * kpi(failing, "load.visitors.offered"), 10);
}

}  // namespace
}  // namespace streamtwin
