// How large a service job may become, and what no container may have.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "models/titus/jobs/capacity.hpp"
#include "models/titus/jobs/job_tasks.hpp"

namespace streamtwin::titus {
namespace {

TEST(TitusCapacity, FollowsItsBoundsAndItsProcesses) {
  Capacity capacity{1, 5, 10};
  EXPECT_EQ(change(capacity, {.min = 7}, {}), CapacityAnswer::changed);
  EXPECT_EQ(capacity, (Capacity{7, 7, 10}));
  EXPECT_EQ(change(capacity, {.min = 1, .max = 3}, {}), CapacityAnswer::changed);
  EXPECT_EQ(capacity, (Capacity{1, 3, 3}));
  EXPECT_EQ(change(capacity, {.desired = 4}, {}), CapacityAnswer::invalid);
  EXPECT_EQ(change(capacity, {.desired = 3}, {}), CapacityAnswer::unchanged);
  EXPECT_EQ(change(capacity, {.desired = 2}, {.decrease_desired_disabled = true}), CapacityAnswer::disabled);
  EXPECT_EQ(change(capacity, {.desired = 4, .max = 9}, {.increase_desired_disabled = true}), CapacityAnswer::disabled);
  EXPECT_EQ(change(capacity, {.max = 9}, {.increase_desired_disabled = true}), CapacityAnswer::changed);
  EXPECT_EQ(capacity, (Capacity{1, 3, 9}));
}

TEST(TitusCapacity, ShrinksItsMinimumUnlessToldNotTo) {
  Capacity capacity{2, 2, 4};
  EXPECT_FALSE(shrink(capacity, true));
  EXPECT_TRUE(shrink(capacity, false));
  EXPECT_EQ(capacity, (Capacity{1, 1, 4}));
}

TEST(TitusLimits, NameWhatNoContainerMayHave) {
  EXPECT_EQ(why_refused({}, {}), std::nullopt);
  EXPECT_EQ(why_refused({.cpus = 200}, {}), "a container has 1 to 96 CPUs, not 200");
  EXPECT_EQ(why_refused({.memory = Bytes{-1e6}}, {}), "a container has 512 to 750000 MB of memory, not -1 MB");
  EXPECT_EQ(why_refused({.cpus = std::nan("")}, {}), "a container has 1 to 96 CPUs, not nan");
}

}  // namespace
}  // namespace streamtwin::titus
