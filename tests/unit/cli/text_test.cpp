// What the terminal shows.
#include "scenarios/cli/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/cli/output.hpp"
#include "scenarios/results/comparison.hpp"
#include "tests/unit/results/example.hpp"

namespace streamtwin::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Readable, GivesQuantitiesInTheUnitThatPeopleUse) {
  EXPECT_EQ(readable(0.0712, KpiKind::duration), "71.2 ms");
  EXPECT_EQ(readable(3e-6, KpiKind::duration), "3 us");
  EXPECT_EQ(readable(12.345, KpiKind::duration), "12.35 s");
  EXPECT_EQ(readable(7200, KpiKind::duration), "120.0 min");
  EXPECT_EQ(readable(4.93e6, KpiKind::bitrate), "4.93 Mbps");
  EXPECT_EQ(readable(-1.5e9, KpiKind::bytes), "-1.5 GB");
  EXPECT_EQ(readable(0, KpiKind::bytes), "0 B");
  EXPECT_EQ(readable(0.9999, KpiKind::duration), "1 s");
  EXPECT_EQ(readable(0.9994, KpiKind::duration), "999 ms");
  EXPECT_EQ(readable(0.00099999, KpiKind::duration), "1 ms");
  EXPECT_EQ(readable(999.9e6, KpiKind::bitrate), "1 Gbps");
  EXPECT_EQ(readable(2.5e16, KpiKind::bytes), "25 PB");
  EXPECT_EQ(readable(0.99931, KpiKind::share), "0.99931");
  EXPECT_EQ(readable(5214220, KpiKind::count), "5214220");
  EXPECT_EQ(readable(12, KpiKind::rate), "12 /s");
  EXPECT_EQ(readable(unknown, KpiKind::duration), "-");
}

TEST(Printable, IsUtf8WithoutCharactersThatPlayWithTheTerminal) {
  EXPECT_EQ(printable("S\u00e3o Paulo\n\t\u6771"), "S\u00e3o Paulo\n\t\u6771");
  EXPECT_EQ(printable("caf\xe9s"), "caf\ufffds");
  EXPECT_EQ(printable("a\x1b[31m\rb\u009bc"), "a\ufffd[31m\ufffdb\ufffdc");
  EXPECT_EQ(printable("pay\u202etroll\u2066"), "pay\ufffdtroll\ufffd");
  EXPECT_EQ(printable("\xe2\x80"), "\ufffd\ufffd");
  EXPECT_EQ(printable(""), "");
}

TEST(Safe, TakesControlCharactersOutOfTextFromAScenario) {
  EXPECT_EQ(safe("a\x1b[31mred\nnext\x7f"), "a [31mred next ");
  EXPECT_EQ(safe("S\u00e3o Paulo"), "S\u00e3o Paulo");
  EXPECT_EQ(safe("a\u009b31mred"), "a 31mred");
  EXPECT_EQ(safe("abcdef", 3), "abc...");
  EXPECT_EQ(safe("ab\u00e3o", 3), "ab...") << "no half of a character";
  EXPECT_EQ(safe("ab\u00e3o", 4), "ab\u00e3...");
}

TEST(ResultText, ShowsVerdictsFirstAndSaysThatASingleRunHasNoIntervals) {
  const std::string text = result_text(example_result(), false);
  EXPECT_THAT(text, HasSubstr("held   slo         availability 0.999 (expected >= 0.99)"));
  EXPECT_THAT(text, HasSubstr("(expected <= 8 s); the run could not tell"));
  EXPECT_LT(text.find("availability"), text.find("plays.started"));
  EXPECT_THAT(text, HasSubstr("a single run has no intervals"));
  EXPECT_THAT(text, HasSubstr("AUDIT: session: 1 disappeared"));
  EXPECT_THAT(text, Not(HasSubstr("edge.zuul")));
  EXPECT_THAT(result_text(example_result(), true), AllOf(HasSubstr("edge.zuul"), HasSubstr("kill_site ixp-FRA")));
}

TEST(ResultText, ShowsIntervalsOfReplications) {
  std::vector<RunResult> runs{example_result(1), example_result(2)};
  runs[1].kpis[0].value = 1010;
  runs[1].verdicts[0].held = false;
  const std::string text = result_text(combined(runs), false);
  EXPECT_THAT(text, HasSubstr("BROKE  slo         availability"));
  EXPECT_THAT(text, HasSubstr("held in 1 of 2 runs"));
  EXPECT_THAT(text, HasSubstr("95 % interval"));
  EXPECT_THAT(text, HasSubstr("941.47 .. 1068.5"));  // 1005 plus and minus 12.706 * 5
}

TEST(ResultText, MarksAPartialRun) {
  RunResult result = example_result();
  result.partial = true;
  EXPECT_THAT(result_text(result, false), HasSubstr("PARTIAL"));
}

TEST(Comparison, IsByPairsOfSeedsWhereThereAreSome) {
  const RunResult a = example_result(1), b = example_result(2);
  EXPECT_FALSE(compared(a, b, {})[0].difference.lower);
  std::vector<std::pair<RunResult, RunResult>> pairs;
  for (int seed = 1; seed <= 5; ++seed) {
    RunResult left = example_result(seed), right = left;
    left.kpis[0].value = 1000 + 10 * seed;
    right.kpis[0].value = left.kpis[0].value + 5 + 0.1 * seed;
    pairs.emplace_back(left, right);
  }
  const auto rows = compared(a, b, pairs);
  EXPECT_TRUE(rows[0].significant());
  EXPECT_NEAR(rows[0].difference.mean, 5.3, 1e-9);
  EXPECT_FALSE(rows[1].significant());
}

TEST(Comparison, ShowsKpisThatOnlyOneSideHas) {
  RunResult a = example_result(1), b = example_result(2);
  a.kpis.erase(a.kpis.begin() + 1);
  b.kpis.erase(b.kpis.begin());
  const auto rows = compared(a, b, {});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].name, "plays.started");
  EXPECT_TRUE(std::isnan(rows[0].b));
  EXPECT_EQ(rows[2].name, "plays.start_delay.p99");
  EXPECT_TRUE(std::isnan(rows[2].a));
}

TEST(HeadroomText, NamesTheLoadAndTheTierThatBreaksFirst) {
  std::vector<LoadResult> loads{{1, example_result()}, {2, example_result()}, {1.5, example_result()}};
  EXPECT_THAT(headroom_text(loads), HasSubstr("held at every load"));
  loads[1].result.verdicts[0].held = loads[2].result.verdicts[0].held = false;
  EXPECT_THAT(headroom_text(loads), HasSubstr("breaks at load 1.5, in tier edge.zuul"));
}

}  // namespace
}  // namespace streamtwin::cli
