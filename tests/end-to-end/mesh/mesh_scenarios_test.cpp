// The scenarios of the mesh show what they were written to show: each against its counterpart over the same five seeds,
// by the 99 % interval of the difference.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

using Phase = std::pair<Duration, Duration>;
Figure rate(std::string series, Phase phase) {
  return [=](const RunResult& result) { return mean_between(result, series, phase.first, phase.second); };
}

// Three of ten pages need what is slow for half of the time: fewer than a sixth of all.
TEST(MeshCascade, TakesPagesThatDoNotNeedWhatIsSlowAndHystrixStopsIt) {
  const std::vector<RunResult> bare = over_seeds(library_scenario("mesh-cascade"));
  const std::vector<double> lost_to_it = each(bare, of("load.visitors.availability"));
  const std::vector<double> guarded = each(over_seeds(library_scenario("mesh-cascade-hystrix")), of("load.visitors.availability"));
  EXPECT_LT(estimate(lost_to_it).high(), 1 - 0.3 * 0.5 - 0.1) << "lost are many more than need it";
  EXPECT_GT(estimate(guarded).low(), 0.999);
  EXPECT_GT(difference(guarded, lost_to_it).low(), 0.25);
  EXPECT_LT(estimate(each(bare, rate("service.web.utilisation", {25s, 50s}))).high(), 0.1) << "it is threads that are missing, not cores";
}

constexpr double shoppers = 175;
const Figure before = rate("load.shoppers.answered", {2s, 20s}), well_again = rate("load.shoppers.answered", {65s, 90s});

TEST(MeshRetryStorm, OutlivesItsCauseAndBudgetsEndIt) {
  const std::vector<RunResult> naive = over_seeds(library_scenario("mesh-retry-storm"));
  const std::vector<RunResult> budget = over_seeds(library_scenario("mesh-retry-budget"));
  EXPECT_GT(estimate(each(naive, before)).low(), 0.95 * shoppers);
  EXPECT_GT(estimate(each(budget, before)).low(), 0.95 * shoppers);
  EXPECT_LT(estimate(each(naive, well_again)).high(), 0.1 * shoppers) << "the store is as fast as before, and the shop is still down";
  EXPECT_GT(estimate(each(budget, well_again)).low(), 0.95 * shoppers);
  EXPECT_GT(difference(each(budget, well_again), each(naive, well_again)).low(), 0.85 * shoppers);
}

TEST(MeshRetryStorm, NeedsACause) {
  const Scenario calm = library_scenario("mesh-retry-storm", {"method=[]"});
  EXPECT_GT(estimate(each(over_seeds(calm), of("load.shoppers.availability"))).low(), 0.999)
      << "both states are stable under the same load";
}

// Beyond what the store can do, goodput falls to nothing when every request is tried again and again.
TEST(MeshRetryStorm, CostsGoodputUnderOverloadWhichBudgetsKeep) {
  const auto goodput = [&](const std::string& name) {
    return each(over_seeds(library_scenario(name, {"method=[]", "clock.lasts=40 s"}), 3, 2.0), rate("load.shoppers.answered", {20s, 40s}));
  };
  EXPECT_LT(estimate(goodput("mesh-retry-storm")).high(), 0.1 * shoppers);
  EXPECT_GT(estimate(goodput("mesh-retry-budget")).low(), shoppers) << "of the 265 a second that it can do";
}

TEST(MeshPrefetchSpike, LeavesPlaybackAloneWhereLoadIsShedByPriority) {
  const std::vector<RunResult> shedding = over_seeds(library_scenario("mesh-prefetch-spike"));
  const std::vector<RunResult> none = over_seeds(library_scenario("mesh-prefetch-spike", {"edge.shedding.cpu.enabled=false"}));
  const std::vector<double> playback = each(shedding, of("load.playback.availability"));
  EXPECT_GT(estimate(playback).low(), 0.994);
  EXPECT_GT(difference(playback, each(none, of("load.playback.availability"))).low(), 0.1);
  EXPECT_GT(difference(playback, each(shedding, of("load.discovery.availability"))).low(), 0.05) << "discovery degrades";
  EXPECT_GT(estimate(each(shedding, of("load.prefetch.availability"))).low(), 0.2);
}

std::vector<double> members_answered(std::vector<std::string> sets) {
  return each(over_seeds(library_scenario("mesh-zone-loss", std::move(sets))), of("load.members.availability"));
}

TEST(MeshZoneLoss, IsContainedByBalancersThatKeepToTheirZone) {
  EXPECT_GT(difference(members_answered({}), members_answered({"edge.elb.cross_zone=true"})).low(), 0.03);
}

// When only the gateways of a zone are lost, its load balancer node goes on taking connections: without the other
// zones' gateways it has nowhere to send them.
TEST(MeshZoneLoss, OfGatewaysAloneIsBorneByCrossZoneBalancing) {
  const std::string gateways =
      "method=[{at: 20 s, action: kill_instance, target: zuul/us-east-1b/0},"
      " {at: 20 s, action: kill_instance, target: zuul/us-east-1b/1}]";
  EXPECT_GT(difference(members_answered({gateways, "edge.elb.cross_zone=true"}), members_answered({gateways})).low(), 0.05);
}

const Figure in_time_while_slow = rate("load.buyers.answered", {25s, 55s});

std::vector<double> buyers_answered(const std::string& admission) {
  return each(over_seeds(library_scenario("mesh-adaptive-limit", {"services.checkout.admission=" + admission})), in_time_while_slow);
}

constexpr const char* fixed_limit = "{limit: fixed, fixed: 100}";

class MeshAdaptiveLimit : public testing::TestWithParam<const char*> {};
TEST_P(MeshAdaptiveLimit, AnswersInTimeWhatAFixedLimitAnswersTooLate) {
  const std::vector<double> fixed = buyers_answered(fixed_limit), adaptive = buyers_answered(GetParam());
  EXPECT_LT(estimate(fixed).high(), 50);
  EXPECT_GT(difference(adaptive, fixed).low(), 200) << "of the 290 a second that it can do";
}
INSTANTIATE_TEST_SUITE_P(All, MeshAdaptiveLimit, testing::Values("{limit: vegas}", "{limit: gradient}", "{limit: gradient2, window: {}}"),
                         [](const auto& kind) { return "limit_" + std::to_string(kind.index); });

// Gradient2's long-term average takes 600 samples: fed with every request it follows a lasting overload within seconds,
// takes it for normal and lets the limit grow (reported against concurrency-limits). Windows make it last ten minutes.
TEST(MeshAdaptiveLimit, Gradient2WithoutWindowsTakesTheOverloadForNormal) {
  EXPECT_LT(estimate(buyers_answered("{limit: gradient2}")).high(), 150);
}

}  // namespace
}  // namespace streamtwin
