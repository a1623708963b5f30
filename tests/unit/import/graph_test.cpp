// Call graphs as tools export them become scenarios; each of these small ones holds a trap of its format.
#include "scenarios/import/graph.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/language.hpp"
#include "scenarios/scenario/scenario.hpp"
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
      R"({"s0": {"external_services": [{"seq_len": 1, "services": ["s1", "s2"], "probabilities": {"s1": 0.5, "s9": 1}}], "replicas": 2, "threads": 4, "cpu-limits": "1500m"},
    "s1": {"external_services": []}, "s2": {"external_services": [{"seq_len": 100, "services": ["s1"]}]}})");
  EXPECT_THAT(calls(scenario, "s0"), ElementsAre("s1 0.25 at 0", "s2 0.5 at 1")) << "one of two is drawn";
  EXPECT_THAT(calls(scenario, "s2"), ElementsAre("s1 1 at 0"));
  EXPECT_EQ(scenario.load.size(), 1u);
  EXPECT_EQ(scenario.services.at("s0").cores, 2) << "one and a half";
  EXPECT_THAT(refused(R"({"s0": {"external_services": [{"services": ["s7"]}]}})"),
              HasSubstr("s0 calls `s7`, which the model does not list"));
  EXPECT_THAT(remarks_, Contains(HasSubstr("`workers` and `threads` are left out")));
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

TEST_F(GraphImport, OfAlibabaCountsCallsToMemoryOneByOne) {
  const Scenario scenario = taken_over(
      "traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n"
      "t,0,0,USER,http,front,i,20\nt,1,0.1,front,mc,cache,k,1\nt,1,0.1,front,mc,cache,k,1\n");
  EXPECT_THAT(calls(scenario, "front"), ElementsAre("cache 1 at 0", "cache 1 at 1"));
}

TEST_F(GraphImport, OfGraphMLHeedsDefaultsAndDirections) {
  const auto graph = [](const std::string& edge) {
    return R"(<graphml><key id="w" for="edge" attr.name="weight"><default>0.25</default></key><graph edgedefault="directed"><node id="a"/><node id="b"/>)" +
           edge + "</graph></graphml>";
  };
  EXPECT_THAT(calls(taken_over(graph(R"(<edge source="a" target="b"/>)")), "a"), ElementsAre("b 0.25 at 0"));
  EXPECT_THAT(refused(graph(R"(<edge source="a" target="b" directed="false"/>)")), HasSubstr("between a and b has no direction"));
  EXPECT_THAT(refused(graph(R"(<node id="c"><port name="p"/></node>)")), HasSubstr("the node c has a <port>"));
}

TEST_F(GraphImport, OfGMLReadsLabelsAndWeights) {
  const Scenario scenario = taken_over(R"(# made by hand
Creator "someone [1]"
graph [
  directed 1
  comment "a graph"
  node [ id 1 label "front page" graphics [ x 1.5 y [ z 2 ] ] ]
  node [ id 2 ]
  node [ id 3 label "2" ]
  edge [ source 1 target 2 weight 1.5 ]
  edge [ source 2 target 3 label "x" ]
])");
  EXPECT_THAT(calls(scenario, "front-page"), ElementsAre("2 1 at 0", "2 0.5 at 1"));
  EXPECT_THAT(calls(scenario, "2"), ElementsAre("3 1 at 0")) << "a label that is taken gives way to the id";
  EXPECT_THAT(refused("graph [ node [ id 1 ] ]"), HasSubstr("graph.txt:1: its edges have no direction"));
  EXPECT_THAT(refused("graph [ directed 1\nedge [ source 1\ntarget 5 ] ]"),
              HasSubstr("graph.txt:2: an edge whose `source` or `target` is no node"));
  EXPECT_THAT(refused("graph [\ndirected 1\nnode [ id 1 "), HasSubstr("graph.txt:3: a list is not closed"));
  std::string deep = "graph [ x ";
  for (int i = 0; i < 60'000; ++i) deep += "[ x ";
  EXPECT_THAT(refused(deep), HasSubstr("deeper than 100 levels"));
}

TEST_F(GraphImport, OfKialiReadsRatesThatAreTexts) {
  const Scenario scenario = taken_over(R"({"elements": {"nodes": [
    {"data": {"id": "box", "nodeType": "box", "isBox": "app", "app": "cart"}}, {"data": {"id": "0", "workload": "unknown"}},
    {"data": {"id": "1", "app": "front", "workload": "front-v1"}}, {"data": {"id": "2", "service": "cart"}}, {"data": {"id": "3", "app": "cart", "version": "v1"}},
    {"data": {"id": "4", "app": "store"}}, {"data": {"id": "5", "app": "mongo"}}], "edges": [
    {"data": {"source": "0", "target": "1", "traffic": {"protocol": "http", "rates": {"http": "40.00", "httpPercentErr": "1.0"}}}},
    {"data": {"source": "1", "target": "2", "responseTime": "12", "traffic": {"protocol": "http", "rates": {"http": "20.00"}}}},
    {"data": {"source": "2", "target": "3", "traffic": {"protocol": "http", "rates": {"http": "20.00"}}}},
    {"data": {"source": "3", "target": "4", "responseTime": "4", "traffic": {"protocol": "grpc", "rates": {"grpc": "30.00"}}}},
    {"data": {"source": "3", "target": "5", "traffic": {"protocol": "tcp", "rates": {"tcp": "900.0"}}}}]}})");
  EXPECT_THAT(calls(scenario, "front"), ElementsAre("cart 0.5 at 0")) << "20 of 40 requests in a second";
  EXPECT_THAT(calls(scenario, "cart"), ElementsAre("store 1 at 0", "mongo 1 at 0", "store 0.5 at 1"));
  EXPECT_DOUBLE_EQ(scenario.load.at("front").rate->value(), 40) << "what comes from outside";
  EXPECT_DOUBLE_EQ(in_milliseconds(scenario.services.at("cart").cost.median), 6) << "12 less one and a half times 4";
  EXPECT_EQ(scenario.services.size(), 4u) << "boxes and the outside are no services";
  EXPECT_THAT(remarks_, AllOf(Contains(HasSubstr("1 edges within a service")), Contains(HasSubstr("1 edges of TCP"))));
  EXPECT_THAT(refused(R"({"elements": {"nodes": [{"data": {"id": "1"}}], "edges": [{"data": {"source": "1", "target": "7"}}]}})"),
              HasSubstr("an edge whose `target` is `7`, which is no node"));
}

TEST_F(GraphImport, OfTracesOfMuBenchCountsServicesByName) {
  const Scenario scenario = taken_over(R"({"s0__1": [{"s2__7": [{}], "s1__8": [{"s1__9": [{"s3__1": [{}]}]}]}, {"s2__5": [{}]}]})");
  EXPECT_THAT(calls(scenario, "s0"), ElementsAre("s2 1 at 0", "s1 1 at 1", "s2 1 at 1")) << "in the order of the file";
  EXPECT_THAT(calls(scenario, "s1"), ElementsAre("s3 1 at 0")) << "what a service does in calls to itself is its own work";
  EXPECT_THAT(remarks_, Contains(HasSubstr("1 calls of services to themselves")));
  EXPECT_THAT(refused(R"({"s0__1": [5]})"), HasSubstr("s0: expected calls in {}"));
}

TEST_F(GraphImport, OfUqSimWalksItsWays) {
  const auto node = [](int id, const char* service, const std::string& next, int first = 0, int last = -1) {
    return fmt::format(R"({{"node_id": {}, "service_name": "{}", "code_path": {}, "start_stage": {}, "end_stage": {}, "childs": [{}]}})",
                       id, service, service == std::string("client") ? -1 : 0, first, last, next);
  };
  const auto model = [](const char* name, const std::string& stages) {
    return fmt::format(R"({{"service_name": "{}", "base_freq": 2600, "cur_freq": 2600, "paths": [{{"code_path_id": 0, "stages": [{}]}}]}})",
                       name, stages);
  };
  const auto stage = [](int number, int ns, const char* batching = "false") {
    return fmt::format(R"({{"path_stage_id": {}, "batching": {}, "recv_time_model": {{"type": "expo", "latency": {}}}}})", number, batching,
                       ns);
  };
  std::filesystem::create_directory(folder_ / "microservice");
  folder_.write("microservice/nginx.json", model("nginx", stage(0, 1'000'000, "true") + "," + stage(1, 500'000)));
  folder_.write("microservice/leaf.json", model("leaf", stage(0, 250'000)));
  folder_.write("client.json", R"({"epoch_qps": [100, 300], "epoch_end_sec": [10, 20]})");
  const std::string path = "[{\"entry\": 0, \"probability\": 75, \"nodes\": [" + node(0, "nginx", "1, 2", 0, 0) + "," +
                           node(1, "cache", "3") + "," + node(2, "store", "3") + "," + node(3, "nginx", "4", 1, 1) + "," +
                           node(4, "cache", "5") + "," + node(5, "nginx", "6", 1) + "," + node(6, "client", "") +
                           "]}, {\"entry\": 7, \"probability\": 25, \"nodes\": [" + node(7, "nginx", "8") + "," + node(8, "client", "") +
                           "]}]";
  folder_.write("path.json", path);
  const std::string graph = R"({"microservices": [{"service_name": "nginx", "model_name": "nginx", "scheduler": {"cores": [1, 2, 3]}},
    {"service_name": "nginx", "model_name": "nginx", "scheduler": {"cores": [1, 2, 3]}}, {"service_name": "cache", "model_name": "leaf"},
    {"service_name": "store", "model_name": "leaf"}], "edges": [], "net_latency": 65000})";
  folder_.write("graph.json", graph);
  const Imported imported = import_graph(folder_.path(), folder_.path());
  const Scenario scenario = language::parse<Scenario>(language::Document::from_text(imported.scenario, "imported.yaml")).value;
  EXPECT_THAT(calls(scenario, "nginx"), ElementsAre("cache 0.75 at 0", "store 0.75 at 0", "cache 0.75 at 1"))
      << "a fan-out, a join, and a call after it";
  EXPECT_DOUBLE_EQ(in_milliseconds(scenario.services.at("nginx").cost.median), 0.75 * (1 + 0.5 + 0.5) + 0.25 * 1.5);
  EXPECT_DOUBLE_EQ(in_milliseconds(scenario.services.at("cache").cost.median), 0.25);
  EXPECT_EQ(scenario.services.at("nginx").cores, 3);
  EXPECT_EQ(scenario.services.at("nginx").instances_per_zone, 2);
  EXPECT_DOUBLE_EQ(scenario.load.at("nginx").rate->value(), 200);
  EXPECT_THAT(imported.remarks, Contains(HasSubstr("0.065 ms on the wire")));
  EXPECT_EQ(import_graph(folder_ / "graph.json", folder_.path()).remarks, imported.remarks);
  folder_.write("path.json", "[{\"entry\": 0, \"nodes\": [" + node(0, "nginx", "1") + "," + node(1, "cache", "0") + "]}]");
  EXPECT_THAT(refusal_of<ImportError>([&] { import_graph(folder_.path(), folder_.path()); }),
              HasSubstr("path.json: a way leads back to its entry 0"));
}

TEST_F(GraphImport, OfRelativesOfCallGraphsSayWhereToGo) {
  EXPECT_THAT(refused(R"({"user-service": {"addr": "user", "port": 9090, "connections": 512, "timeout_ms": 10000}})"),
              HasSubstr("DeathStarBench"));
  EXPECT_THAT(refused(R"({"microservices": [{"name": "a", "operations": []}]})"), HasSubstr("streamtwin import misim"));
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
