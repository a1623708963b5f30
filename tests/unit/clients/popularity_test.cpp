// Which keys the requests of a workload are about: by a law, by a table, and by the log that is replayed.
#include "models/clients/workload/popularity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/clients/workload/arrivals.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::workload {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

TEST(Popularity, OfAZipfLawFallsByThePowerOfTheRank) {
  const auto keys = popularity_of({.zipf = 0.7}, 4000);
  EXPECT_EQ(keys.titles(), 4000u);
  EXPECT_NEAR(keys.share(0).value() / keys.share(9).value(), std::pow(10, 0.7), 1e-9);
  EXPECT_NEAR(keys.share_of_top(4000).value(), 1, 1e-12);
}

TEST(Popularity, OfATableIsThatOfItsMostPopularKeys) {
  const ScratchFolder folder;
  PopularitySpec spec;
  spec.file.path = folder.write("keys.csv", "key,count\na,1\nb,6\nc,3\n").string();
  const auto all = popularity_of(spec, 1000);
  EXPECT_EQ(all.titles(), 3u);
  EXPECT_NEAR(all.share(0).value(), 0.6, 1e-12);
  EXPECT_NEAR(popularity_of(spec, 2).share(1).value(), 1.0 / 3, 1e-12);
}

TEST(RequestLog, NumbersKeysByTheirFirstAppearanceAndKnowsTheWork) {
  const RequestLog log = parse_request_log("log.csv", "sched_us,key,back_cpu_us\n5,k7,5298\n9,k3,\n12,k7,1407\n14,k1,0\n",
                                           {.key = "key", .work = {{"back", "back_cpu_us"}}});
  EXPECT_THAT(log.keys, ElementsAre(0, 1, 0, 2));
  EXPECT_THAT(log.shares, ElementsAre(0.5, 0.25, 0.25));
  EXPECT_THAT(log.work.at("back"),
              ElementsAre(FloatNear(5.298e-3f, 1e-9f), FloatNear(-1, 0), FloatNear(1.407e-3f, 1e-9f), FloatNear(0, 0)));
}

TEST(RequestLog, TakesWholeNumbersForTheKeysThatOthersHave) {
  EXPECT_THAT(parse_request_log("log.csv", "time,key\n5,3\n9,0\n12,3\n14,1\n", {}).keys, ElementsAre(3, 0, 3, 1));
  EXPECT_THAT(parse_request_log("log.csv", "time,key\n5,3\n9,0\n12,3\n14,1\n", {}).shares, ElementsAre(0.25, 0.25, 0, 0.5));
  EXPECT_THAT(parse_request_log("log.csv", "time,key\n5,3\n9,0.5\n12,3\n", {}).keys, ElementsAre(0, 1, 0));
}

TEST(RequestLog, SaysWhichColumnsThereAreAndWhichCellIsNoTime) {
  const std::string text = "sched_us,key,cpu_us\n5,1,9\n6,2,soon\n";
  EXPECT_THAT(refusal_of<std::invalid_argument>([&] { parse_request_log("log.csv", text, {.key = "kee"}); }),
              HasSubstr("log.csv:1: no column is called `kee`; there are sched_us, key, cpu_us"));
  EXPECT_THAT(refusal_of<std::invalid_argument>([&] {
                parse_request_log("log.csv", text, {.work = {{"back", "cpu_us"}}});
              }),
              HasSubstr("log.csv:3: expected a processor time, found `soon`"));
}

TEST(Arrivals, OfAFileSayWhichLineTheyAre) {
  const ScratchFolder folder;
  WorkloadSpec spec;
  spec.arrival_times = {"t.csv", folder.write("t.csv", "sched_us,key\n1000000,a\n1500000,b\n").string()};
  Arrivals arrivals(spec, at(0s), {}, 2);
  Random random(1, "load", "test");
  std::vector<std::size_t> lines;
  while (arrivals.next(random) != never) lines.push_back(arrivals.line());
  EXPECT_THAT(lines, ElementsAre(0, 0, 1, 1)) << "each twice, as the load is";
}

TEST(Arrivals, OfAFileMayBeginWithTheRun) {
  const ScratchFolder folder;
  WorkloadSpec spec;
  spec.arrival_times = {"t.csv", folder.write("t.csv", "0\n1.5\n").string()};
  spec.file_times.from = TimeZero::start_of_run;
  Arrivals arrivals(spec, at(12s), {}, 1);
  Random random(1, "load", "test");
  EXPECT_EQ(arrivals.next(random), at(0s));
  EXPECT_EQ(arrivals.next(random), at(1500ms));
}

}  // namespace
}  // namespace streamtwin::workload
