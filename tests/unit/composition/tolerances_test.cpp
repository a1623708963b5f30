// Bounds on KPIs in the units in which people write them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/composition/kpis/tolerances.hpp"
#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

language::Loaded<Scenario> with_slo(const std::string& tolerance, const std::string& rest = "") {
  return language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: small
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
load: {shop: {target: front, rate: 1 /s}}
slos: [{kpi: )" + tolerance + "}]\nservices: {front: {}" + (rest.empty() ? "}\n" : "," + rest),
                                                                 "small.yaml"));
}

/// With members, whose KPIs have units of hours.
const std::string members =
    " zuul: {gateway: {origins: [{service: play}]}}, play: {role: playback_apps}, steering: {role: steering}}\nmembers: {}\n"
    "open_connect: {}\n";

double bound_of(const std::string& tolerance, const std::string& rest = "") {
  const auto loaded = with_slo(tolerance, rest);
  for (const auto& diagnostic : loaded.diagnostics) EXPECT_EQ(diagnostic.path.find("slos"), std::string::npos) << diagnostic.message;
  const Tolerance& slo = loaded.value.slos.at(0);
  const Bound bound = slo.at_least ? *slo.at_least : slo.at_most.value();
  EXPECT_EQ(bound.dimension, Dimension::plain) << "in the KPI's own unit";
  return bound.value;
}

std::string complaint(const std::string& tolerance) {
  const auto loaded = with_slo(tolerance);
  return loaded.ok() ? "" : loaded.diagnostics[0].path + ": " + loaded.diagnostics[0].message;
}

TEST(Tolerance, IsWrittenInTheUnitsOfItsKpi) {
  EXPECT_EQ(bound_of("load.shop.availability, at_least: 99.9 %"), 0.999);
  EXPECT_EQ(bound_of("load.shop.availability, at_least: 0.999"), 0.999);
  EXPECT_EQ(bound_of("load.shop.latency.p99, at_most: 250 ms"), 0.25);
  EXPECT_EQ(bound_of("load.shop.latency.p99, at_most: 3"), 3);
  EXPECT_EQ(bound_of("load.shop.goodput, at_least: 600 /min"), 10);
  EXPECT_EQ(bound_of("load.shop.failed, at_most: 7"), 7);
}

TEST(Tolerance, OfAKpiPerHourIsPerHour) {
  EXPECT_DOUBLE_EQ(bound_of("members.rebuffers_per_hour, at_most: 0.5 /min", members), 30);
  EXPECT_DOUBLE_EQ(bound_of("members.rebuffers_per_hour, at_most: 7 /h", members), 7);
  EXPECT_EQ(bound_of("members.rebuffers_per_hour, at_most: 7", members), 7);
  EXPECT_EQ(bound_of("members.hours_watched, at_least: 90 min", members), 1.5);
  EXPECT_EQ(bound_of("members.bitrate, at_least: 2 Mbps", members), 2e6);
  EXPECT_EQ(bound_of("delivery.bytes, at_least: 1 TB", members), 1e12);
}

TEST(Tolerance, OfAnotherDimensionIsRefusedWithTheReason) {
  EXPECT_THAT(complaint("load.shop.latency.p99, at_most: 3 %"),
              AllOf(HasSubstr("slos[0].at_most: load.shop.latency.p99 is a time, and the bound of 3 % is a share"),
                    HasSubstr("expected a unit of ns, us, ms, s, min, h, d, or a number in s")));
  EXPECT_THAT(complaint("load.shop.availability, at_least: 3 s"), HasSubstr("is a share, and the bound of 3 s is a time"));
  EXPECT_THAT(complaint("load.shop.failed, at_most: 1 %"), AllOf(HasSubstr("is a plain number"), HasSubstr("a number without a unit")));
  EXPECT_THAT(complaint("load.shop.goodput, at_least: 10 Mbps"), HasSubstr("is a rate, and the bound of 10 Mbps is a bit rate"));
  EXPECT_THAT(complaint("load.shop.latency.p99, at_most: 3 parsecs"), HasSubstr("the unit `parsecs`, which a bound does not have"));
  EXPECT_THAT(complaint("load.shop.latency.p99, at_most: soon"), HasSubstr("expected a bound such as `99.9 %`"));
}

TEST(Tolerance, IsOneScenarioHoweverItIsWritten) {
  const auto digest = [](const std::string& bound) {
    return language::digest_of(with_slo("load.shop.availability, at_least: " + bound).value);
  };
  EXPECT_EQ(digest("99.5 %"), digest("0.995"));
  EXPECT_NE(digest("99.5 %"), digest("99.4 %"));
}

TEST(Tolerance, IsJudgedInTheUnitOfTheKpi) {
  const Scenario scenario = with_slo("load.shop.latency.p99, at_most: 250 ms").value;
  const auto held = [&](double seconds) {
    return judge(scenario, {Kpi{.name = "load.shop.latency.p99", .value = seconds, .kind = KpiKind::duration}}, Instant{}, Instant{}).at(0);
  };
  EXPECT_EQ(held(0.2).held, true);
  EXPECT_EQ(held(0.3).held, false);
  EXPECT_EQ(held(0.3).expected(), "<= 0.25");
}

}  // namespace
}  // namespace streamtwin
