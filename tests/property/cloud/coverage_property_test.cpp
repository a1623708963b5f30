// Laws of reservations, over random purchases and fleets.
#include <gtest/gtest.h>

#include "models/cloud/ec2/coverage.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::ec2 {
namespace {

constexpr auto types = std::to_array<std::string_view>({"m5.large", "m5.xlarge", "m5.4xlarge", "m5.metal", "c5.large", "c5.9xlarge"});

const InstanceType& random_type(Random& random) { return *instance_type(types[random.below(types.size())]); }

std::vector<Purchase> random_purchases(Random& random) {
  std::vector<Purchase> purchases;
  for (std::size_t i = random.below(6); i > 0; --i) {
    const bool zonal = random.chance(0.5);
    const auto zone = static_cast<ZoneIndex>(random.below(3));
    purchases.push_back({&random_type(random), zonal ? std::vector{zone} : std::vector<ZoneIndex>{0, 1, 2}, zonal,
                         1.0 + static_cast<double>(random.below(20))});
  }
  return purchases;
}

std::vector<Running> random_fleet(Random& random) {
  std::vector<Running> running;
  for (std::size_t i = random.below(12); i > 0; --i) {
    const auto zone = static_cast<ZoneIndex>(random.below(3));
    running.push_back({&random_type(random), zone, random.chance(0.3), static_cast<double>(random.below(15))});
  }
  return running;
}

struct Sums {
  std::vector<double> by_purchase, by_running;
};

// In units of the purchase's type, and in instances.
Sums sums_of(const std::vector<Purchase>& purchases, const std::vector<Running>& running) {
  Sums sums{std::vector<double>(purchases.size()), std::vector<double>(running.size())};
  for (const Cover& part : cover(purchases, running)) {
    EXPECT_TRUE(matches(purchases[part.purchase], *running[part.running].type, running[part.running].zone));
    EXPECT_GT(part.instances, 0);
    sums.by_purchase[part.purchase] +=
        part.instances * normalisation_factor(running[part.running].type->name) / normalisation_factor(purchases[part.purchase].type->name);
    sums.by_running[part.running] += part.instances;
  }
  return sums;
}

TEST(ReservationCoverage, IsNeverMoreThanIsBoughtOrRunsAndNothingIsLeftThatCouldBeCovered) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed, "reservations", "property");
    const std::vector<Purchase> purchases = random_purchases(random);
    const std::vector<Running> running = random_fleet(random);
    const Sums sums = sums_of(purchases, running);
    for (std::size_t i = 0; i < running.size(); ++i) ASSERT_LE(sums.by_running[i], running[i].instances + rounding_of_parts);
    for (std::size_t p = 0; p < purchases.size(); ++p) {
      ASSERT_LE(sums.by_purchase[p], purchases[p].instances + rounding_of_parts);
      if (sums.by_purchase[p] > purchases[p].instances - rounding_of_parts) continue;
      for (std::size_t i = 0; i < running.size(); ++i) {
        if (!matches(purchases[p], *running[i].type, running[i].zone)) continue;
        ASSERT_NEAR(sums.by_running[i], running[i].instances, rounding_of_parts) << "a purchase that is not used up covers all it can";
      }
    }
  }
}

TEST(ReservationCoverage, OfOwnersIsAsIfNobodyBorrowed) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed, "borrowers", "property");
    const std::vector<Purchase> purchases = random_purchases(random);
    const std::vector<Running> running = random_fleet(random);
    std::vector<Running> alone = running;
    for (Running& one : alone) one.instances = one.borrowed ? 0 : one.instances;
    const Sums all = sums_of(purchases, running), owners = sums_of(purchases, alone);
    for (std::size_t i = 0; i < running.size(); ++i) {
      if (!running[i].borrowed) ASSERT_NEAR(all.by_running[i], owners.by_running[i], rounding_of_parts);
    }
  }
}

}  // namespace
}  // namespace streamtwin::ec2
