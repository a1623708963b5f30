// What members see when appliances die or are full: players hold the dead back, reach all of their lists and come to a
// new one.
#include <gtest/gtest.h>

#include "scenarios/composition/kpis/kpis.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/composition/twin/twin.hpp"
#include "tests/end-to-end/runs.hpp"

namespace streamtwin {
namespace {

// The largest site of Germany goes off for good a minute into the measurement.
RunResult lost_site(const std::vector<std::string>& but = {}) {
  std::vector<std::string> sets{"clock.lasts=5 min",
                                "clock.warm_up=30 s",
                                "members.plays_at_peak=2 /s",
                                "members.accounts=8000",
                                "members.session.median=6 min",
                                "open_connect.sample=0.4 %",
                                "method=[{at: 1 min, action: kill_site, target: fra001.ix}]"};
  sets.insert(sets.end(), but.begin(), but.end());
  Twin twin(library_scenario("friday-night", sets), RunPlan{});
  twin.run_until(twin.end());
  return twin.result();
}

TEST(FailingAppliances, ALostSiteCostsHardlyAnyPlayNorAnyBuffer) {
  const RunResult result = lost_site();
  EXPECT_GT(kpi(result, "delivery.failed_requests"), 10);
  EXPECT_GT(kpi(result, "availability.end_to_end"), 0.98);
  EXPECT_LT(kpi(result, "members.rebuffer_ratio"), 0.01);
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
}

// Whoever goes back to the dead every few seconds, as soon as its short hold is over, meets silence again and again.
TEST(FailingAppliances, ShortHoldsMeetTheDeadMoreOften) {
  EXPECT_GT(kpi(lost_site({"members.switching.hold=1 s"}), "delivery.failed_requests"), 1.2 * kpi(lost_site(), "delivery.failed_requests"));
}

// With appliances that are all full, nobody gets in, in finite time: at the start of the run, too.
TEST(FailingAppliances, FullOnesTurnEverybodyAwayAndTheRunGoesOn) {
  const RunResult result = lost_site({"method=[]", "clock.lasts=60 s", "open_connect.seat=1 Gbps", "open_connect.sample=0.01 %"});
  EXPECT_GT(kpi(result, "plays.given_up"), 0);
  EXPECT_EQ(result.audit_errors, std::vector<std::string>{});
}

const TimelineEvent& first_event(const RunResult& result, const std::string& kind) {
  const auto found =
      std::find_if(result.timeline.begin(), result.timeline.end(), [&](const TimelineEvent& event) { return event.kind == kind; });
  if (found == result.timeline.end()) throw std::logic_error("no event " + kind);
  return *found;
}

// Probes of appliances behind a port that is cut are silent, and players go on to the next of their lists.
TEST(CutLinks, OfAppliancesAreFeltAsAppliancesThatAreOff) {
  const RunResult cut = lost_site({"method=[{at: 1 min, action: cut_link, target: fra001.ix}]"});
  const RunResult ports = lost_site({"method=[{at: 1 min, action: cut_link, target: 50 % of fra001.ix}]"});
  EXPECT_GT(kpi(cut, "delivery.failed_requests"), 10);
  EXPECT_GT(kpi(ports, "delivery.failed_requests"), 10);
  EXPECT_GT(kpi(cut, "availability.end_to_end"), 0.98);
  EXPECT_NE(first_event(ports, "cut_link").text.find("of them"), std::string::npos);
}

TEST(CutLinks, OfAClientGroupLeaveNobodyToAsk) {
  const RunResult none = lost_site({"method=[{at: 1 min, action: cut_link, target: client groups, lasts: 1 min}]"});
  EXPECT_GT(kpi(none, "plays.failed.unreachable"), 10) << "the cloud cannot be reached either";
  EXPECT_GT(kpi(none, "plays.started"), 10) << "and afterwards it can";
}

TEST(SlowLinks, MakePicturesPoorer) {
  const auto bitrate = [](const char* speed) {
    return kpi(lost_site({std::string{"method=[{at: 0 s, action: slow_link, target: client groups, speed: "} + speed + "}]"}),
               "members.bitrate");
  };
  EXPECT_LT(bitrate("5 %"), 0.8 * bitrate("100 %"));
}

const RunResult& calm() {
  static const RunResult result = lost_site({"method=[]"});
  return result;
}

std::string step(const std::string& rest) { return "method=[{at: 1 min, lasts: 2 min, " + rest + "}]"; }

TEST(CutNetworks, OfClientGroupsAreCutsOfTheirAccess) {
  const RunResult network = lost_site({step("action: cut_network, target: client groups")});
  const RunResult link = lost_site({step("action: cut_link, target: client groups")});
  EXPECT_GT(kpi(network, "plays.failed.unreachable"), 10);
  for (const char* figure : {"plays.failed.unreachable", "plays.started", "delivery.failed_requests", "members.rebuffer_ratio"})
    EXPECT_EQ(kpi(network, figure), kpi(link, figure)) << figure;
}

// The cloud is asked for titles and for nothing else.
TEST(CutNetworks, FromTheCloudLeaveThoseWhoWatchAlone) {
  const RunResult cut = lost_site({step("action: cut_network, target: client groups, to: eu-west-1")});
  EXPECT_EQ(kpi(calm(), "plays.failed.unreachable") + kpi(calm(), "plays.failed.time_out"), 0);
  EXPECT_GT(kpi(cut, "plays.failed.unreachable") + kpi(cut, "plays.failed.time_out"), 10);
  EXPECT_GT(kpi(cut, "plays.given_up"), 10);
  EXPECT_EQ(kpi(cut, "delivery.failed_requests"), kpi(calm(), "delivery.failed_requests"));
  EXPECT_EQ(cut.audit_errors, std::vector<std::string>{});
}

TEST(DisturbedNetworks, OfClientGroupsMakePicturesPoorerOrPlaysLater) {
  const RunResult lossy = lost_site({step("action: disturb_network, target: client groups, latency: 30 ms, loss: 8 %")});
  EXPECT_LT(kpi(lossy, "members.bitrate"), 0.9 * kpi(calm(), "members.bitrate"));
  const RunResult slow = lost_site({step("action: disturb_network, target: client groups, to: eu-west-1, latency: 300 ms")});
  EXPECT_NEAR(kpi(slow, "members.bitrate") / kpi(calm(), "members.bitrate"), 1, 0.05);
  EXPECT_GT(kpi(slow, "plays.answer_delay.p99"), kpi(calm(), "plays.answer_delay.p99") + 0.4) << "there and back";
}

TEST(ClientsDns, OfClientGroupsFailsThemAlone) {
  const RunResult all = lost_site({step("action: fail_client_dns, target: client groups")});
  EXPECT_GT(kpi(all, "plays.given_up"), 10);
  EXPECT_EQ(kpi(all, "delivery.failed_requests"), kpi(calm(), "delivery.failed_requests")) << "who watches goes on";
  const RunResult some = lost_site({step("action: fail_client_dns, target: 30 % of client groups")});
  EXPECT_GT(kpi(some, "plays.given_up"), 0);
  EXPECT_LT(kpi(some, "plays.given_up"), 0.7 * kpi(all, "plays.given_up"));
}

}  // namespace
}  // namespace streamtwin
