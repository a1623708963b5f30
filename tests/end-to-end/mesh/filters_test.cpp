// What a gateway's filters do to a run: they take time, have room for so many, send strangers away and route by paths.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

const std::string filtered_text = R"(streamtwin: 1
name: filters
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
clock: {lasts: 20 s, warm_up: 2 s, window: 2 s}
services:
  zuul: {instances_per_zone: 1, cores: 4, cost: {median: 0.2 ms, sigma: 0}, gateway: {origins: [{service: api}, {service: signup}]}}
  api: {instances_per_zone: 2, cores: 32, cost: {median: 20 ms, sigma: 0}}
  signup: {instances_per_zone: 1, cores: 32, cost: {median: 40 ms, sigma: 0}}
load:
  visitors: {target: api, entry: edge, rate: 200 /s, timeout: 3 s}
  newcomers: {target: signup, entry: edge, rate: 20 /s, timeout: 3 s}
)";

RunResult filtered(std::vector<std::string> sets) { return run(scenario_of(filtered_text, std::move(sets), "filters.yaml")); }

TEST(Filters, TakeTheirTimeBeforeAndAfterTheEndpoint) {
  const RunResult plain = filtered({});
  const RunResult slower =
      filtered({"edge.filters=[{name: geo, takes: 5 ms}, {name: headers, phase: outbound, takes: 3 ms},"
                " {name: fraud, services: [signup], takes: 20 ms}]"});
  const auto longer = [&](const std::string& load) {
    return kpi(slower, "load." + load + ".latency.p50") - kpi(plain, "load." + load + ".latency.p50");
  };
  EXPECT_NEAR(longer("visitors"), 0.008, 0.001);
  EXPECT_NEAR(longer("newcomers"), 0.028, 0.001);
  EXPECT_EQ(kpi(slower, "zuul.filter_rejections"), 0);
}

TEST(Filters, LetRequestsPassThatTheyHaveNoRoomFor) {
  const RunResult full = filtered({"edge.filters=[{name: slow, takes: 500 ms, concurrency_limit: 20}]"});
  const double requests = kpi(full, "load.visitors.offered") + kpi(full, "load.newcomers.offered");
  EXPECT_NEAR(kpi(full, "zuul.filter_rejections") / requests, 1 - 40.0 / 220, 0.02) << "40 a second get in";
  EXPECT_EQ(kpi(full, "load.visitors.availability"), 1);
  EXPECT_LT(kpi(full, "load.visitors.latency.p50"), 0.03);
  EXPECT_GT(kpi(full, "load.visitors.latency.p90"), 0.5);
  const RunResult by_the_global_limit = filtered({"edge.filters=[{name: slow, takes: 500 ms}]", "edge.filter_concurrency_limit=20"});
  EXPECT_EQ(kpi(by_the_global_limit, "zuul.filter_rejections"), kpi(full, "zuul.filter_rejections"));
}

TEST(Filters, AnEndpointWithoutRoomAnswersAnErrorThatIsNotRepeated) {
  const RunResult full = filtered({"edge.filters=[{name: proxy, phase: endpoint, concurrency_limit: 4}]"});
  EXPECT_GT(kpi(full, "zuul.filter_rejections"), 500);
  EXPECT_EQ(kpi(full, "load.visitors.failed") + kpi(full, "load.newcomers.failed"), kpi(full, "zuul.filter_rejections"));
  EXPECT_EQ(kpi(full, "zuul.retries"), 0);
}

TEST(Authentication, SendsStrangersAwayAtTheEdge) {
  const std::vector<std::string> closed{"edge.authentication.enabled=true", "load.visitors.credentials=70 %",
                                        "load.newcomers.credentials=0 %", "edge.authentication.exempt=[signup]"};
  const RunResult result = filtered(closed);
  const double strangers = kpi(result, "zuul.unauthorised");
  EXPECT_NEAR(strangers / kpi(result, "load.visitors.offered"), 0.3, 0.03);
  EXPECT_NEAR(mean_between(result, "service.api.rps", 0s, 20s), 140, 10) << "the API does not hear of them";
  EXPECT_EQ(kpi(result, "load.visitors.failed"), 0) << "a 401 is an answer, which nobody repeats";
  EXPECT_EQ(kpi(filtered({closed[1], closed[2]}), "zuul.unauthorised"), 0) << "nobody authenticates unless told to";
  std::vector<std::string> no_exemption = closed;
  no_exemption.back() = "edge.authentication.exempt=[]";
  EXPECT_NEAR(kpi(filtered(no_exemption), "zuul.unauthorised") - strangers, kpi(result, "load.newcomers.offered"), 2);
}

// The visitors' median request is a stranger's, who waits only for the filters that run nevertheless.
TEST(Authentication, SkipsTheFiltersThatDoNotOverrideItsStop) {
  const auto median = [](const std::string& overrides) {
    return kpi(filtered({"edge.authentication.enabled=true", "load.visitors.credentials=10 %",
                         "edge.filters=[{name: audit, takes: 100 ms, overrides_stop: " + overrides + "}]"}),
               "load.visitors.latency.p50");
  };
  EXPECT_LT(median("false"), 0.01);
  EXPECT_NEAR(median("true"), 0.1, 0.01);
}

TEST(Routes, LeadPathsToServicesAndAnswer404WithoutOne) {
  const std::string routes = "edge.routes=[{path: /, service: signup}, {path: /shop, service: api}]";
  const RunResult routed = filtered({routes, "load.visitors.path=/shop/items", "load.newcomers.path=/shop"});
  EXPECT_EQ(kpi(routed, "zuul.no_route"), 0);
  EXPECT_NEAR(mean_between(routed, "service.api.rps", 0s, 20s), 220, 12) << "not to their target: by the longer route";
  const RunResult lost = filtered({"edge.routes=[{path: /shop, service: api}]", "load.visitors.path=/shopping"});
  EXPECT_NEAR(kpi(lost, "zuul.no_route"), kpi(lost, "load.visitors.offered"), 2);
  EXPECT_EQ(mean_between(lost, "service.api.rps", 0s, 20s), 0);
  EXPECT_NEAR(mean_between(lost, "service.signup.rps", 0s, 20s), 20, 3) << "without a path by the target";
  EXPECT_EQ(kpi(filtered({"load.visitors.path=/shopping"}), "zuul.no_route"), 0) << "without routes, too";
}

TEST(Routes, LeadOnlyToOriginsOfTheGateway) {
  const auto said = [](const std::string& set) {
    const auto loaded = language::parse<Scenario>(language::Document::from_text(filtered_text, "filters.yaml", {.overrides = {set}}));
    return language::print(loaded.diagnostics);
  };
  EXPECT_NE(said("edge.routes=[{path: /x, service: zuul}]").find("zuul is no origin of the gateway zuul"), std::string::npos);
  EXPECT_NE(said("edge.routes=[{path: x, service: api}]").find("begins with `/`"), std::string::npos);
  EXPECT_NE(said("edge.filters=[{name: a, phase: endpoint}, {name: b, phase: endpoint}]").find("one endpoint"), std::string::npos);
}

}  // namespace
}  // namespace streamtwin
