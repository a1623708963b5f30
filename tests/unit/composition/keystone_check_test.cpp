// What does not fit in a stream pipeline is said at its place: as an error where it cannot be, as a warning where it is hardly meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace streamtwin {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

auto streams_of(const std::string& keystone) {
  const std::string text = R"(streamtwin: 1
name: streams
regions: [{name: here, latitude: 0, longitude: 0, zones: 3}]
load: {visitors: {target: api, rate: 1 /s}}
services: {api: {}, kept: {cache: {}}}
keystone:
)" + keystone;
  return language::parse<Scenario>(language::Document::from_text(text, "streams.yaml"));
}

std::vector<std::string> stream_warnings_of(const std::string& keystone) {
  const auto loaded = streams_of(keystone);
  EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics);
  std::vector<std::string> texts;
  for (const language::Diagnostic& warning : loaded.warnings) texts.push_back(to_string(warning));
  return texts;
}

std::vector<std::string> stream_errors_of(const std::string& keystone) {
  const auto loaded = streams_of(keystone);
  std::vector<std::string> errors;
  for (const language::Diagnostic& diagnostic : loaded.diagnostics) errors.push_back(to_string(diagnostic));
  return errors;
}

const std::string in_order = "  topics: {plays: {service: api}}\n  sinks: {stream: {kind: kafka, topics: [plays]}}\n";

TEST(KeystoneCheck, SaysNothingOfWhatIsInOrder) {
  EXPECT_THAT(stream_warnings_of(in_order), IsEmpty());
  EXPECT_THAT(stream_warnings_of(in_order + "  consumer: {}\n  jobs: {sums: {reads: stream}}\n"), IsEmpty());
}

TEST(KeystoneCheck, WarnsOfFewerPartitionsThanBrokers) {
  EXPECT_THAT(stream_warnings_of("  fronting: {brokers: 2}\n  topics: {plays: {service: api, partitions: 5}}\n"
                                 "  sinks: {hive: {topics: [plays]}}\n"),
              ElementsAre(AllOf(HasSubstr("streams.yaml:8:"), HasSubstr("keystone.topics.plays.partitions"),
                                HasSubstr("fewer partitions than the 6 brokers"))));
}

TEST(KeystoneCheck, WarnsOfWhatNobodyReads) {
  EXPECT_THAT(stream_warnings_of("  topics: {plays: {service: api}}\n"),
              ElementsAre(AllOf(HasSubstr("streams.yaml:7:"), HasSubstr("keystone.topics.plays"), HasSubstr("read by nobody"))));
  EXPECT_THAT(stream_warnings_of(in_order + "  consumer: {}\n"),
              ElementsAre(AllOf(HasSubstr("streams.yaml:8:"), HasSubstr("keystone.sinks.stream"), HasSubstr("no consumers and no job"))));
}

TEST(KeystoneCheck, WarnsOfAConsumersClusterThatNothingIsWrittenTo) {
  EXPECT_THAT(stream_warnings_of("  topics: {plays: {service: api}}\n  sinks: {hive: {topics: [plays]}}\n  consumer: {}\n"),
              ElementsAre(HasSubstr("no sink is of kind kafka")));
}

TEST(KeystoneCheck, RefusesMoreCopiesThanBrokers) {
  EXPECT_THAT(stream_errors_of("  topics: {plays: {service: api, copies: 4}}\n  sinks: {hive: {topics: [plays]}}\n"),
              ElementsAre(AllOf(HasSubstr("streams.yaml:7:"), HasSubstr("at most the 3 brokers"))));
  EXPECT_THAT(stream_errors_of("  fronting: {brokers: 2}\n  topics: {plays: {service: api, copies: 4}}\n"
                               "  sinks: {stream: {kind: kafka, topics: [plays]}}\n  consumer: {}\n"),
              ElementsAre(HasSubstr("too few for the 4 copies of plays in here")));
}

TEST(KeystoneCheck, RefusesReadersOfWhatIsNoStream) {
  EXPECT_THAT(stream_errors_of(in_order + "  jobs: {sums: {reads: stream}}\n"), ElementsAre(HasSubstr("keystone.consumer")));
  EXPECT_THAT(stream_errors_of(in_order + "  jobs: {sums: {reads: streams}}\n  consumer: {}\n"), ElementsAre(HasSubstr("stream")));
  EXPECT_THAT(
      stream_errors_of("  topics: {plays: {service: api}}\n  sinks: {hive: {topics: [plays]}, stream: {kind: kafka, topics: [plays]}}\n"
                       "  consumer: {}\n  consumers: {bills: {reads: hive}}\n"),
      ElementsAre(AllOf(HasSubstr("keystone.consumers.bills.reads"), HasSubstr("hive is no stream"))));
}

TEST(KeystoneCheck, RefusesAHeartbeatThatIsNoneWithinASession) {
  EXPECT_THAT(stream_errors_of(in_order + "  consumer: {}\n  consumers: {bills: {reads: stream, group: {session: 2 s}}}\n"),
              ElementsAre(AllOf(HasSubstr("group.heartbeat"), HasSubstr("less than the session"))));
}

TEST(KeystoneCheck, RefusesToServeFromWhatKeepsData) {
  EXPECT_THAT(stream_errors_of(in_order + "  consumer: {}\n  jobs: {sums: {reads: stream, serves: {service: kept}}}\n"),
              ElementsAre(HasSubstr("keeps data")));
}

}  // namespace
}  // namespace streamtwin
