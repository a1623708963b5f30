// Calls at instances that are not there: counted, with how long they have been dead.
#include "tests/unit/services/backend.hpp"

namespace streamtwin::services {
namespace {

std::map<std::string, ServiceSpec> front_and_back() {
  ServiceSpec front = service_of(1ms, 100);
  CallSpec call;
  call.service = "back";
  call.client.retries_next_server = 0;
  front.calls = {call};
  return {{"front", front}, {"back", service_of(1ms, 100)}};
}

TEST(DeadServers, CallsAtThemAreCountedWithTheTimeSinceTheyDied) {
  Backend backend(front_and_back());
  backend.send_at(0s, "front");
  backend.simulation.run_until(at(1s));
  EXPECT_EQ(backend.mesh.measures.calls_to_dead.total(), 0);
  backend.mesh.lives.stop(backend.instance("back"));
  backend.send_at(4s, "front");
  backend.simulation.run_until(at(10s));
  EXPECT_EQ(backend.mesh.measures.calls_to_dead.total(), 1);
  EXPECT_NEAR(backend.mesh.measures.dead_for.all().max(), 4.001, 1e-3) << "the call comes after the work of its request";
}

TEST(DeadServers, AProcessThatWasRestartedIsNoneOfThem) {
  Backend backend(front_and_back());
  Instance& callee = backend.instance("back");
  Host& machine = callee.machine;
  const InstanceId address = callee.id;
  backend.mesh.lives.stop(callee);
  backend.mesh.lives.start(backend.mesh.lives.begin(backend.mesh.service("back"), machine, 0, 0, address), true);
  backend.send_at(0s, "front");
  backend.simulation.run();
  EXPECT_EQ(backend.mesh.measures.calls_to_dead.total(), 0);
  EXPECT_TRUE(answered(backend.ended.at(0).status));
}

}  // namespace
}  // namespace streamtwin::services
