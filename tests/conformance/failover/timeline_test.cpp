// The published times of leaving a region, before Nimble and with it, against the procedures as they are by default; the size of dark
// capacity; and how long an instance that says that it is up is unknown to callers.
// A. Mathur, "How Netflix does failovers in 7 minutes flat"; "Project Nimble: Region Evacuation Reimagined".
#include <gtest/gtest.h>

#include "models/failover/capacity_plan.hpp"
#include "models/failover/procedure.hpp"

namespace streamtwin::failover {
namespace {

Duration takes(ProcedureKind kind, Duration ttl, StepKind step) {
  for (const ProcedureStep& one : steps_of(kind, {}, ttl)) {
    if (one.kind == step) return one.takes.value_or(Duration{-1});
  }
  return Duration{-2};
}

constexpr Duration ttl_now = 60s, ttl_before = 5min;

TEST(EvacuationTimeline, WithNimble) {
  EXPECT_EQ(takes(ProcedureKind::nimble, ttl_now, StepKind::detect), 2min);
  EXPECT_EQ(takes(ProcedureKind::nimble, ttl_now, StepKind::attach), Duration{-1}) << "shows as it is done";
  EXPECT_LE(takes(ProcedureKind::nimble, ttl_now, StepKind::proxy), 3min) << "with DNS, in the talk's account";
  EXPECT_EQ(takes(ProcedureKind::nimble, ttl_now, StepKind::launch), Duration{-2}) << "there is none";
}

TEST(EvacuationTimeline, BeforeNimble) {
  EXPECT_EQ(takes(ProcedureKind::old, ttl_before, StepKind::detect), 5min);
  EXPECT_EQ(takes(ProcedureKind::old, ttl_before, StepKind::proxy), 10min);
  EXPECT_EQ(takes(ProcedureKind::old, ttl_before, StepKind::dns), 5min);
  EXPECT_EQ(takes(ProcedureKind::old, ttl_before, StepKind::attach), Duration{-2});
}

// 7 to 8, and 45 to 50, minutes altogether: with what is published of capacity, 90 s at least for lists to be read and 4 min at most, or
// 3 to 5 min for machines and 25 for services.
TEST(EvacuationTimeline, ComesToWhatIsPublished) {
  const auto sum = [](ProcedureKind kind, Duration ttl, Duration capacity) {
    Duration all = capacity;
    for (const ProcedureStep& step : steps_of(kind, {}, ttl)) all += step.takes.value_or(Duration{0});
    return all;
  };
  EXPECT_GE(sum(ProcedureKind::nimble, ttl_now, 90s), 7min);
  EXPECT_LE(sum(ProcedureKind::nimble, ttl_now, 150s), 8min);
  EXPECT_EQ(sum(ProcedureKind::old, ttl_before, 25min), 45min);
  EXPECT_EQ(sum(ProcedureKind::old, ttl_before, 30min), 50min);
}

TEST(EvacuationTimeline, TheDefaultsOfTheTwin) {
  const FailoverSpec spec;
  EXPECT_EQ(spec.attach_rate, Rate{20});
  EXPECT_EQ(spec.visible_after, 90s);
  EXPECT_EQ(increments(spec.nimble).size(), 10u);
  EXPECT_EQ(spec.nimble.increment_every, 15s);
}

// max(0, predicted / each - those that are there), for each service and region that takes traffic.
TEST(DarkCapacity, IsWhatIsPredictedLessWhatIsThere) {
  const auto dark = [](double predicted, double each, int instances) {
    return further_instances(Rate{predicted}, {.visits = 1, .each_instance = Rate{each}, .instances = instances, .dark = 0});
  };
  EXPECT_EQ(dark(3000, 100, 20), 10);
  EXPECT_EQ(dark(3050, 100, 20), 11);
  EXPECT_EQ(dark(1500, 100, 20), 0);
}

}  // namespace
}  // namespace streamtwin::failover
