// Vectors of Netflix/titus-control-plane SimpleCapacityGuaranteeStrategyTest @ 73422d6; the buffer is a tenth.
#include "models/titus/agents/capacity_guarantee.hpp"

#include <gmock/gmock.h>

#include "models/titus/agents/agent_types.hpp"

namespace streamtwin::titus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// Titus's ResourceDimensionSample.Small, each instance so many times.
Reservation small(Tier tier, int instances, int times = 1) {
  return {tier,
          {fenzo::Cores{1.0 * times}, fenzo::Megabytes{1024.0 * times}, fenzo::Megabits{100.0 * times}, fenzo::Megabytes{100.0 * times}},
          instances};
}

GuaranteeGroup group(AgentGroupId id, Tier tier, const char* type, int max) { return {id, tier, agent_type(type)->resources, max}; }

CapacityAllocations compute(const std::vector<Reservation>& reservations, const std::vector<GuaranteeGroup>& groups) {
  return guarantee_capacity(reservations, groups, Fraction{0.1}, Fraction{0.1});
}

TEST(SimpleCapacityGuaranteeStrategy, SingleInstanceFitsAll) {
  const auto result =
      compute({small(Tier::critical, 1)}, {group(0, Tier::critical, "m4.xlarge", 2), group(1, Tier::critical, "m4.4xlarge", 0),
                                           group(2, Tier::flex, "r4.8xlarge", 0), group(3, Tier::flex, "p2.8xlarge", 0)});
  EXPECT_THAT(result.min_sizes, ElementsAre(Pair(0, 1), Pair(1, 0)));
}

TEST(SimpleCapacityGuaranteeStrategy, LargeAllocation) {
  const auto result =
      compute({small(Tier::critical, 10, 2)}, {group(0, Tier::critical, "m4.xlarge", 10), group(1, Tier::critical, "m4.4xlarge", 0)});
  EXPECT_THAT(result.min_sizes, ElementsAre(Pair(0, 6), Pair(1, 0)));
}

TEST(SimpleCapacityGuaranteeStrategy, FlexTierMultiInstanceAllocation) {
  const fenzo::Resources each{fenzo::Cores{4}, fenzo::Megabytes{512}, fenzo::Megabits{128}, fenzo::Megabytes{512}};
  const auto result =
      compute({{Tier::flex, each, 10}, {Tier::flex, each, 40}},
              {group(2, Tier::flex, "r4.8xlarge", 5), group(3, Tier::flex, "r4.4xlarge", 5), group(4, Tier::flex, "p2.8xlarge", 5)});
  EXPECT_THAT(result.min_sizes, ElementsAre(Pair(2, 5), Pair(3, 4), Pair(4, 0)));
}

TEST(SimpleCapacityGuaranteeStrategy, Buffer) {
  EXPECT_THAT(compute({small(Tier::critical, 4)}, {group(0, Tier::critical, "m4.xlarge", 2)}).min_sizes, ElementsAre(Pair(0, 2)));
}

TEST(SimpleCapacityGuaranteeStrategy, TierSharedInstanceAllocation) {
  const auto result = compute({small(Tier::critical, 20), small(Tier::flex, 1, 2), small(Tier::flex, 20)},
                              {group(0, Tier::critical, "m4.xlarge", 0), group(1, Tier::flex, "r4.4xlarge", 0),
                               group(2, Tier::flex, "r4.8xlarge", 0), group(3, Tier::flex, "p2.8xlarge", 3)});
  EXPECT_THAT(result.min_sizes, ElementsAre(Pair(0, 0), Pair(1, 0), Pair(2, 0), Pair(3, 1)));
}

TEST(SimpleCapacityGuaranteeStrategy, AllocationNotChangedIfOnlyDefaultAppInFlexTier) {
  EXPECT_THAT(compute({small(Tier::flex, 100, 2)}, {group(0, Tier::flex, "r4.8xlarge", 1)}).min_sizes, IsEmpty());
}

TEST(SimpleCapacityGuaranteeStrategy, ResourceShortageReporting) {
  const auto result = compute({small(Tier::critical, 100)}, {group(0, Tier::critical, "m4.xlarge", 2)});
  ASSERT_TRUE(result.shortage[0]);
  EXPECT_DOUBLE_EQ(result.shortage[0]->cpus.value(), 110 - 8);
  EXPECT_FALSE(result.shortage[1]);
}

// Memory is divided as whole numbers: what goes beyond one agent is not seen when its CPUs are just used up.
TEST(SimpleCapacityGuaranteeStrategy, TheRestOfOneAgentIsForgotten) {
  const fenzo::Resources agent{fenzo::Cores{4}, fenzo::Megabytes{1000}, fenzo::Megabits{1000}, fenzo::Megabytes{1000}};
  const auto agents = [&](double cpus, double memory) { return agents_for({fenzo::Cores{cpus}, fenzo::Megabytes{memory}, {}, {}}, agent); };
  EXPECT_EQ(agents(4, 1999), 1);
  EXPECT_EQ(agents(4.5, 1999), 2);
  EXPECT_EQ(agents(0, 999), 0);
  EXPECT_EQ(agents(0, 2001), 3);
  EXPECT_EQ(agents(8, 2000), 2);
}

}  // namespace
}  // namespace streamtwin::titus
