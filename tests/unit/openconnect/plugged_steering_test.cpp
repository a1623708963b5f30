// Steering that a program plugs in: whom it may choose from, and what is said of the best site.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/openconnect/steering.hpp"

namespace streamtwin::openconnect {
namespace {

using namespace literals;

struct Question {
  std::vector<SteeringCandidate> candidates;
  std::size_t length_max = 0;
  ContentId title = 0;
};

/// The last candidate and the first.
class BothEnds final : public PluggedSteering {
 public:
  explicit BothEnds(Question& asked) : asked_(asked) {}
  std::vector<std::uint32_t> rank(const SteeringQuestion& question, const Topology&, Random&) override {
    asked_ = {{question.candidates.begin(), question.candidates.end()}, question.length_max, question.title};
    return {static_cast<std::uint32_t>(question.candidates.size()) - 1, 0};
  }

 private:
  Question& asked_;
};

class PluggedCountry : public testing::Test {
 protected:
  PluggedCountry() {
    ContentSet everything;
    for (ContentId content = 0; content < 10; ++content) everything.insert(content);
    for (const Appliance& appliance : topology_.appliances) {
      state_.report_health(appliance.id, at(0s), {});
      state_.report_routes(appliance.id, routes_[appliance.site]);
      state_.report_contents(appliance.id, everything);
    }
  }

  Topology topology_ = build_topology("Netherlands");
  std::vector<std::vector<GroupRoute>> routes_ = announced_routes({}, topology_);
  CacheControl state_{{}, topology_};
  Question asked_;
  Steering steering_{{.list_length = 4}, state_, std::make_unique<BothEnds>(asked_)};
  Random random_{1, "steering", "plugged"};
};

TEST_F(PluggedCountry, RanksWhoeverHoldsTheTitleInTheOrderOfRouting) {
  const SteeringList list = steering_.rank(0, 3, at(1s), random_);
  ASSERT_EQ(list.size, 2);
  EXPECT_EQ(list.ocas[0], asked_.candidates.back().oca);
  EXPECT_EQ(list.ocas[1], asked_.candidates.front().oca);
  EXPECT_EQ(asked_.length_max, 4u);
  EXPECT_EQ(asked_.title, 3u);
  const std::span<const SiteId> sites = steering_.sites_for(0);
  std::vector<SiteId> seen;
  for (const SteeringCandidate& candidate : asked_.candidates) {
    if (seen.empty() || seen.back() != candidate.site) seen.push_back(candidate.site);
  }
  EXPECT_THAT(seen, testing::ElementsAreArray(sites)) << "site after site, the best first";
  EXPECT_EQ(list.top_site, sites.front());
  EXPECT_EQ(list.top_site_excluded, Exclusion::none);
}

TEST_F(PluggedCountry, TheSickAndTheSilentAreNotOfferedTheHotAre) {
  const SiteId own = steering_.sites_for(0).front();
  const auto appliances = topology_.appliances_of(own);
  ASSERT_GE(appliances.size(), 2u);
  for (const Appliance& appliance : appliances) state_.report_health(appliance.id, at(10s), {.utilisation = Fraction{1.5}});
  state_.report_health(appliances.front().id, at(10s), {.healthy = false});
  const SteeringList list = steering_.rank(0, 3, at(11s), random_);
  const auto offered = [&](OcaId oca) {
    return std::any_of(asked_.candidates.begin(), asked_.candidates.end(), [oca](const auto& candidate) { return candidate.oca == oca; });
  };
  EXPECT_FALSE(offered(appliances.front().id));
  EXPECT_TRUE(offered(appliances.back().id));
  EXPECT_EQ(list.top_site_excluded, Exclusion::health) << "by the thresholds of the scenario, whatever the list says";
  steering_.rank(0, 3, at(1000s), random_);
  EXPECT_EQ(asked_.title, 3u);
  asked_ = {};
  EXPECT_EQ(steering_.rank(0, 3, at(1000s), random_).size, 0) << "nobody has reported for long, and nobody is asked";
  EXPECT_TRUE(asked_.candidates.empty());
}

}  // namespace
}  // namespace streamtwin::openconnect
