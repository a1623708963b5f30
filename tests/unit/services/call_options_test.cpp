// What a call may have besides: a filter of the registry's list, answers shared within a request, and a dashboard that looks.
#include <set>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

/// `front` calls `back`, of which there are two instances in each of three zones.
std::map<std::string, ServiceSpec> front_of(const CallSpec& call) {
  ServiceSpec back = service_of(10ms, 100);
  back.instances_per_zone = 2;
  return {{"back", back}, {"front", service_of(1ms, 100, {call})}};
}

std::size_t servers_kept(Backend& backend) { return caller_of(backend.instance("front")).outgoing(0).balancer.list().size(); }

TEST(ListFilters, KeepEverythingUnlessTold) {
  Backend backend(front_of(call_to("back")), Seed{1}, MeshSpec{}, 3);
  EXPECT_EQ(servers_kept(backend), 6u);
}

TEST(ListFilters, KeepTheOwnZoneWhileItHasEnoughServers) {
  CallSpec call = call_to("back");
  call.balancer.zone_affinity.affinity = true;
  Backend backend(front_of(call), Seed{1}, MeshSpec{}, 3);
  EXPECT_EQ(servers_kept(backend), 2u);
}

TEST(ListFilters, KeepAllZonesWhereTheOwnOneHasTooFew) {
  CallSpec call = call_to("back");
  call.balancer.zone_affinity = {.affinity = true, .available_min = 3};
  Backend backend(front_of(call), Seed{1}, MeshSpec{}, 3);
  EXPECT_EQ(servers_kept(backend), 6u);
}

TEST(ListFilters, KeepASubsetAndExchangeItsWorstAtEachRefresh) {
  CallSpec call = call_to("back");
  call.balancer.list_filter = ribbon::ListFilterKind::subset;
  call.balancer.subset = {.size = 3, .force_eliminate = Fraction{0.4}};  // one of three at least
  Backend backend(front_of(call), Seed{1}, MeshSpec{}, 3);
  Instance& front = backend.instance("front");
  const auto kept = [&] {
    std::set<std::uint32_t> hosts;
    for (const ribbon::ServerIndex server : caller_of(front).outgoing(0).balancer.list())
      hosts.insert(caller_of(front).outgoing(0).balancer.server(server).host);
    return hosts;
  };
  const std::set<std::uint32_t> before = kept();
  EXPECT_EQ(before.size(), 3u);
  backend.refresh();  // the same list again
  EXPECT_EQ(kept().size(), 3u);
  EXPECT_NE(kept(), before);
}

/// Two calls of one request to the same service, in one stage or in two.
std::map<std::string, ServiceSpec> twice(int second_stage, const std::string& second_key, bool enabled = true) {
  CallSpec first = call_to("back"), second = call_to("back");
  first.cache_key = "item";
  second.cache_key = second_key;
  second.stage = second_stage;
  first.command.request_cache_enabled = second.command.request_cache_enabled = enabled;
  return {{"back", service_of(10ms, 100)}, {"front", service_of(1ms, 100, {first, second})}};
}

int requests_of_back(const std::map<std::string, ServiceSpec>& specs, Fraction errors = Fraction{0}) {
  Backend backend(specs);
  backend.ail("back", {.errors = errors});
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_EQ(backend.ended.front().status, errors.value() > 0 ? Status::failed : Status::ok);
  return static_cast<int>(backend.mesh.service("back").measures.requests.total());
}

TEST(RequestCache, AnswersEqualCallsOfARequestOnce) {
  EXPECT_EQ(requests_of_back(twice(0, "item")), 1);
  EXPECT_EQ(requests_of_back(twice(1, "item")), 1);
  EXPECT_EQ(requests_of_back(twice(0, "item"), Fraction{1}), 1) << "errors are shared, too";
}

TEST(RequestCache, SharesNothingElse) {
  EXPECT_EQ(requests_of_back(twice(0, "other")), 2);
  EXPECT_EQ(requests_of_back(twice(0, "")), 2);
  EXPECT_EQ(requests_of_back(twice(0, "item", false)), 2);
}

TEST(RequestCache, BeginsAnewWithEachRequest) {
  Backend backend(twice(1, "item"));
  backend.send_at(0s, "front");
  backend.send_at(5ms, "front");
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 2);
  EXPECT_EQ(backend.mesh.measures.shared_answers.total(), 2);
}

TEST(Dashboard, CountsTenSecondsAndKnowsTheLatenciesOfTheMinuteBefore) {
  CallSpec call = call_to("back");
  call.dashboard = true;
  Backend backend(front_of(call));
  for (int i = 0; i < 20; ++i) backend.send_at(1s * i, "front");
  backend.simulation.run_until(at(20s));
  hystrix::Dashboard& dashboard = *caller_of(backend.instance("front")).made(0)->dashboard;
  EXPECT_EQ(dashboard.requests(at(20s)), 10);
  EXPECT_EQ(dashboard.errors(at(20s)), 0);
  EXPECT_NEAR(in_seconds(dashboard.latency(50, at(20s))), 0.010, 0.0011) << "whole milliseconds";
  backend.recorder.turn_window(at(20s));
  EXPECT_EQ(backend.recorder.series().at("dashboard.front.back.requests").values, (std::vector<double>{1}));
  EXPECT_EQ(backend.recorder.series().at("dashboard.front.back.errors").values, (std::vector<double>{0}));
  EXPECT_EQ(dashboard.requests(at(100s)), 0);
}

TEST(Dashboard, SaysHowOftenACircuitHasOpenedOrClosed) {
  CallSpec call = call_to("back");
  call.dashboard = true;
  call.command.request_volume_threshold = 2;
  call.command.sleep_window = 2s;
  call.client.retries_next_server = 0;
  Backend backend(front_of(call));
  backend.ail("back", {.errors = Fraction{1}});
  for (int i = 0; i < 40; ++i) backend.send_at(100ms * i, "front");
  backend.simulation.run_until(at(4s));
  const Service& front = backend.mesh.service("front");
  EXPECT_EQ(front.circuit_changes.at(0).total(), 1) << "its probes fail, too";
  backend.ail("back", {.errors = Fraction{0}});
  for (int i = 0; i < 40; ++i) backend.send_at(100ms * i, "front");
  backend.simulation.run_until(at(8s));
  EXPECT_EQ(front.circuit_changes.at(0).total(), 2);
}

TEST(Dashboard, StandsBesideTheCallsOfATrace) {
  CallSpec call = call_to("back");
  call.dashboard = true;
  Backend backend(front_of(call));
  std::vector<SpanRecord> spans;
  Envelope request;
  request.span = Span::open(spans, 0, "request", "here", now());
  backend.send_at(0s, "front", request);
  backend.simulation.run();
  std::map<std::string, std::string> notes;
  for (const SpanRecord& span : spans) {
    if (span.name == "call back") notes.insert(span.notes.begin(), span.notes.end());
  }
  EXPECT_EQ(notes["hystrix.requests"], "1 in 10 s");
  EXPECT_EQ(notes["hystrix.circuit"], "closed");
  EXPECT_TRUE(notes.contains("hystrix.latency.p99.5"));
}

}  // namespace
}  // namespace streamtwin::services
