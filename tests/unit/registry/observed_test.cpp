// How long callers take to hear of an instance, by their lists.
#include "models/registry/observed.hpp"

#include <gmock/gmock.h>

#include "sim-core/simulation.hpp"

namespace streamtwin::registry {
namespace {

/// Lists are what the test says.
class Lists final : public Discovery {
 public:
  void join(Member member, std::optional<InstanceId>, bool) override { members.push_back(std::move(member)); }
  void remove(InstanceId) override {}
  void forget(InstanceId) override {}
  void start() override {}
  Sizes sizes() override { return {}; }
  void show(std::size_t member, std::vector<InstanceId> ids) const {
    RegistryView view;
    std::vector<ViewedInstance> up;
    for (const InstanceId id : ids) up.push_back({id, 0});
    view.apps = {std::make_shared<AppView>(AppView{0, 0, {}}), std::make_shared<AppView>(AppView{1, 0, up})};
    members[member].refresh_balancers(view);
  }
  std::vector<Member> members;
};

class ObservedTest : public testing::Test {
 protected:
  ObservedTest() {
    auto kind = std::make_unique<Lists>();
    lists = kind.get();
    observed.observe(std::move(kind));
    for (const InstanceId id : {0u, 1u}) observed.join(member(id, 0), std::nullopt, true);
    observed.join(member(10, 1), std::nullopt, true);
    lists->show(0, {10});
    lists->show(1, {10});
  }
  static Member member(InstanceId id, AppId app) {
    return {.id = id, .app = app, .refresh_balancers = [](const RegistryView&) {}, .calls = [](AppId other) { return other == 1; }};
  }
  const LogHistogram& of(News news) const { return measures.known_after[static_cast<std::size_t>(news)].all(); }

  Simulation simulation{Seed{1}};
  Recorder recorder;
  RegistryMeasures measures{recorder};
  Observed observed{measures};
  Lists* lists = nullptr;
};

TEST_F(ObservedTest, EachCallerHearsOfABeginningAndAnEnd) {
  observed.join(member(11, 1), std::nullopt, false);
  simulation.run_until(at(50s));
  lists->show(0, {10, 11});
  simulation.run_until(at(90s));
  lists->show(0, {10, 11});
  lists->show(1, {10, 11});
  EXPECT_EQ(of(News::registered).count(), 2u);
  EXPECT_NEAR(of(News::registered).max(), 90, 1);
  observed.remove(11);
  simulation.run_until(at(100s));
  observed.forget(11);
  lists->show(0, {10});
  EXPECT_NEAR(of(News::cancelled).max(), 10, 0.2);
  EXPECT_EQ(of(News::crashed).count(), 0u) << "it has said so before";
}

TEST_F(ObservedTest, WhoEndsWithoutAWordHasCrashed) {
  simulation.run_until(at(10s));
  observed.forget(10);
  simulation.run_until(at(200s));
  lists->show(1, {});
  EXPECT_EQ(of(News::crashed).count(), 1u);
  EXPECT_NEAR(of(News::crashed).max(), 190, 2);
}

TEST_F(ObservedTest, OutOfTrafficAndBack) {
  observed.take_out(std::vector<InstanceId>{10});
  simulation.run_until(at(60s));
  lists->show(0, {});
  observed.put_back(std::vector<InstanceId>{10});
  simulation.run_until(at(90s));
  lists->show(0, {10});
  EXPECT_NEAR(of(News::out_of_service).max(), 60, 0.6);
  EXPECT_NEAR(of(News::put_up).max(), 30, 0.3);
}

TEST_F(ObservedTest, WhatTheRegistryDropsWronglyIsNoNews) {
  observed.join(member(11, 1), std::nullopt, false);
  lists->show(0, {10, 11});
  EXPECT_EQ(of(News::registered).count(), 1u);
  simulation.run_until(at(300s));
  observed.dropped(11);
  lists->show(0, {10});
  lists->show(0, {10, 11});
  EXPECT_EQ(of(News::registered).count(), 1u);
}

TEST_F(ObservedTest, WhoBeginsHasItsFirstListFromTheRegistryAsItIs) {
  observed.join(member(2, 0), std::nullopt, false);
  observed.join(member(11, 1), std::nullopt, false);
  simulation.run_until(at(40s));
  lists->show(3, {10, 11});
  EXPECT_EQ(of(News::registered).count(), 0u);
}

}  // namespace
}  // namespace streamtwin::registry
