// What a caller makes of servers that leave the list: they may come back, unless they have gone for good.
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

class ListChange : public testing::Test {
 protected:
  ListChange() : backend({{"back", two_instances()}, {"front", service_of(1ms, 1, {call_to("back")})}}) {}
  static ServiceSpec two_instances() {
    ServiceSpec spec = service_of(1ms, 1);
    spec.instances_per_zone = 2;
    return spec;
  }
  Outgoing& calls() { return caller_of(backend.instance("front")).outgoing(0); }
  void list(const std::vector<registry::ViewedInstance>& up) {
    const Service& back = backend.mesh.service("back");
    backend.view.apps[back.index] =
        std::make_shared<registry::AppView>(registry::AppView{.app = back.index, .version = ++version, .up = up});
    backend.refresh();
  }
  ribbon::ServerIndex index(const registry::ViewedInstance& server) {
    return calls().balancer.index_of({.host = server.id, .zone = server.zone}, now());
  }

  Backend backend;
  const registry::ViewedInstance first{backend.instance("back", 0).id, 0}, second{backend.instance("back", 1).id, 0};
  std::uint64_t version = 1;
};

TEST_F(ListChange, OneThatComesBackIsRememberedAndConnectedToAnew) {
  calls().balancer.learn(index(first), ribbon::AttemptResult::connection_failed, 1ms, now());
  EXPECT_FALSE(calls().balancer.connect(index(first), false));
  EXPECT_FALSE(calls().balancer.connect(index(second), false));
  list({second});
  list({first, second});
  EXPECT_EQ(calls().balancer.stats(index(first)).failures_in_row(), 1);
  EXPECT_FALSE(calls().balancer.connect(index(first), false));
  EXPECT_TRUE(calls().balancer.connect(index(second), false));
}

TEST_F(ListChange, OneThatHasGoneForGoodIsForgottenWhenNothingIsUnderWay) {
  const ribbon::ServerIndex gone = index(first);
  calls().balancer.request_started(gone, now());
  backend.mesh.lives.stop(backend.instance("back", 0));
  list({second});
  EXPECT_EQ(calls().balancer.known(), 2u) << "its request has not ended yet";
  calls().balancer.request_left(gone, now());
  list({});
  list({second});
  EXPECT_EQ(calls().balancer.known(), 1u);
}

}  // namespace
}  // namespace streamtwin::services
