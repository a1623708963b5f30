// The life of an instance: who is told of it and when, and what is found behind an identity while it serves, when it has
// stopped, and when somebody else has its place.
#include "models/rpc/life.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "models/rpc/network.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Listener final : public LifeObserver {
 public:
  Listener(std::string name, std::vector<std::string>& log) : name_(std::move(name)), log_(log) {}
  void starting(Instance& instance) override { note("starting", instance); }
  void started(Instance& instance) override { note(instance.launched_cold() ? "started cold" : "started", instance); }
  void draining(Instance& instance) override { note("draining", instance); }
  void stopped(Instance& instance) override { note("stopped", instance); }

 private:
  void note(const char* what, const Instance& instance) { log_.push_back(fmt::format("{}: {} {}", name_, instance.number, what)); }

  const std::string name_;
  std::vector<std::string>& log_;
};

class LifeTest : public testing::Test {
 protected:
  LifeTest() : simulation(Seed{1}), geography({{"region", 0, 0, 1}}, {}), network(geography), service(0, "service", spec(), recorder) {
    platform.seal();
  }
  static InstanceSpec spec() {
    InstanceSpec spec;
    spec.cost = {10ms, 0};
    return spec;
  }
  void pass(Duration time) { simulation.run_until(simulation.now() + time); }
  /// Whether a request that is sent to an instance now is answered within a minute, while `meanwhile` happens after 1 ms.
  template <class Meanwhile>
  bool answers(Instance& callee, Duration way, Meanwhile meanwhile) {
    auto [promise, future] = make_promise<Reply>();
    network.send(callee, {way, way}, {}, std::move(promise));
    pass(1ms);
    meanwhile();
    pass(60s);
    return future.ready();
  }
  bool answers(Instance& callee) {
    return answers(callee, Duration{0}, [] {});
  }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  Host& machine = platform.add_host("machine", platform.world(), Speed{1e9}, 1, BitRate{1e9});
  places::Geography geography;
  Network network;
  Service service;
  Lives lives;
  std::vector<std::string> log;
};

TEST_F(LifeTest, IsToldInTheOrderOfSubscriptionUntilThatEnds) {
  Listener first("first", log), second("second", log);
  Subscription to_first = lives.subscribe(first);
  const Subscription to_second = lives.subscribe(second);
  Instance& instance = lives.begin(service, machine, 0, 0);
  lives.start(instance, true);
  EXPECT_THAT(log, ElementsAre("first: 0 starting", "second: 0 starting", "first: 0 started cold", "second: 0 started cold"));
  log.clear();
  to_first = {};
  lives.drain(instance);
  lives.stop(instance);
  EXPECT_THAT(log, ElementsAre("second: 0 draining", "second: 0 stopped"));
}

TEST_F(LifeTest, IsToldToThoseWhoComeLateAsItIs) {
  lives.launch(service, machine, 0, 0);
  lives.drain(lives.launch(service, machine, 0, 1));
  lives.begin(service, machine, 0, 2);
  lives.stop(lives.launch(service, machine, 0, 3));
  Listener late("late", log);
  const Subscription told = lives.subscribe(late);
  EXPECT_THAT(log, ElementsAre("late: 0 started", "late: 1 started", "late: 1 draining"));
}

TEST_F(LifeTest, OneMayUnsubscribeWhileOthersAreTold) {
  struct Leaving final : LifeObserver {
    void started(Instance&) override {
      ++told;
      subscription = {};
    }
    int told = 0;
    Subscription subscription;
  } leaving;
  leaving.subscription = lives.subscribe(leaving);
  Listener stays("stays", log);
  const Subscription told = lives.subscribe(stays);
  lives.launch(service, machine, 0, 0);
  lives.launch(service, machine, 0, 1);
  EXPECT_EQ(leaving.told, 1);
  EXPECT_EQ(log.size(), 4u);
}

TEST_F(LifeTest, ServesBetweenItsStartAndItsCloseOnly) {
  Instance& instance = lives.begin(service, machine, 0, 0);
  EXPECT_FALSE(answers(instance)) << "it gets ready";
  lives.start(instance, true);
  EXPECT_TRUE(answers(instance));
  lives.drain(instance);
  EXPECT_TRUE(answers(instance)) << "who still comes is served";
  EXPECT_FALSE(lives.refuses(instance.id));
  EXPECT_TRUE(answers(instance, Duration{0}, [&] { instance.close(); })) << "what it has is finished";
  EXPECT_FALSE(answers(instance));
  EXPECT_TRUE(lives.refuses(instance.id)) << "its machine says that nobody listens";
}

TEST_F(LifeTest, LeavesItsMachineToAnswerForIt) {
  Instance& instance = lives.launch(service, machine, 0, 0);
  const InstanceId id = instance.id;
  lives.stop(instance);
  EXPECT_EQ(lives.find(id), nullptr);
  EXPECT_TRUE(lives.refuses(id));
  EXPECT_EQ(lives.gone_since(id), now());
  turn_off(machine);
  pass(1s);
  EXPECT_FALSE(lives.refuses(id)) << "nothing comes from there";
}

TEST_F(LifeTest, ItsPlaceIsTakenByAnotherAfterTheRestAndItsIdentityNever) {
  const InstanceId old = lives.launch(service, machine, 0, 0).id;
  lives.stop(*lives.find(old));
  const InstanceId meanwhile = lives.launch(service, machine, 0, 0).id;
  EXPECT_EQ(lives.entries(), 2u) << "the first entry rests";
  pass(Lives::rest);
  const InstanceId later = lives.launch(service, machine, 0, 1).id;
  EXPECT_EQ(lives.entries(), 2u);
  EXPECT_NE(later, old);
  EXPECT_NE(later, meanwhile);
  EXPECT_EQ(lives.find(old), nullptr);
  EXPECT_FALSE(lives.refuses(old)) << "long gone";
  EXPECT_EQ(lives.find(later)->number, 1);
}

TEST_F(LifeTest, AnAddressThatIsKeptLeadsToTheNewProcess) {
  const InstanceId address = lives.launch(service, machine, 0, 0).id;
  lives.stop(*lives.find(address));
  lives.start(lives.begin(service, machine, 0, 0, address), true);
  ASSERT_NE(lives.find(address), nullptr);
  EXPECT_EQ(lives.find(address)->generation, 1u);
  EXPECT_FALSE(lives.find(address)->predecessor.has_value()) << "nobody is replaced at another address";
  pass(2 * Lives::rest);
  EXPECT_NE(lives.launch(service, machine, 0, 1).id, address);
}

// The one that is there in its slot by then gets nothing of it.
TEST_F(LifeTest, AMessageUnderWayFindsItsReceiverGone) {
  Instance& receiver = lives.launch(service, machine, 0, 0);
  EXPECT_FALSE(answers(receiver, 5ms, [&] {
    lives.stop(receiver);
    lives.launch(service, machine, 0, 0);
  }));
  EXPECT_EQ(service.measures.requests.total(), 0);
  EXPECT_TRUE(answers(*service.slot(0, 0)));
}

TEST_F(LifeTest, IsTakenApartWithRequestsInService) {
  Instance& receiver = lives.launch(service, machine, 0, 0);
  EXPECT_FALSE(answers(receiver, Duration{0}, [&] {
    lives.stop(receiver);
    EXPECT_EQ(lives.unburied(), 1u) << "others may just deal with it";
    pass(1ms);
    lives.launch(service, machine, 0, 1);
    EXPECT_EQ(lives.unburied(), 0u);
  }));
}

TEST_F(LifeTest, LeavesWhatItHasWorkedToItsService) {
  Instance& instance = lives.launch(service, machine, 0, 0);
  EXPECT_TRUE(answers(instance));
  const Duration present = instance.present(now());
  lives.stop(instance);
  EXPECT_THAT(service.instances(), IsEmpty());
  EXPECT_EQ(service.slot(0, 0), nullptr);
  EXPECT_DOUBLE_EQ(in_seconds(service.past(0).worked), 0.010);
  EXPECT_DOUBLE_EQ(in_seconds(service.past(0).present), in_seconds(present) * service.instance_spec.cores);
}

}  // namespace
}  // namespace streamtwin::rpc
