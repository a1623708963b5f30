// Instances that come and go in large numbers leave nothing behind: not in the table by which they are found, nor with their
// service, their machine, the load balancer in front of them, or those who call them.
#include <gtest/gtest.h>
#include <malloc.h>

#include <memory>

#include "models/edge/region_balancer.hpp"
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

constexpr int all_lives = 1'000'000;
constexpr Duration between = 50ms;
constexpr int slots = 64;  // more than are filled at once

std::map<std::string, ServiceSpec> front_and_back() {
  return {{"back", service_of(1ms, 4)}, {"front", service_of(1ms, 4, {call_to("back")})}};
}

class ShortLives : public testing::Test, private rpc::LifeObserver {
 protected:
  struct Sizes {
    std::size_t entries, present, unburied, instances, targets, servers_known;
    std::size_t heap;  // bytes
  };

  ShortLives() : backend(front_and_back()), balancer(backend.mesh.network, backend.recorder, 0, elb::ClassicProperties{}) {
    told = backend.mesh.lives.subscribe(*this);
  }
  void started(Instance& instance) override {
    if (&instance.service == &back()) balancer.add(instance, false);
  }
  void draining(Instance& instance) override { balancer.deregister(instance); }
  void stopped(Instance& instance) override { balancer.forget(instance); }
  Service& back() { return backend.mesh.service("back"); }
  Instance& front() { return backend.instance("front"); }

  // It is launched, answers a request, and ends: as it should, or as it should not.
  static Task<> live(ShortLives& test, int number) {
    rpc::Lives& lives = test.backend.mesh.lives;
    Host& machine = test.backend.instance("front").machine;
    Instance& self = lives.begin(test.back(), machine, 0, 1 + number % slots);
    const Subscription machine_subscription = machine.while_held([](Host&) {});
    lives.start(self, true);
    test.backend.mesh.network.send(self, {}, {}, {});
    co_await delay(1s);
    const bool orderly = number % 2 == 0;
    if (orderly) lives.drain(self);
    co_await delay(1s);
    if (orderly) self.close();
    lives.stop(self);
  }
  // Every five seconds somebody calls, by a list of those that are there.
  void call() {
    auto listed = std::make_shared<registry::AppView>(registry::AppView{.app = back().index, .version = ++version, .up = {}});
    for (const Instance& instance : back().instances()) listed->up.push_back({instance.id, instance.zone});
    registry::RegistryView view = backend.view;
    view.apps[back().index] = listed;
    backend.mesh.refresh_balancers(front(), view);
    backend.mesh.network.send(front(), {}, {}, {});
  }
  static Task<> launch(ShortLives& test) {
    for (int number = 0; number < all_lives; ++number) {
      test.living.spawn("a short life", live(test, number));
      if (number % 100 == 0) test.call();
      co_await delay(between);
    }
  }
  Sizes after(int lives) {
    backend.simulation.run_until(at(lives * between));
    const rpc::Lives& all = backend.mesh.lives;
    return {all.entries(),       all.present(),
            all.unburied(),      back().instances().size(),
            balancer.targets(),  caller_of(front()).outgoing(0).balancer.known(),
            mallinfo2().uordblks};
  }

  Backend backend;
  edge::RegionBalancer balancer;
  Subscription told;
  std::uint64_t version = 1;
  Scope living;
};

TEST_F(ShortLives, AMillionOfThemLeaveNothingBehind) {
  living.spawn("launches", launch(*this));
  const Sizes early = after(all_lives * 3 / 10), late = after(all_lives);
  EXPECT_EQ(back().measures.requests.total() - front().service.measures.requests.total(), all_lives) << "each has answered one";
  EXPECT_LE(late.entries, early.entries + 2) << "those that rest, and those that are there";
  EXPECT_LT(late.entries, rpc::Lives::rest / between + 2 * slots);
  EXPECT_LE(late.present, slots);
  EXPECT_LE(late.unburied, 2u);
  EXPECT_LE(late.instances, slots);
  EXPECT_LE(late.targets, slots + 1u);
  EXPECT_LE(late.servers_known, 3u * slots);
  EXPECT_LT(late.heap, early.heap + 64'000) << "less than a byte in ten lives";
}

}  // namespace
}  // namespace streamtwin::services
