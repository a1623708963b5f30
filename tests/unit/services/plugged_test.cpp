// Decisions that a program plugs in where a balancer's rule and a limit stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/rpc/admission.hpp"
#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::ribbon {
namespace {

using namespace literals;
using testing::ElementsAre;

struct Asked {
  std::vector<std::size_t> lists;  ///< how long they were
  int rules = 1;
};

/// The last of the list.
class LastOfAll final : public PluggedRule {
 public:
  explicit LastOfAll(Asked& asked) : asked_(asked) {}
  std::optional<ServerIndex> choose(const Servers& servers, Random&) override {
    asked_.lists.push_back(servers.list.size());
    return servers.list.back();
  }
  std::unique_ptr<PluggedRule> another() const override {
    ++asked_.rules;
    return std::make_unique<LastOfAll>(asked_);
  }

 private:
  Asked& asked_;
};

TEST(PluggedRule, ChoosesInThePlaceOfTheOneThatIsNamed) {
  Asked asked;
  BalancerProperties properties;
  Random random{1, "plugged", "test"};
  LoadBalancer balancer(properties, at(0s), std::make_unique<LastOfAll>(asked));
  EXPECT_EQ(balancer.choose(at(0s), random), std::nullopt) << "nobody is listed, and it is not asked";
  balancer.update(std::vector<Server>{{7, 0}, {8, 0}, {9, 0}}, at(0s));
  EXPECT_EQ(balancer.server(balancer.choose(at(0s), random).value()).host, 9u);
  EXPECT_THAT(asked.lists, ElementsAre(3u));
}

TEST(PluggedRule, OfAZoneHasOneOfItsOwn) {
  Asked asked;
  BalancerProperties properties;
  Random random{1, "plugged", "test"};
  LoadBalancer balancer(properties, at(0s), std::make_unique<LastOfAll>(asked));
  balancer.update(std::vector<Server>{{1, 0}, {2, 0}, {3, 1}, {4, 1}}, at(0s));
  EXPECT_EQ(asked.rules, 3) << "the balancer's, and one of each zone";
  const ServerIndex busy = balancer.index_of({3, 1}, at(0s));
  for (int requests = 0; requests < 4; ++requests) balancer.request_started(busy, at(0s));
  EXPECT_EQ(balancer.server(balancer.choose(at(0s), random).value()).host, 2u) << "the loaded zone is left out, as for any rule";
  EXPECT_THAT(asked.lists, ElementsAre(2u));
}

TEST(PluggedRule, SeesResponseTimesWhateverRuleIsNamed) {
  Asked asked;
  BalancerProperties properties;
  LoadBalancer balancer(properties, at(0s), std::make_unique<LastOfAll>(asked)), usual(properties, at(0s));
  for (LoadBalancer* one : {&balancer, &usual}) {
    one->update(std::vector<Server>{{1, 0}}, at(0s));
    one->request_started(0, at(0s));
    one->request_finished(0, AttemptResult::answered, 2s, at(2s));
  }
  EXPECT_EQ(balancer.stats(0).responses(), 1u);
  EXPECT_EQ(balancer.stats(0).response_time_mean(), 2s);
  EXPECT_EQ(usual.stats(0).responses(), 0u);
}

}  // namespace
}  // namespace streamtwin::ribbon

namespace streamtwin::rpc {
namespace {

using namespace literals;

/// Two more than it was, after each sample.
class Grows final : public limits::Learner {
 public:
  int learn(int limit, const limits::Sample&, Random&) override { return limit + 2; }
};

int limit_after(AdmissionSpec spec, int requests) {
  Admission admission(spec, {}, Random{1, "plugged", "limit"}, std::make_unique<Grows>());
  for (int request = 0; request < requests; ++request) {
    const Instant now = at(request * 100ms);
    admission.leave(admission.enter(0, 0, now).grant, limits::Ending::success, now + 50ms);
  }
  return admission.limit().value_or(-1);
}

TEST(PluggedLimit, BeginsWhereTheConfiguredOneDoesAndLearnsInItsPlace) {
  EXPECT_EQ(limit_after({.limit = LimitKind::fixed, .fixed = 7}, 0), 7);
  EXPECT_EQ(limit_after({.limit = LimitKind::fixed, .fixed = 7}, 3), 13);
  EXPECT_EQ(limit_after({.limit = LimitKind::none}, 3), -1) << "where there is no limit there is nothing to learn";
}

TEST(PluggedLimit, LearnsFromWindowsWhereThereAreWindows) {
  EXPECT_EQ(limit_after({.limit = LimitKind::fixed, .fixed = 7, .window = limits::WindowProperties{}}, 25), 11) << "two of a second each";
}

}  // namespace
}  // namespace streamtwin::rpc
