#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/delivery/pipeline/canary.hpp"

namespace streamtwin::delivery {
namespace {

using kayenta::Verdict;
using rpc::BuildSpec;
using rpc::ServerGroup;

class DeliveryCanary : public ::testing::Test {
 protected:
  /// A minute of requests on both, of which so many fail on the canary.
  void serve(int requests, int failed) {
    for (ServerGroup* group : {&baseline, &canary}) {
      group->done.requests += static_cast<std::uint64_t>(requests);
      group->done.latency += requests * (10ms + 1us * draws.uniform());
      group->done.work += requests * (2ms + 1us * draws.uniform());
    }
    canary.done.failures += static_cast<std::uint64_t>(failed);
  }
  Verdict judged_after(int minutes, int requests, int failed) {
    Canary analysis(spec, baseline, canary, Random{1, "canary", "noise"});
    for (int minute = 0; minute < minutes; ++minute) {
      serve(requests, failed == 0 ? 0 : failed + minute % 3);
      analysis.take_samples();
    }
    last = analysis.look();
    return last.score.verdict;
  }

  CanarySpec spec;
  ServerGroup baseline{"api-v000", "", BuildSpec{}}, canary{"api-v001", "next", BuildSpec{}};
  Random draws{7, "canary", "requests"};
  Canary::Look last;
};

TEST_F(DeliveryCanary, AGoodBuildPasses) {
  EXPECT_EQ(judged_after(30, 1000, 0), Verdict::pass);
  EXPECT_EQ(last.failed, "");
}

TEST_F(DeliveryCanary, ErrorsFailIt) {
  EXPECT_EQ(judged_after(30, 1000, 50), Verdict::fail);
  EXPECT_EQ(last.failed, "errors High");
  EXPECT_NEAR(last.score.score, 66.67, 1e-9);
}

TEST_F(DeliveryCanary, WithoutRequestsThereIsNothingToPass) {
  EXPECT_EQ(judged_after(30, 0, 0), Verdict::fail);
  EXPECT_EQ(last.score.score, 0);
}

TEST_F(DeliveryCanary, AMutedMetricDoesNotCount) {
  for (const auto& [name, measure] : {std::pair("errors", Measure::errors), std::pair("rate", Measure::requests)}) {
    spec.metrics[name].measure = measure;
  }
  spec.metrics["errors"].muted = true;
  EXPECT_EQ(judged_after(30, 1000, 50), Verdict::pass);
}

TEST(ServerGroup, ALeakMakesRequestsSlowerHourAfterHour) {
  BuildSpec spec;
  spec.work = 2;
  spec.leak = 0.5;
  const ServerGroup group("api-v001", "leaks", spec);
  EXPECT_DOUBLE_EQ(group.work_at(Duration{0}), 2);
  EXPECT_DOUBLE_EQ(group.work_at(2h), 4);
}

TEST(ServerGroup, BuildsSideBySideFailWhatTheOtherHasServed) {
  BuildSpec breaks;
  breaks.incompatible = Fraction{0.5};
  breaks.errors = Fraction{0.1};
  const ServerGroup old("api-v000", "", BuildSpec{}), next("api-v001", "breaks", breaks), more("api-v002", "breaks", breaks);
  EXPECT_EQ(next.failing(nullptr), Fraction{0.1});
  EXPECT_EQ(next.failing(&more), Fraction{0.1});
  EXPECT_DOUBLE_EQ(next.failing(&old).value(), 0.55);
  EXPECT_EQ(old.failing(&next), Fraction{0.5});
  EXPECT_EQ(old.failing(&old), Fraction{0});
}

}  // namespace
}  // namespace streamtwin::delivery
