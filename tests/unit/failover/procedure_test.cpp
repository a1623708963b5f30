#include "models/failover/procedure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace streamtwin::failover {
namespace {

using testing::ElementsAre;

constexpr std::nullopt_t shows = std::nullopt;

Duration known(const std::vector<ProcedureStep>& steps) {
  Duration sum{0};
  for (const ProcedureStep& step : steps) sum += step.takes.value_or(Duration{0});
  return sum;
}

TEST(Procedure, HasTheStepsThatArePublished) {
  const FailoverSpec spec;
  EXPECT_THAT(steps_of(ProcedureKind::nimble, spec, 60s),
              ElementsAre(ProcedureStep{StepKind::detect, 120s}, ProcedureStep{StepKind::attach, shows},
                          ProcedureStep{StepKind::proxy, 150s}, ProcedureStep{StepKind::dns, 60s}));
  EXPECT_THAT(steps_of(ProcedureKind::old, spec, 300s),
              ElementsAre(ProcedureStep{StepKind::detect, 300s}, ProcedureStep{StepKind::launch, shows},
                          ProcedureStep{StepKind::proxy, 600s}, ProcedureStep{StepKind::dns, 300s}));
}

// 7 to 8 and 45 to 50 minutes are published: what is left is for the instances.
TEST(Procedure, LeavesTheInstancesTheTimeThatIsPublished) {
  const FailoverSpec spec;
  const Duration attach_most = 8min - known(steps_of(ProcedureKind::nimble, spec, 60s));
  EXPECT_GE(attach_most, spec.visible_after);
  EXPECT_LE(attach_most, 4min) << "the share of capacity that the talk gives";
  const Duration launch_most = 50min - known(steps_of(ProcedureKind::old, spec, 300s));
  EXPECT_EQ(launch_most, 30min) << "5 of provisioning and 25 of starting";
}

TEST(Procedure, PassesRequestsOnInIncrementsUntilAllArePassedOn) {
  EXPECT_THAT(increments({.increment = Fraction{0.4}}), ElementsAre(Fraction{0.4}, Fraction{0.8}, Fraction{1}));
  EXPECT_EQ(increments({.increment = Fraction{0.1}}).size(), 10u);
  EXPECT_THAT(increments({.increment = Fraction{1}}), ElementsAre(Fraction{1}));
}

TEST(Procedure, IsSaidInWords) {
  EXPECT_EQ(in_words(steps_of(ProcedureKind::nimble, {}, 60s)), "detect 2 min, attach dark instances, proxy 2.5 min, DNS 1 min");
}

}  // namespace
}  // namespace streamtwin::failover
