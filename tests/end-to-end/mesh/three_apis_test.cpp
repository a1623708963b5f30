// The three families of APIs behind one gateway, and how they stand up to a slow service on event loops and with a
// thread for each request. By the 99 % interval over the same three seeds, on a
// shortened run.
#include "tests/end-to-end/mesh/comparisons.hpp"

namespace streamtwin {
namespace {

const std::vector<std::string> threads{"services.play-api.execution.model=blocking_threads",
                                       "services.discovery-api.execution.model=blocking_threads",
                                       "services.signup-api.execution.model=blocking_threads"};
const std::vector<std::string> calm{"method=[]", "clock.lasts=12 s"};

std::vector<std::string> both(std::vector<std::string> sets, const std::vector<std::string>& more) {
  sets.insert(sets.end(), more.begin(), more.end());
  return sets;
}

class ThreeApis : public testing::Test {
 protected:
  static std::vector<RunResult> runs(const std::vector<std::string>& sets) {
    return over_seeds(library_scenario("three-apis", both({"clock.lasts=30 s", "clock.warm_up=5 s"}, sets)), 3);
  }
};

TEST_F(ThreeApis, AnswerAlikeOnEventLoopsAndThreadsWhileAllIsWell) {
  const std::vector<RunResult> loops = runs(calm), blocking = runs(both(threads, calm));
  for (const char* load : {"plays", "pages", "signups"}) {
    const std::string prefix = std::string("load.") + load;
    EXPECT_GT(estimate(each(loops, of(prefix + ".availability"))).low(), 0.99) << load;
    EXPECT_GT(estimate(each(blocking, of(prefix + ".availability"))).low(), 0.99) << load;
    const double typical = estimate(each(loops, of(prefix + ".latency.p50"))).mean;
    const Estimate slower = difference(each(blocking, of(prefix + ".latency.p50")), each(loops, of(prefix + ".latency.p50")));
    EXPECT_LT(std::abs(slower.mean), 0.1 * typical) << load << ": neither waits for the other's resource";
  }
}

TEST_F(ThreeApis, LosePagesToAServiceThatTurnsSlowOnlyWhereRequestsHoldThreads) {
  const std::vector<RunResult> loops = runs({}), blocking = runs(threads);
  const Figure pages = of("load.pages.availability");
  EXPECT_GT(estimate(each(loops, pages)).low(), 0.999);
  EXPECT_GT(difference(each(loops, pages), each(blocking, pages)).low(), 0.02) << "waiting costs threads";
  EXPECT_LT(estimate(each(loops, of("load.pages.latency.p99"))).high(), 1) << "pages take longer by what is slow";
  EXPECT_GT(estimate(each(blocking, of("load.plays.availability"))).low(), 0.999) << "plays do not need what is slow";
  EXPECT_GT(estimate(each(blocking, of("load.signups.availability"))).low(), 0.98);
}

// Plays write a log entry that matters less than they do. Where the service of the entries is short of cores it drops
// those of plays; other callers of the same importance as a play are let in.
TEST_F(ThreeApis, ShedLogEntriesBeforeThePlaysThatTheyBelongTo) {
  const std::vector<std::string> short_of_cores{"services.session-events.cores=1", "services.session-events.instances_per_zone=1",
                                                "services.session-events.cost.median=25 ms",
                                                "services.session-events.shedding={enabled: true, throttling_threshold: 0.5, capacity: 1}"};
  const std::vector<std::string> as_their_play{"services.play-api.calls[7].priority=0", "load.plays.priority=0"};
  const auto shed = [](const std::vector<RunResult>& results) {
    return each(results, [](const RunResult& result) { return mean_between(result, "service.session-events.shed", 0s, 12s); });
  };
  const std::vector<RunResult> marked = runs(both(short_of_cores, calm));
  const std::vector<double> dropped = shed(marked), alike = shed(runs(both(both(short_of_cores, as_their_play), calm)));
  for (std::size_t seed = 0; seed < dropped.size(); ++seed) EXPECT_GT(dropped[seed], alike[seed] + 5) << "nothing is more important than 0";
  EXPECT_GT(estimate(each(marked, of("load.plays.availability"))).low(), 0.999) << "a play does without its entry";
}

// Members press play through the same gateway while others browse and sign up.
TEST_F(ThreeApis, TakeMembersBesideWorkloads) {
  const std::string text = R"(streamtwin: 1
name: three-apis-members
include: [three-apis.yaml, parts/three-apis-members.yaml, parts/germany.yaml]
clock: {lasts: 60 s, warm_up: 10 s}
members: {accounts: 2000, plays_at_peak: 1 /s}
open_connect: {sample: 0.4 %}
load: {plays: {rate: 20 /s}, pages: {rate: 50 /s}}
method: []
)";
  const auto beside = std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "scenarios" / "library" / "three-apis-members.yaml";
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, beside));
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  const RunResult result = run(loaded.value);
  EXPECT_GT(kpi(result, "availability.end_to_end"), 0.99);
  for (const char* load : {"plays", "pages", "signups"})
    EXPECT_GT(kpi(result, std::string("load.") + load + ".availability"), 0.99) << load;
}

}  // namespace
}  // namespace streamtwin
