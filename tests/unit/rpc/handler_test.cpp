// A service's handler: it is handed what the instances have worked on, keeps something for each of them, and looks at requests
// before they are let in only if it says so.
#include "models/rpc/handler.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "models/rpc/life.hpp"
#include "models/rpc/network.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {
namespace {

struct Count final : HandlerState {
  int requests = 0;
};

class Counting : public Handler {
 public:
  explicit Counting(Duration waits) : waits_(waits) {}
  std::unique_ptr<HandlerState> make_state(Instance&) override { return std::make_unique<Count>(); }
  Task<> handle(Instance& self, const Envelope&, Reply& reply) override {
    ++static_cast<Count&>(*self.state).requests;
    reply.status = Status::refused;
    if (waits_ == Duration{0}) return {};
    return wait();
  }
  bool admits(Instance&, const Envelope& request) override {
    ++asked;
    return request.priority < priority_lowest;
  }
  void advise(const Envelope&, Reply& reply) const override { reply.enclosed = Enclosure(42); }

  int asked = 0;

 private:
  Task<> wait() { co_await delay(waits_); }
  Duration waits_;
};

class Screening final : public Counting {
 public:
  using Counting::Counting;
  bool screens() const override { return true; }
};

class HandlerTest : public testing::Test {
 protected:
  struct Answer {
    Reply reply;
    double at;
  };

  HandlerTest() : simulation(Seed{1}), geography({{"region", 0, 0, 1}}, {}), network(geography), service(0, "service", spec(), recorder) {}

  static InstanceSpec spec() {
    InstanceSpec spec;
    spec.cost = {10ms, 0};
    return spec;
  }
  Instance& launch(int slot) {
    Host& machine = platform.add_host("machine" + std::to_string(slot), platform.world(), Speed{1e9}, 1, BitRate{1e9});
    return lives.launch(service, machine, 0, slot);
  }
  int handled(const Instance& instance) { return static_cast<Count&>(*instance.state).requests; }
  std::vector<Answer> answers_to(Instance& instance, std::vector<Envelope> requests) {
    if (!std::exchange(sealed, true)) platform.seal();
    std::vector<Answer> answers;
    Scope scope;
    for (const Envelope& request : requests) {
      scope.spawn("a client", [](Network& by, Instance& callee, Envelope sent, std::vector<Answer>& heard) -> Task<> {
        auto [promise, future] = make_promise<Reply>();
        by.send(callee, {}, sent, std::move(promise));
        const Reply reply = co_await std::move(future);
        heard.push_back({reply, in_seconds(now())});
      }(network, instance, request, answers));
    }
    simulation.run();
    return answers;
  }

  Recorder recorder;
  Simulation simulation;
  Platform platform;
  places::Geography geography;
  Network network;
  Service service;
  Lives lives;
  bool sealed = false;
};

TEST_F(HandlerTest, AServiceWithoutOneHasDoneItsWork) {
  const std::vector<Answer> answers = answers_to(launch(0), {{}});
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].reply.status, Status::ok);
  EXPECT_DOUBLE_EQ(answers[0].at, 0.010);
}

TEST_F(HandlerTest, AnswersAtOnceOrWhenItHasWaited) {
  Counting at_once(0s), later(5ms);
  service.bind(at_once);
  EXPECT_DOUBLE_EQ(answers_to(launch(0), {{}})[0].at, 0.010);
  service.bind(later);
  const std::vector<Answer> answers = answers_to(*service.slot(0, 0), {{}});
  EXPECT_DOUBLE_EQ(answers[0].at, 0.025);
  EXPECT_EQ(answers[0].reply.status, Status::refused);
}

TEST_F(HandlerTest, KeepsSomethingForInstancesFromBeforeAndAfterItWasBound) {
  Counting handler(0s);
  Instance& before = launch(0);
  service.bind(handler);
  Instance& after = launch(1);
  answers_to(before, {{}, {}});
  EXPECT_EQ(handled(before), 2);
  EXPECT_EQ(handled(after), 0);
}

TEST_F(HandlerTest, IsSparedWhatACallerHasTakenBackWhereTheProtocolSaysSo) {
  Counting handler(0s);
  service.bind(handler);
  network.cancelled = recorder.counter("cancelled");
  Instance& instance = launch(0);
  platform.seal();
  Scope scope;
  for (const bool cancels : {false, true}) {
    scope.spawn("a client", [](Network& by, Instance& callee, bool takes_back) -> Task<> {
      Envelope request;
      request.cancels = takes_back;
      auto [promise, future] = make_promise<Reply>();
      by.send(callee, {}, request, std::move(promise));
      Future<Reply> answer = std::move(future);
      const bool heard = (co_await answer.within(5ms)).has_value();
      EXPECT_FALSE(heard);
    }(network, instance, cancels));
  }
  simulation.run();
  EXPECT_EQ(handled(instance), 1) << "the other had its own work done, and goes no further";
  EXPECT_EQ(network.cancelled.total(), 1);
}

TEST_F(HandlerTest, TurnsRequestsAwayBeforeTheyCostAnythingOnlyIfItScreens) {
  Screening screen(0s);
  Counting none(0s);
  Envelope unimportant;
  unimportant.priority = priority_lowest;
  service.bind(screen);
  Instance& instance = launch(0);
  const std::vector<Answer> shed = answers_to(instance, {unimportant});
  EXPECT_EQ(screen.asked, 1);
  EXPECT_EQ(shed[0].reply.status, Status::overloaded);
  ASSERT_NE(shed[0].reply.enclosed.get<int>(), nullptr);
  EXPECT_EQ(*shed[0].reply.enclosed.get<int>(), 42);
  EXPECT_EQ(shed[0].at, 0);
  service.bind(none);
  EXPECT_EQ(answers_to(instance, {unimportant})[0].reply.status, Status::refused);
  EXPECT_EQ(none.asked, 0);
}

}  // namespace
}  // namespace streamtwin::rpc
