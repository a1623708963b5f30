// Call graphs as tools export them become scenarios; each of these small ones holds a trap of its format.
#include "scenarios/import/graph.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/language/scenario.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::import {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class GraphImport : public testing::Test {
 protected:
  Scenario taken_over(const std::string& text) {
    const Imported imported = import_graph(folder_.write("graph.txt", text), folder_.path());
    remarks_ = imported.remarks;
    const auto loaded = language::parse<Scenario>(language::Document::from_text(imported.scenario, "imported.yaml"));
    EXPECT_TRUE(loaded.ok()) << language::print(loaded.diagnostics) << imported.scenario;
    return loaded.value;
  }
  std::string refused(const std::string& text) {
    return refusal_of<ImportError>([&] { import_graph(folder_.write("graph.txt", text), folder_.path()); });
  }
  /// "back 0.5 at 1"
  static std::vector<std::string> calls(const Scenario& scenario, const std::string& caller) {
    std::vector<std::string> told;
    for (const services::CallSpec& call : scenario.services.at(caller).calls)
      told.push_back(call.service + " " + fmt::format("{:g}", call.probability.value()) + " at " + std::to_string(call.stage));
    return told;
  }

  const ScratchFolder folder_;
  Remarks remarks_;
};

TEST_F(GraphImport, OfDependenciesCountsCallsPerRequest) {
  const Scenario scenario = taken_over(R"({"data": [{"parent": "front", "child": "cart", "callCount": 40},
    {"parent": "cart", "child": "store", "callCount": 100}, {"parent": "cart", "child": "cart", "callCount": 7}, {"parent": "store", "child": "front", "callCount": 1}]})");
  EXPECT_THAT(calls(scenario, "cart"), ElementsAre("store 1 at 0", "store 1 at 1", "store 0.5 at 2")) << "2.5 calls of each of 40 requests";
  EXPECT_TRUE(scenario.services.at("store").calls.empty()) << "one call in a hundred closed the circle";
  EXPECT_THAT(remarks_, AllOf(Contains(HasSubstr("7 calls (cart -> cart)")), Contains(HasSubstr("store -> front"))));
}

TEST_F(GraphImport, OfJaegerCountsClientAndServerSpanOnce) {
  const Scenario scenario =
      taken_over(R"({"data": [{"traceID": "t", "processes": {"p1": {"serviceName": "front"}, "p2": {"serviceName": "back"}}, "spans": [
    {"traceID": "t", "spanID": "1", "processID": "p1", "startTime": 0, "duration": 10000},
    {"traceID": "t", "spanID": "2", "processID": "p1", "startTime": 1000, "duration": 4000, "references": [{"refType": "CHILD_OF", "spanID": "1"}], "tags": [{"key": "span.kind", "value": "client"}]},
    {"traceID": "t", "spanID": "3", "processID": "p2", "startTime": 900500, "duration": 3000, "references": [{"refType": "CHILD_OF", "spanID": "2"}], "tags": [{"key": "span.kind", "value": "server"}]},
    {"traceID": "t", "spanID": "4", "processID": "p1", "startTime": 6000, "duration": 2000, "references": [{"refType": "CHILD_OF", "spanID": "1"}],
     "tags": [{"key": "span.kind", "value": "client"}, {"key": "peer.service", "value": "redis/0"}]}]}]})");
  EXPECT_THAT(calls(scenario, "front"), ElementsAre("back 1 at 0", "redis-0 1 at 1"))
      << "one after the other, the last to who writes no spans";
  EXPECT_DOUBLE_EQ(in_milliseconds(scenario.services.at("front").cost.median), 4) << "by the caller's clock";
  EXPECT_DOUBLE_EQ(in_milliseconds(scenario.services.at("back").cost.median), 3);
  EXPECT_EQ(scenario.load.at("front").target, "front");
}

TEST_F(GraphImport, OfZipkinKnowsSpansThatClientAndServerShare) {
  const Scenario scenario = taken_over(
      R"([[{"traceId": "a", "id": "1", "kind": "SERVER", "timestamp": 1, "duration": 900, "localEndpoint": {"serviceName": "front"}},
    {"traceId": "a", "id": "2", "parentId": "1", "kind": "CLIENT", "timestamp": 100, "duration": 500, "localEndpoint": {"serviceName": "front"}},
    {"traceId": "a", "id": "2", "parentId": "1", "kind": "SERVER", "shared": true, "timestamp": 150, "duration": 400, "localEndpoint": {"serviceName": "back"}},
    {"traceId": "a", "id": "3", "parentId": "2", "kind": "CLIENT", "timestamp": 200, "duration": 100, "localEndpoint": {"serviceName": "back"}, "remoteEndpoint": {"serviceName": "mysql"}}]])");
  EXPECT_THAT(calls(scenario, "front"), ElementsAre("back 1 at 0"));
  EXPECT_THAT(calls(scenario, "back"), ElementsAre("mysql 1 at 0"));
}

TEST_F(GraphImport, OfOpenTelemetryReadsLinesAndBothSpellings) {
  const Scenario scenario = taken_over(
      R"({"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "front"}}]}, "scopeSpans": [{"spans": [{"traceId": "t", "spanId": "1", "kind": 2, "startTimeUnixNano": "1000000", "endTimeUnixNano": "5000000"}]}]}]})"
      "\n"
      R"({"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "back"}}]}, "instrumentationLibrarySpans": [{"spans": [{"traceId": "t", "spanId": "2", "parentSpanId": "1", "kind": "SPAN_KIND_SERVER", "startTimeUnixNano": 2000000, "endTimeUnixNano": 3000000}]}]}]})"
      "\n");
  EXPECT_THAT(calls(scenario, "front"), ElementsAre("back 1 at 0"));
  EXPECT_NEAR(in_milliseconds(scenario.services.at("front").cost.median), 3, 1e-9);
}

TEST_F(GraphImport, OfIsotopeReadsScripts) {
  const Scenario scenario = taken_over(R"(apiVersion: isotope.istio.io/v1alpha1
kind: MockServiceGraph
defaults: {numReplicas: 3}
services:
- name: a
  isEntrypoint: true
  script:
  - sleep: 10ms
  - - call: b
    - call: {service: c, probability: 25}
  - call: c
- name: b
  numReplicas: 2
- name: c
)");
  EXPECT_THAT(calls(scenario, "a"), ElementsAre("b 1 at 1", "c 0.25 at 1", "c 1 at 2"));
  EXPECT_EQ(scenario.services.at("a").instances_per_zone, 3);
  EXPECT_EQ(scenario.services.at("b").instances_per_zone, 2);
  EXPECT_DOUBLE_EQ(in_milliseconds(scenario.services.at("a").cost.median), 10);
  EXPECT_THAT(refused("kind: MockServiceGraph\nservices: [{name: a, script: [{call: d}]}]\n"),
              HasSubstr("a calls d, which `services` does not list"));
}

TEST_F(GraphImport, OfMuBenchReadsGroups) {
  const Scenario scenario = taken_over(
      R"({"s0": {"external_services": [{"seq_len": 1, "services": ["s1", "s2"], "probabilities": {"s1": 0.5, "s9": 1}}], "replicas": 2},
    "s1": {"external_services": []}, "s2": {"external_services": [{"seq_len": 100, "services": ["s1"]}]}})");
  EXPECT_THAT(calls(scenario, "s0"), ElementsAre("s1 0.25 at 0", "s2 0.5 at 1")) << "one of two is drawn";
  EXPECT_THAT(calls(scenario, "s2"), ElementsAre("s1 1 at 0"));
  EXPECT_EQ(scenario.load.size(), 1u);
}

TEST_F(GraphImport, OfGraphMLReadsKeysAndNamespaces) {
  const Scenario scenario = taken_over(R"(<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
    <key id="d0" for="node" attr.name="name" attr.type="string"/><key id="d1" for="edge" attr.name="weight" attr.type="double"/>
    <graph edgedefault="directed"><node id="n0"><data key="d0">front page</data></node><node id="n1"/>
    <edge source="n0" target="n1"><data key="d1">1.5</data></edge></graph></graphml>)");
  EXPECT_THAT(calls(scenario, "front-page"), ElementsAre("n1 1 at 0", "n1 0.5 at 1"));
  EXPECT_THAT(refused("<graphml><graph edgedefault=\"undirected\"/></graphml>"), HasSubstr("edges have no direction"));
  EXPECT_THAT(refused("<graphml><graph><hyperedge/></graph></graphml>"), HasSubstr("<hyperedge>"));
  EXPECT_THAT(refused("<graphml>\n<graph>"), HasSubstr("no XML"));
  std::string deep;
  for (int i = 0; i < 60'000; ++i) deep += "<a>";
  EXPECT_THAT(refused(deep), HasSubstr("deeper than 100 levels"));
}

TEST_F(GraphImport, OfAlibabaCountsACallOnceAndLeavesSelfCallsOut) {
  const Scenario scenario = taken_over(
      "traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n"
      "t,0,0,USER,http,front,i,20\n"
      "t,1,0.1,front,rpc,back,j,8\nt,1,0.1,front,rpc,back,j,-6\n"
      "t,2,0.1.1,(?),mc,cache,k,1\n"
      "t,10,0.2,front,rpc,front,l,3\n");
  EXPECT_THAT(calls(scenario, "front"), ElementsAre("back 1 at 0"));
  EXPECT_THAT(calls(scenario, "back"), ElementsAre("cache 1 at 0")) << "the caller is the callee of the row above";
  EXPECT_EQ(scenario.services.size(), 3u) << "the outside is no service";
  EXPECT_THAT(remarks_, Contains(HasSubstr("1 calls of services to themselves")));
}

TEST_F(GraphImport, OfWhatIsNoCallGraphSaysWhatIs) {
  EXPECT_THAT(refused("caller,callee\na,b\n"), AllOf(HasSubstr("not recognised"), HasSubstr("services_from")));
  EXPECT_THAT(refused("{\"a\": 1}"), AllOf(HasSubstr("graph.txt"), HasSubstr("resourceSpans")));
  EXPECT_THAT(refused(std::string(60'000, '[')), HasSubstr("deeper than 200 levels"));
  EXPECT_THAT(refused("[{\"parent\": \"a\", \"callCount\": 1}]"), HasSubstr("entry 0"));
  EXPECT_THAT(refused("{\"a\": \n{\"b\": 1e999}}"), HasSubstr("graph.txt:2:7: a number that is too large"));
}

}  // namespace
}  // namespace streamtwin::import
