// Classic mistakes are no errors: the scenario runs, and says at the place what will come of it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Time-outs that do not fit into each other have tests of their own: those of the libraries do not.
std::vector<std::string> texts_of(const std::vector<language::Diagnostic>& warnings) {
  std::vector<std::string> texts;
  for (const language::Diagnostic& warning : warnings) {
    std::string text = to_string(warning);
    if (text.find("what the client of the call may take") != std::string::npos) continue;
    if (text.find("own calls are given") == std::string::npos) texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> warnings_of(const std::string& front_call, const std::string& rest = "") {
  const std::string text = R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
load: {visitors: {target: front, rate: 1 /s)" +
                           rest + R"(}}
services:
  back: {cost: {median: 20 ms}}
  middle: {cost: {median: 100 ms}, calls: [{service: back}]}
  front:
    calls:
      - {service: middle)" +
                           front_call + "}\n";
  const auto loaded = language::parse<Scenario>(language::Document::from_text(text, "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return texts_of(loaded.warnings);
}

TEST(ScenarioWarnings, NoneForWhatIsInOrder) {
  EXPECT_THAT(warnings_of(""), IsEmpty());
  EXPECT_THAT(warnings_of(", pool: {max_queue_size: 5}, command: {timeout: 121 ms}"), IsEmpty());
}

TEST(ScenarioWarnings, AQueueLongerThanItsRejectionThreshold) {
  EXPECT_THAT(warnings_of(", pool: {max_queue_size: 100}"),
              ElementsAre(testing::AllOf(HasSubstr("mesh.yaml:10:"), HasSubstr("services.front.calls[0].pool.max_queue_size"),
                                         HasSubstr("room for 100"), HasSubstr("as soon as 5 wait"))));
  EXPECT_THAT(warnings_of(", pool: {max_queue_size: 100, queue_rejection_threshold: 100}"), IsEmpty());
  EXPECT_THAT(warnings_of(", pool: {max_queue_size: 100}, command: {isolation: semaphore}"), IsEmpty()) << "that pool is not used";
}

TEST(ScenarioWarnings, ATimeOutBelowWhatHalfOfTheAnswersTake) {
  EXPECT_THAT(warnings_of(", command: {timeout: 119 ms}"),
              ElementsAre(testing::AllOf(HasSubstr("command.timeout"), HasSubstr("119 ms"), HasSubstr("middle"), HasSubstr("120 ms"))));
  EXPECT_THAT(warnings_of(", client: {read_timeout: 119 ms}"), ElementsAre(HasSubstr("client.read_timeout")));
  EXPECT_THAT(warnings_of(", command: {timeout: 119 ms, timeout_enabled: false}"), IsEmpty());
}

TEST(ScenarioWarnings, RetriesThatMultiplyOverLayers) {
  EXPECT_THAT(warnings_of(", client: {retries_next_server: 4}", ", retry: {attempts: 3}"),
              ElementsAre(testing::AllOf(HasSubstr("services.back"), HasSubstr("becomes 30 tries"),
                                         HasSubstr("load.visitors x3 front x5 middle x2 back"))));
  EXPECT_THAT(warnings_of(", client: {retries_next_server: 4, retry_throttle: {enabled: true}}", ", retry: {attempts: 3}"), IsEmpty());
}

TEST(ScenarioWarnings, EjectionsThatAreNeverMade) {
  EXPECT_THAT(warnings_of(", client: {outlier_ejection: {}}"),
              ElementsAre(testing::AllOf(HasSubstr("client.outlier_ejection"), HasSubstr("one of middle's"), HasSubstr("10 %"))));
  EXPECT_THAT(warnings_of(", client: {outlier_ejection: {max_ejected: 50 %}}"), IsEmpty());
  EXPECT_THAT(warnings_of(", client: {outlier_ejection: {always_eject_one: true}}"), IsEmpty());
}

// The chain begins at the door that its workload comes in by: sign-ups do not go to the other entry.
TEST(ScenarioWarnings, OneForADrawnGraphWithItsWorstChain) {
  const auto warnings_with = [](std::vector<std::string> sets) {
    const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: drawn
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
services_from: {generator: {services: 100, entries: 2}}
load:
  play: {target: entry-00, entry: edge, rate: 1 /s}
  sign-up: {target: entry-01, entry: edge, rate: 1 /s, retry: {attempts: 3}}
)",
                                                                                "mesh.yaml", {.overrides = std::move(sets)}));
    EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
    return texts_of(loaded.warnings);
  };
  EXPECT_THAT(warnings_with({}), IsEmpty()) << "by themselves only the leaves are asked again after a time-out";
  const std::vector<std::string> warnings = warnings_with({"services.*.calls[*].client.retry_on.timeouts=true"});
  ASSERT_EQ(warnings.size(), 1u);
  const std::string& warning = warnings.front();
  EXPECT_THAT(warning, testing::AllOf(HasSubstr("mesh.yaml:4:"), HasSubstr("services_from.generator"), HasSubstr("fewer `retries`")));
  EXPECT_THAT(warning, testing::AnyOf(HasSubstr("(load.sign-up x3 zuul x2 entry-01 x2 "), HasSubstr("(zuul x2 entry-00 x2 ")));
  EXPECT_THAT(warning, testing::Not(HasSubstr("load.sign-up x3 zuul x2 entry-00")));
}

// A gateway, of 1 ms, before an API that takes 25 ms.
std::vector<std::string> warnings_at_edge(const std::string& edge, const std::string& workload, const std::string& rest = "",
                                          const std::string& back = "20 ms") {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(R"(streamtwin: 1
name: mesh
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
edge: {)" + edge + R"(}
load: {visitors: {target: api, entry: edge, rate: 1 /s)" + workload + R"(}}
services:
  zuul: {cost: {median: 1 ms}, gateway: {origins: [{service: api}]}}
  api: {cost: {median: 5 ms}, calls: [{service: back}]}
  back: {cost: {median: )" + back + R"(}}
)" + rest,
                                                                              "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return texts_of(loaded.warnings);
}

TEST(ScenarioWarnings, OfAGatewayThatDoesNotWaitForItsOrigin) {
  EXPECT_THAT(warnings_at_edge("origin: {read_timeout: 24 ms}", ""),
              ElementsAre(testing::AllOf(HasSubstr("mesh.yaml:4:"), HasSubstr("edge.origin.read_timeout"), HasSubstr("24 ms"),
                                         HasSubstr("api"), HasSubstr("25 ms"))));
  EXPECT_THAT(warnings_at_edge("origin: {read_timeout: 25 ms}", ""), IsEmpty());
}

TEST(ScenarioWarnings, OfClientsThatDoNotWaitForTheirAnswers) {
  EXPECT_THAT(warnings_at_edge("", ", timeout: 25 ms"),
              ElementsAre(testing::AllOf(HasSubstr("mesh.yaml:5:"), HasSubstr("load.visitors.timeout"), HasSubstr("26 ms"))));
  EXPECT_THAT(warnings_at_edge("", ", timeout: 27 ms"), IsEmpty());
  const std::string members = "open_connect: {}\nmembers: {play_timeout: ";
  EXPECT_THAT(warnings_at_edge("", "", members + "65 ms}\n", "60 ms"), ElementsAre(HasSubstr("members.play_timeout")));
  EXPECT_THAT(warnings_at_edge("", "", members + "67 ms}\n", "60 ms"), IsEmpty());
}

TEST(ScenarioWarnings, OfASubsetThatRibbonDoesNotKeepTo) {
  EXPECT_THAT(warnings_at_edge("balancing: {subset: 3}", ""), ElementsAre(HasSubstr("edge.balancing.subset")));
  EXPECT_THAT(warnings_at_edge("balancing: {subset: 3, technique: choice_of_two}", ""), IsEmpty());
}

std::vector<std::string> warnings_in(const std::string& service, const std::string& method) {
  const auto loaded = language::parse<Scenario>(language::Document::from_text(
      "streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0, zones: 1}]\n"
      "load: {visitors: {target: back, rate: 1 /s}, robots: {target: back, rate: 1 /s}}\nservices:\n  back: {" +
          service + "}\nmethod: [" + method + "]\n",
      "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return texts_of(loaded.warnings);
}

TEST(ScenarioWarnings, OfABacklogWithoutALimit) {
  EXPECT_THAT(warnings_in("admission: {backlog: {size: 5}}", ""), ElementsAre(HasSubstr("services.back.admission.backlog")));
  EXPECT_THAT(warnings_in("admission: {limit: fixed, backlog: {size: 5}}", ""), IsEmpty());
}

TEST(ScenarioWarnings, OfStepsOfTheLoadThatMultiply) {
  const std::string twice = "{at: 10 s, action: set_load, load: 100}, {at: 20 s, action: set_load, load: 50";
  EXPECT_THAT(warnings_in("", twice + "}"), ElementsAre(testing::AllOf(HasSubstr("method[1].load"), HasSubstr("5000 times"))));
  EXPECT_THAT(warnings_in("", twice + ", target: robots}"), testing::SizeIs(1)) << "the first is of all";
  EXPECT_THAT(warnings_in("", "{at: 10 s, action: set_load, load: 100, lasts: 10 s}, {at: 20 s, action: set_load, load: 50}"), IsEmpty());
  EXPECT_THAT(warnings_in("",
                          "{at: 10 s, action: set_load, load: 100, target: visitors}, "
                          "{at: 20 s, action: set_load, load: 50, target: robots}"),
              IsEmpty());
}

// By default a member makes four attempts, the gateway two of each and the API two of those.
TEST(ScenarioWarnings, ChainsOfRetriesBeginWithMembers) {
  const auto warnings = [](const std::string& attempts) {
    return warnings_at_edge("", "", "open_connect: {}\nmembers: {retry: {attempts: " + attempts + "}}\n");
  };
  EXPECT_THAT(warnings("4"), IsEmpty());
  EXPECT_THAT(warnings("16"), IsEmpty());
  EXPECT_THAT(warnings("17"), ElementsAre(testing::AllOf(HasSubstr("services.back"), HasSubstr("becomes 68 tries"),
                                                         HasSubstr("(members x17 zuul x2 api x2 back)"))));
}

// A chain as long as no recursion would go down, and whose calls all have too little time: three warnings, each short.
TEST(ScenarioWarnings, OneOfEachKindForALongChainFromAFile) {
  constexpr int services = 5'000;
  std::string rows = "caller,callee\n";
  for (int i = 0; i + 1 < services; ++i) rows += fmt::format("s{:05},s{:05}\n", i, i + 1);
  const ScratchFolder folder;
  folder.write("chain.csv", rows);
  const auto file = folder.write("mesh.yaml", R"(streamtwin: 1
name: chain
regions: [{name: here, latitude: 0, longitude: 0, zones: 1}]
load: {visitors: {target: s00000, rate: 1 /s, timeout: 1 h}}
services_from: {file: chain.csv}
)");
  const auto loaded = language::load<Scenario>(file);
  ASSERT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  const std::vector<std::string> warnings = texts_of(loaded.warnings);
  ASSERT_EQ(warnings.size(), 3u);
  const auto warning = [&](std::size_t i) { return warnings[i]; };
  EXPECT_THAT(warning(0), testing::AllOf(HasSubstr("mesh.yaml:5:"), HasSubstr("services_from.file"), HasSubstr("command.timeout"),
                                         HasSubstr("from s00000: 1 s"), HasSubstr("more of the calls")));
  EXPECT_THAT(warning(1), testing::AllOf(HasSubstr("services_from.file"), HasSubstr("client.read_timeout")));
  EXPECT_THAT(warning(2), testing::AllOf(HasSubstr("services_from.file"), HasSubstr("becomes no end of tries"),
                                         HasSubstr("(s00000 x2 s00001 x2 "), HasSubstr(" more ... x2 ")));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(warning(i).size(), 1000u);
}

std::vector<std::string> warnings_of_cache(const std::string& cache, const std::string& data) {
  const auto loaded = language::parse<Scenario>(
      language::Document::from_text("streamtwin: 1\nname: mesh\nregions: [{name: here, latitude: 0, longitude: 0}]\n"
                                    "load: {visitors: {target: front, rate: 1 /s}}\nservices:\n  disk: {store: {}}\n  near: {cache: {" +
                                        cache + "}}\n  front: {data: {cache: near, store: disk" + data + "}}\n",
                                    "mesh.yaml"));
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  return texts_of(loaded.warnings);
}

TEST(ScenarioWarnings, ACacheThatStoresNoItem) {
  EXPECT_THAT(warnings_of_cache("memory: 5 MB", ", item: 1 MB"), IsEmpty());
  EXPECT_THAT(
      warnings_of_cache("memory: 5 MB", ", item: 1.1 MB"),
      ElementsAre(testing::AllOf(HasSubstr("services.front.data.item"), HasSubstr("near never stores it"), HasSubstr("memcached"))));
  EXPECT_THAT(warnings_of_cache("memory: 5 MB, eviction: s3fifo", ", item: 490 kB"), IsEmpty());
  EXPECT_THAT(warnings_of_cache("memory: 5 MB, eviction: s3fifo", ", item: 500 kB"), ElementsAre(HasSubstr("s3fifo")));
  EXPECT_THAT(warnings_of_cache("memory: 5 MB, eviction: twoq", ", item: 1.2 MB"), IsEmpty());
  EXPECT_THAT(warnings_of_cache("memory: 5 MB, eviction: twoq", ", item: 1.3 MB"), ElementsAre(HasSubstr("twoq")));
  EXPECT_THAT(warnings_of_cache("memory: 5 MB, eviction: lru", ", item: 5.1 MB"), ElementsAre(HasSubstr("lru")));
}

TEST(ScenarioWarnings, ALifeThatMemcachedTakesForADate) {
  EXPECT_THAT(warnings_of_cache("", ", time_to_live: 29 d, kept_stale: 24 h"), IsEmpty());
  EXPECT_THAT(warnings_of_cache("", ", time_to_live: 30 d, kept_stale: 1 s"),
              ElementsAre(testing::AllOf(HasSubstr("services.front.data.time_to_live"), HasSubstr("30 days"))));
  EXPECT_THAT(warnings_of_cache("eviction: lru", ", time_to_live: 30 d, kept_stale: 1 s"), IsEmpty());
}

TEST(ScenarioWarnings, LessMemoryThanMemcachedTakes) {
  EXPECT_THAT(warnings_of_cache("memory: 1 MB", ""), ElementsAre(HasSubstr("services.near.cache.memory")));
  EXPECT_THAT(warnings_of_cache("memory: 1 MB, eviction: lru", ""), IsEmpty());
}

}  // namespace
}  // namespace streamtwin
