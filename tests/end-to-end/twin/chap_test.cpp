// Experiments on members in a whole run: who is sent where, what fails there and nowhere else, and how an experiment ends.
#include <cmath>
#include <map>
#include <set>

#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

/// Plays of a small platform, and an experiment on its API with a tenth of the members.
Scenario with_experiment(const std::string& experiment, std::vector<std::string> sets = {}) {
  sets.insert(sets.begin(), "chap.experiments.x=" + experiment);
  return scenario_of(R"(streamtwin: 1
name: experiments
clock: {weekday: wednesday, starts: 10 h, lasts: 8 min, warm_up: 10 s, window: 10 s}
regions: [{name: home, latitude: 25, longitude: 55, zones: 2}]
members:
  country: United Arab Emirates
  accounts: 4000
  plays_at_peak: 60 /s
  session: {median: 1 s, sigma: 0, shortest: 1 s}
  player: {start_chunks: 1}
open_connect: {titles: 300, sample: 2 %, title_length: 20 min, title_size: 500 MB}
services:
  zuul: {instances_per_zone: 1, cost: {median: 1 ms}, gateway: {origins: [{service: play}]}}
  play: {instances_per_zone: 2, boot_time: 20 s, calls: [{service: apps}, {service: steering, stage: 1}]}
  apps: {role: playback_apps, boot_time: 20 s, calls: [{service: plan, fallback: fixed_answer}]}
  steering: {role: steering}
  plan: {}
chap: {members_at_most: 1}
)",
                     std::move(sets), "chap.yaml");
}

double requests(const RunResult& result, std::string_view tier) {
  const auto found = std::find_if(result.tiers.begin(), result.tiers.end(), [&](const TierResult& one) { return one.name == tier; });
  return found->rps * 480;
}

TEST(Experiments, SendTheirMembersToClustersOfTheirOwn) {
  const RunResult result = run(with_experiment("{service: apps, lasts: 5 min, members: 10 %, instances: 2}"));
  const double experiment = kpi(result, "chap.x.experiment.plays"), control = kpi(result, "chap.x.control.plays");
  const double all = kpi(result, "plays.asked");
  EXPECT_NEAR(experiment / control, 1, 0.2);
  EXPECT_NEAR(experiment / all, 0.1 * 5 / 8, 0.015);
  EXPECT_NEAR(requests(result, "apps-x-experiment"), experiment, 0.05 * experiment) << "refused plays ask, too";
  EXPECT_NEAR(requests(result, "apps-x-control"), control, 0.05 * control);
  EXPECT_NEAR(requests(result, "apps"), requests(result, "play") - experiment - control, 0.05 * all);
  EXPECT_EQ(kpi(result, "chap.x.passed"), 1);
  EXPECT_EQ(kpi(result, "availability.end_to_end"), 1) << "nobody notices that members go elsewhere and come back";
}

TEST(Experiments, OfWhatAGatewayAsksGoByIt) {
  const RunResult result = run(with_experiment("{service: play, lasts: 5 min, members: 10 %}"));
  EXPECT_NEAR(requests(result, "play-x-experiment"), kpi(result, "chap.x.experiment.plays"), 0.05 * kpi(result, "chap.x.experiment.plays"));
  EXPECT_EQ(kpi(result, "availability.end_to_end"), 1);
}

TEST(Experiments, FailNobodyElsesCallsAndPassWhereAFallbackAnswers) {
  const RunResult result = run(with_experiment("{service: apps, lasts: 5 min, members: 10 %, failure: {callee: plan, errors: 1}}"));
  EXPECT_EQ(kpi(result, "chap.x.passed"), 1);
  EXPECT_GE(kpi(result, "fit.injected"), 20) << "what a circuit looks at";
  EXPECT_LT(kpi(result, "fit.injected"), 0.5 * requests(result, "apps-x-experiment")) << "which is open from then on";
  EXPECT_NEAR(kpi(result, "hystrix.fallbacks"), requests(result, "apps-x-experiment"), 2);
  EXPECT_EQ(kpi(result, "chap.x.members_harmed"), 0);
  EXPECT_TRUE(std::isnan(kpi(result, "chap.x.stopped_after")));
}

TEST(Experiments, AreStoppedWhereNothingAnswersAndHarmNobodyElse) {
  const RunResult result = run(with_experiment("{service: play, lasts: 5 min, members: 10 %, failure: {callee: apps, errors: 0.9}}"));
  EXPECT_EQ(kpi(result, "chap.x.passed"), 0);
  EXPECT_LE(kpi(result, "chap.x.stopped_after"), 90);
  EXPECT_LT(kpi(result, "chap.x.sps_ratio.upper"), 0.9);
  EXPECT_EQ(kpi(result, "chap.x.control.success"), 1);
  EXPECT_EQ(kpi(result, "plays.given_up"), kpi(result, "chap.x.plays_failed"));
  EXPECT_LE(kpi(result, "chap.x.members_harmed"), kpi(result, "chap.x.plays_failed"));
  EXPECT_EQ(result.experiments.back().conclusion, "deviates");
  EXPECT_LT(result.experiments.back().z, -3);
}

TEST(Experiments, EndInTimeToSayWhy) {
  const RunResult nowhere = run(with_experiment("{service: play, lasts: 5 min, members: 10 %, instances: 30}",
                                                {"fleet.scaling_machines=0", "chap.up_timeout=1 min"}));
  EXPECT_EQ(kpi(nowhere, "chap.x.experiment.plays"), 0);
  EXPECT_TRUE(std::isnan(kpi(nowhere, "chap.x.passed")));
  const RunResult late = run(with_experiment("{service: play, lasts: 1 h, members: 10 %}", {"clock.starts=16.9 h"}));
  EXPECT_EQ(late.experiments.back().conclusion, "hours_over");
  EXPECT_NEAR(in_seconds(late.experiments.back().time.time_since_epoch()), 350, 1) << "five o'clock";
}

}  // namespace
}  // namespace streamtwin
