// What strikes the calls from some instances to some others, and nothing else of either.
#include "models/rpc/call_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/services/backend.hpp"

namespace streamtwin::rpc {
namespace {

using services::Backend;
using services::service_of;

services::ServiceSpec instances(int number) {
  services::ServiceSpec spec = service_of(10ms, 1);
  spec.instances_per_zone = number;
  return spec;
}

class CallFaultsTest : public testing::Test {
 protected:
  Group all_of(const std::string& service) {
    return {.present =
                [this, service] {
                  std::vector<Instance*> there;
                  for (Instance& instance : backend.mesh.service(service).instances()) there.push_back(&instance);
                  return there;
                },
            .takes_in = [service](const Instance& instance) { return instance.service.name == service; }};
  }
  Group one_of(const std::string& service, int number) {
    return {.present = [this, service, number] { return std::vector<Instance*>{&backend.instance(service, number)}; }, .takes_in = {}};
  }
  CallFaults::Number add(Group callers, Group callees, const CallTrouble& trouble) {
    return faults.add(std::move(callers), std::move(callees), trouble, Random(1, "calls", "struck"));
  }
  Way way(const std::string& from, const std::string& to, int caller = 0, int callee = 0) {
    return backend.mesh.network.way(backend.instance(from, caller), &backend.instance(to, callee), 0);
  }

  Backend backend{{{"back", instances(2)}, {"front", instances(2)}, {"other", instances(1)}}};
  CallFaults& faults = backend.mesh.network.calls;
};

TEST_F(CallFaultsTest, StrikeThatCallAlone) {
  const auto late = add(all_of("front"), all_of("back"), {.latency = 1s});
  EXPECT_TRUE(faults.none());
  faults.begin(late);
  EXPECT_EQ(way("front", "back").held, 1s);
  EXPECT_EQ(way("back", "front").held, 0s);
  EXPECT_EQ(way("other", "back").held, 0s);
  EXPECT_EQ(way("front", "other").held, 0s);
  faults.end(late);
  EXPECT_EQ(way("front", "back").held, 0s);
}

TEST_F(CallFaultsTest, StrikeSomeOfEitherEnd) {
  faults.begin(add(one_of("front", 1), one_of("back", 0), {.road = {.cut = true}}));
  EXPECT_FALSE(way("front", "back", 1, 0).connects());
  EXPECT_TRUE(way("front", "back", 1, 1).connects());
  EXPECT_TRUE(way("front", "back", 0, 0).connects());
}

TEST_F(CallFaultsTest, AddUp) {
  faults.begin(add(all_of("front"), all_of("back"), {.latency = 1s, .road = {.latency = 10ms}}));
  faults.begin(add(one_of("front", 0), all_of("back"), {.latency = 2s, .road = {.latency = 5ms}, .both_ways = false}));
  const Way struck = way("front", "back");
  EXPECT_EQ(struck.held, 3s);
  EXPECT_EQ(struck.there, 15ms);
  EXPECT_EQ(struck.back, 10ms);
}

// The order of Envoy's fault filter: the delay first, then the abort, and nothing reaches the callee.
TEST_F(CallFaultsTest, AProxyThatFailsARequestHasHeldItBefore) {
  faults.begin(add(all_of("front"), all_of("back"), {.latency = 1s, .errors = Fraction{1}, .road = {.cut = true}}));
  const Way struck = way("front", "back");
  EXPECT_TRUE(struck.connects()) << "the proxy is there";
  auto [promise, future] = make_promise<Reply>();
  backend.mesh.network.send(backend.instance("back"), struck, {}, std::move(promise));
  std::optional<Reply> heard;
  Scope scope;
  scope.spawn("the caller", [](Future<Reply> answer, std::optional<Reply>& reply) -> Task<> {
    reply = co_await std::move(answer);
  }(std::move(future), heard));
  backend.simulation.run();
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->status, Status::failed);
  EXPECT_EQ(backend.simulation.now(), at(1s));
  EXPECT_EQ(backend.mesh.service("back").measures.requests.total(), 0);
}

TEST_F(CallFaultsTest, AShareOfTheRequestsFails) {
  faults.begin(add(all_of("front"), all_of("back"), {.errors = Fraction{0.25}}));
  int failed = 0;
  for (int i = 0; i < 4000; ++i) failed += way("front", "back").answered_there;
  EXPECT_NEAR(failed, 1000, 5 * 28) << "five standard deviations";
}

TEST_F(CallFaultsTest, WhoComesLaterIsStruckWhereAServiceIsMeant) {
  faults.begin(add(all_of("front"), all_of("back"), {.latency = 1s}));
  faults.begin(add(one_of("front", 0), all_of("back"), {.latency = 2s}));
  Host& machine = backend.instance("front").machine;
  backend.mesh.lives.stop(backend.instance("front"));
  const Instance& next = backend.mesh.lives.begin(backend.mesh.service("front"), machine, 0, 0);
  EXPECT_EQ(backend.mesh.network.way(next, &backend.instance("back"), 0).held, 1s);
}

TEST_F(CallFaultsTest, NobodyIsStruckWhoIsNotThere) {
  faults.begin(add(all_of("front"), all_of("back"), {.errors = Fraction{1}}));
  EXPECT_FALSE(backend.mesh.network.way(backend.instance("front"), nullptr, 0).answered_there);
}

}  // namespace
}  // namespace streamtwin::rpc
