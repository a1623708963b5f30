// Static lists: a change of the fleet reaches a client when the list has been edited and pushed and the client has restarted.
#include "models/registry/static_lists.hpp"

#include <gmock/gmock.h>

#include "models/registry/eureka/client.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

using testing::ElementsAre;

class StaticListsTest : public testing::Test {
 protected:
  /// Services 0 and 1; 1 calls 0.
  Member member(InstanceId id, AppId app) {
    Member made{.id = id, .app = app, .identity = id, .scope = &scope};
    made.refresh_balancers = [this, id](const RegistryView& view) {
      std::vector<InstanceId> ids;
      for (const ViewedInstance& up : view.up(0)) ids.push_back(up.id);
      known[id] = ids;
    };
    made.calls = [app](AppId called) { return app == 1 && called == 0; };
    made.restart = [this, id, app](Duration takes) {
      restarted.emplace_back(id, in_seconds(now().time_since_epoch()));
      lists.forget(id);
      coming_back.spawn_service("restart", come_back(id, app, takes));
      return true;
    };
    return made;
  }
  Task<> come_back(InstanceId id, AppId app, Duration takes) {
    co_await delay(takes);
    lists.join(member(id, app), std::nullopt, false);
  }
  void begin() {
    for (const InstanceId callee : {0u, 1u}) lists.join(member(callee, 0), std::nullopt, true);
    for (const InstanceId caller : {2u, 3u, 4u}) lists.join(member(caller, 1), std::nullopt, true);
    lists.start();
  }

  Simulation simulation{Seed{1}};
  Recorder recorder;
  StaticLists lists{{.edit_delay = 40s, .push_delay = 20s, .restart_time = 10s, .restart_share = Fraction{0.5}, .restart_pause = 5s},
                    recorder.counter("restarts")};
  Scope scope, coming_back;
  std::map<InstanceId, std::vector<InstanceId>> known;
  std::vector<std::pair<InstanceId, double>> restarted;
};

TEST_F(StaticListsTest, ThoseThatWereThereBeforeKnowEachOtherFromTheBeginning) {
  begin();
  EXPECT_THAT(known[2], ElementsAre(0, 1));
  simulation.run_until(at(1000s));
  EXPECT_TRUE(restarted.empty()) << "nothing has changed";
}

TEST_F(StaticListsTest, AChangeIsEditedAndPushedAndThenEveryDependantRestartsToReadIt) {
  begin();
  simulation.run_until(at(100s));
  lists.join(member(5, 0), 1, false);
  EXPECT_THAT(known[5], ElementsAre(0, 1)) << "the files are as they were";
  simulation.run_until(at(300s));
  EXPECT_THAT(restarted, ElementsAre(std::pair{2u, 160.0}, std::pair{3u, 160.0}, std::pair{4u, 175.0}))
      << "two of three at a time, the next when they are back and the pause is over; whoever calls nobody stays";
  EXPECT_THAT(known[2], ElementsAre(0, 5));
  EXPECT_THAT(known[4], ElementsAre(0, 5));
  EXPECT_EQ(recorder.counter("restarts").total(), 3);
}

TEST_F(StaticListsTest, TheDeadStayListedUntilThen) {
  begin();
  simulation.run_until(at(100s));
  lists.join(member(5, 0), 1, false);
  simulation.run_until(at(169s));
  EXPECT_THAT(known[2], ElementsAre(0, 1));
  simulation.run_until(at(171s));
  EXPECT_THAT(known[2], ElementsAre(0, 5)) << "it has restarted";
  EXPECT_THAT(known[4], ElementsAre(0, 1)) << "and this one has not yet";
}

TEST_F(StaticListsTest, WhatChangesDuringARollOutWaitsForTheNextOne) {
  begin();
  simulation.run_until(at(100s));
  lists.join(member(5, 0), 1, false);
  simulation.run_until(at(105s));
  lists.join(member(6, 0), 0, false);
  simulation.run_until(at(300s));
  ASSERT_EQ(restarted.size(), 5u) << "whoever restarts for the first one just then reads the second list as it comes back";
  EXPECT_EQ(restarted[3].second, 175.0) << "when the last of the first one restarts, the second list has long been pushed";
  EXPECT_THAT(known[2], ElementsAre(5, 6));
  EXPECT_THAT(known[4], ElementsAre(5, 6));
}

TEST(ClientView, KeepsTheListsOfApplicationsThatHaveNotChanged) {
  using namespace eureka;
  const auto app = [](std::vector<InstanceInfo> instances) { return std::make_shared<const KnownApp>(std::move(instances)); };
  const auto of_two = [&](InstanceStatus second) { return app({{.id = 1, .status = InstanceStatus::up}, {.id = 2, .status = second}}); };
  Random random(1, "test", "view");
  ClientLists lists;
  const auto take = [&](const SharedApp& first, const SharedApp& second) {
    lists.take(
        KnownRegistry{{first, second}, {}}, [](AppId) { return true; }, random);
  };
  const SharedApp other = app({{.id = 3, .app = 1, .status = InstanceStatus::up}});
  take(of_two(InstanceStatus::down), other);
  const RegistryView first = lists.view();
  EXPECT_THAT(first.up(0), ElementsAre(ViewedInstance{1, 0}));
  EXPECT_THAT(first.up(1), ElementsAre(ViewedInstance{3, 0}));
  take(of_two(InstanceStatus::out_of_service), other);
  EXPECT_EQ(lists.view().apps[0], first.apps[0]) << "as many take traffic, and the same";
  take(of_two(InstanceStatus::up), other);
  EXPECT_EQ(lists.view().up(0).size(), 2u);
  EXPECT_EQ(lists.view().apps[1], first.apps[1]);
  take(nullptr, other);
  EXPECT_TRUE(lists.view().up(0).empty());
}

}  // namespace
}  // namespace streamtwin::registry
