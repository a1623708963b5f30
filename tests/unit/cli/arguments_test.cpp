// The command line: what it means, and what it refuses and how.
#include "scenarios/cli/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamtwin::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <class T>
T parsed(const std::vector<std::string>& words) {
  const Arguments arguments = parse(words);
  if (const auto* said = std::get_if<Said>(&arguments)) ADD_FAILURE() << said->text;
  return std::get<T>(arguments);
}

std::string refused(const std::vector<std::string>& words) {
  const Arguments arguments = parse(words);
  const auto* said = std::get_if<Said>(&arguments);
  if (!said) return "(accepted)";
  EXPECT_EQ(said->status, 2);
  return said->text;
}

TEST(Arguments, OfRunHaveSensibleDefaults) {
  const auto run = parsed<RunArguments>({"run", "friday-night"});
  EXPECT_EQ(run.scenario, "friday-night");
  EXPECT_EQ(run.seed, 1u);
  EXPECT_EQ(run.replications, 1);
  EXPECT_THAT(run.loads, ElementsAre(1));
  EXPECT_TRUE(run.report);
  EXPECT_FALSE(run.out || run.until || run.trace);
}

TEST(Arguments, OfRunAreTakenInAnyOrder) {
  const auto run = parsed<RunArguments>({"run",
                                         "--seed",
                                         "7",
                                         "--set",
                                         "a.b=1",
                                         "x.yaml",
                                         "--set",
                                         "c[d].e=f g",
                                         "--out",
                                         "o",
                                         "--replications=10",
                                         "--jobs",
                                         "2",
                                         "--until",
                                         "30 min",
                                         "--scale-load",
                                         "1,1.2,2",
                                         "--trace-request",
                                         "slowest",
                                         "--verbose",
                                         "--no-report"});
  EXPECT_EQ(run.scenario, "x.yaml");
  EXPECT_EQ(run.seed, 7u);
  EXPECT_THAT(run.sets, ElementsAre("a.b=1", "c[d].e=f g"));
  EXPECT_EQ(run.out, "o");
  EXPECT_EQ(run.replications, 10);
  EXPECT_EQ(run.jobs, 2);
  EXPECT_EQ(run.until, 30min);
  EXPECT_THAT(run.loads, ElementsAre(1, 1.2, 2));
  EXPECT_EQ(std::get<TraceWish>(*run.trace), TraceWish::slowest);
  EXPECT_TRUE(run.verbose);
  EXPECT_FALSE(run.report);
}

TEST(Arguments, TraceARequestByItsNumber) {
  EXPECT_EQ(std::get<std::uint64_t>(*parsed<RunArguments>({"run", "x", "--trace-request", "18446744073709551614"}).trace),
            18446744073709551614u);
  EXPECT_EQ(std::get<TraceWish>(*parsed<RunArguments>({"run", "x", "--trace-request", "failed"}).trace), TraceWish::failed);
}

TEST(Arguments, OfRunSayUntilWhenReplicationsAreAdded) {
  const auto run =
      parsed<RunArguments>({"run", "x", "--until-half-width", "load.a[b=c].p99=5%", "--until-half-width", "b=0.01", "--budget", "60"});
  ASSERT_EQ(run.half_widths.size(), 2u);
  EXPECT_EQ(run.half_widths[0].kpi, "load.a[b=c].p99");
  EXPECT_DOUBLE_EQ(run.half_widths[0].of_mean.value(), 0.05);
  EXPECT_DOUBLE_EQ(run.half_widths[1].of_mean.value(), 0.01);
  EXPECT_EQ(run.replications, 60);
  EXPECT_EQ(parsed<RunArguments>({"run", "x", "--until-half-width", "b=1%"}).replications, 1000);
}

TEST(Arguments, ThatCannotBeMeantAreRefusedWithWhatWasExpected) {
  EXPECT_THAT(refused({"run"}), HasSubstr("FILE is required"));
  EXPECT_THAT(refused({"run", "x", "--seed", "-1"}), AllOf(HasSubstr("--seed"), HasSubstr("'-1'"), HasSubstr("whole number")));
  EXPECT_THAT(refused({"run", "x", "--seed", "99999999999999999999"}), HasSubstr("--seed"));
  EXPECT_THAT(refused({"run", "x", "--seed", "7x"}), HasSubstr("--seed"));
  EXPECT_THAT(refused({"run", "x", "--replications", "0"}), HasSubstr("from 1 to 10000"));
  EXPECT_THAT(refused({"run", "x", "--replications", "1e3"}), HasSubstr("whole number"));
  EXPECT_THAT(refused({"run", "x", "--until-half-width", "a"}), HasSubstr("KPI=SHARE"));
  EXPECT_THAT(refused({"run", "x", "--until-half-width", "a=5s"}), HasSubstr("KPI=SHARE"));
  EXPECT_THAT(refused({"run", "x", "--until-half-width", "a=50%"}), HasSubstr("at most 10 %"));
  EXPECT_THAT(refused({"run", "x", "--until-half-width", "a=5%", "--replications", "9"}), HasSubstr("excludes"));
  EXPECT_THAT(refused({"run", "x", "--until-half-width", "a=5%", "--scale-load", "1,2"}), HasSubstr("excludes"));
  EXPECT_THAT(refused({"run", "x", "--budget", "9"}), HasSubstr("--until-half-width is required"));
  EXPECT_THAT(refused({"run", "x", "--until", "30"}), HasSubstr("with its unit"));
  EXPECT_THAT(refused({"run", "x", "--until", "-5 min"}), HasSubstr("--until"));
  EXPECT_THAT(refused({"run", "x", "--scale-load", "1,,2"}), HasSubstr("list of factors"));
  EXPECT_THAT(refused({"run", "x", "--scale-load", "1,0"}), HasSubstr("list of factors"));
  EXPECT_THAT(refused({"run", "x", "--scale-load", "1,nan"}), HasSubstr("list of factors"));
  EXPECT_THAT(refused({"run", "x", "--scale-load", "1,2,2.0"}), HasSubstr("different factors"));
  EXPECT_THAT(refused({"run", "x", "--trace-request", "fastest"}), HasSubstr("'slowest' or 'failed'"));
  EXPECT_THAT(refused({"run", "x", "--set", "members.accounts"}), HasSubstr("path=value"));
  EXPECT_THAT(refused({"run", "x", "--quiet", "--verbose"}), HasSubstr("excludes"));
  EXPECT_THAT(refused({"run", "x", "--replication", "3"}), HasSubstr("--replication"));
  EXPECT_THAT(refused({"run", "x", "y"}), HasSubstr("y"));
  EXPECT_THAT(refused({"simulate", "x"}), AllOf(HasSubstr("no verb 'simulate'"), HasSubstr("describe")));
  EXPECT_THAT(refused({"compair", "a", "b"}), HasSubstr("did you mean `compare`?"));
  EXPECT_THAT(refused({}), HasSubstr("subcommand"));
}

TEST(Arguments, OfTheOtherVerbs) {
  EXPECT_THAT(parsed<ValidateArguments>({"validate", "a.yaml", "b.yaml"}).files, ElementsAre("a.yaml", "b.yaml"));
  EXPECT_EQ(parsed<DescribeArguments>({"describe", "a.yaml", "--set", "x=1"}).sets.size(), 1u);
  EXPECT_EQ(parsed<TraceArguments>({"trace", "d"}).folder, "d");
  parsed<ListArguments>({"list"});
  EXPECT_FALSE(parsed<SchemaArguments>({"schema"}).results);
  EXPECT_TRUE(parsed<SchemaArguments>({"schema", "--results"}).results);
  EXPECT_EQ(parsed<CompletionArguments>({"completion", "zsh"}).shell, "zsh");
  EXPECT_THAT(refused({"completion", "tcsh"}), HasSubstr("tcsh"));
  parsed<ManArguments>({"man"});
}

TEST(Arguments, OfCacheTraceAreListsInTheOrderGiven) {
  const auto arguments =
      parsed<CacheTraceArguments>({"cache-trace", "t.bin", "--policy", "sieve, lru-ttl", "--size", "10,1.5KiB", "--ttl", "1min"});
  EXPECT_THAT(arguments.policies, ElementsAre(eviction::Kind::sieve, eviction::Kind::lru_ttl));
  ASSERT_EQ(arguments.sizes.size(), 2u);
  EXPECT_EQ(arguments.sizes[0].size, 10u);
  EXPECT_EQ(arguments.sizes[0].weight, eviction::Weight::one);
  EXPECT_EQ(arguments.sizes[1].text, "1.5KiB");
  EXPECT_EQ(arguments.sizes[1].size, 1536u);
  EXPECT_EQ(arguments.sizes[1].weight, eviction::Weight::recorded);
  EXPECT_EQ(arguments.time_to_live, 60s);
  EXPECT_THAT(refused({"cache-trace", "t.bin", "--policy", "s3-fifo", "--size", "10"}), HasSubstr("did you mean `s3fifo`?"));
  EXPECT_THAT(refused({"cache-trace", "t.bin", "--policy", "lru"}), HasSubstr("--size is required"));
}

TEST(Arguments, OfVerbsThatPythonAnswersArePassedOnUntouched) {
  const std::vector<std::string> words{"report", "x", "--out", "a=1,2", "--help"};
  EXPECT_EQ(parsed<PythonArguments>(words).words, words);
}

TEST(Arguments, HelpListsEveryVerbAndTheExitCodes) {
  const auto help = std::get<Said>(parse({"--help"}));
  EXPECT_EQ(help.status, 0);
  for (const char* verb : {"run", "list", "describe", "validate", "compare", "replicate", "sweep", "report", "trace", "schema", "import",
                           "fenzo", "cache-trace", "completion", "130"}) {
    EXPECT_THAT(help.text, HasSubstr(verb));
  }
  EXPECT_THAT(help.text, Not(HasSubstr("manual"))) << "for those who package the program";
  const std::string of_run = std::get<Said>(parse({"run", "--help"})).text;
  EXPECT_THAT(of_run, HasSubstr("--scale-load"));
  EXPECT_TRUE(of_run.find("Exit status:") != std::string::npos && of_run.find("Exit status:") == of_run.rfind("Exit status:")) << "once";
  EXPECT_EQ(std::get<Said>(parse({"--version"})).status, 0);
}

}  // namespace
}  // namespace streamtwin::cli
