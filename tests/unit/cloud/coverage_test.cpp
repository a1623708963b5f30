// Which instances reservations cover, and which machines they hold: the examples of AWS's pages among them.
#include "models/cloud/ec2/coverage.hpp"

#include <gmock/gmock.h>

#include "models/cloud/ec2/held_capacity.hpp"

namespace streamtwin::ec2 {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

const InstanceType& type(std::string_view name) { return *instance_type(name); }
Purchase zonal(std::string_view name, ZoneIndex zone, double instances) { return {&type(name), {zone}, true, instances}; }
Purchase regional(std::string_view name, double instances) { return {&type(name), {0, 1}, false, instances}; }
Running runs(std::string_view name, ZoneIndex zone, double instances, bool borrowed = false) {
  return {&type(name), zone, borrowed, instances};
}
/// Of each of the running ones.
std::vector<double> covered(const std::vector<Purchase>& purchases, const std::vector<Running>& running) {
  std::vector<double> instances(running.size());
  for (const Cover& part : cover(purchases, running)) instances[part.running] += part.instances;
  return instances;
}

// The table of "Instance size flexibility determined by normalization factor".
TEST(Coverage, CountsSizesByTheirFactors) {
  EXPECT_EQ(normalisation_factor("t2.nano"), 0.25);
  EXPECT_EQ(normalisation_factor("m5.large"), 4);
  EXPECT_EQ(normalisation_factor("m5.xlarge"), 8);
  EXPECT_EQ(normalisation_factor("m4.4xlarge"), 32);
  EXPECT_EQ(normalisation_factor("c5.9xlarge"), 72);
  EXPECT_EQ(normalisation_factor("m5.metal"), normalisation_factor("m5.24xlarge"));
  EXPECT_EQ(family_of("m5.large"), "m5");
}

// Prices of a family are in proportion to these factors, or a size could be covered at a loss.
TEST(Coverage, FactorsAgreeWithPrices) {
  for (const InstanceType& one : instance_types()) {
    const double each = one.usd_per_hour / normalisation_factor(one.name);
    const double large = type(std::string{family_of(one.name)} + ".large").usd_per_hour / 4;
    EXPECT_NEAR(each, large, 0.07 * large) << one.name;
  }
}

TEST(Coverage, OfAZonalOneIsItsTypeInItsZoneAlone) {
  EXPECT_THAT(covered({zonal("m4.xlarge", 0, 2)}, {runs("m4.xlarge", 0, 3), runs("m4.xlarge", 1, 3), runs("m4.large", 0, 3)}),
              ElementsAre(2, 0, 0));
}

// "One c4.8xlarge, two c4.4xlarge or sixteen c4.large": whichever size runs, the smallest first, and the last one in part.
TEST(Coverage, OfARegionalOneIsItsFamilyFromTheSmallestUp) {
  const std::vector<Purchase> bought{regional("m5.8xlarge", 1)};
  EXPECT_THAT(covered(bought, {runs("m5.4xlarge", 0, 1), runs("m5.4xlarge", 1, 1)}), ElementsAre(1, 1));
  EXPECT_THAT(covered(bought, {runs("m5.large", 1, 20)}), ElementsAre(16));
  EXPECT_THAT(covered(bought, {runs("m5.8xlarge", 0, 1), runs("m5.4xlarge", 0, 1), runs("r5.large", 0, 1)}), ElementsAre(0.5, 1, 0));
}

TEST(Coverage, ZonalOnesComeFirst) {
  EXPECT_THAT(covered({regional("m5.large", 1), zonal("m5.large", 0, 2)}, {runs("m5.large", 0, 2), runs("m5.large", 1, 1)}),
              ElementsAre(2, 1));
}

TEST(Coverage, OwnersComeBeforeBorrowersAndShareAmongThemselves) {
  EXPECT_THAT(covered({zonal("m5.large", 0, 6)}, {runs("m5.large", 0, 3, true), runs("m5.large", 0, 2), runs("m5.large", 0, 2)}),
              ElementsAre(2, 2, 2));
  EXPECT_THAT(covered({zonal("m5.large", 0, 3)}, {runs("m5.large", 0, 3, true), runs("m5.large", 0, 4), runs("m5.large", 0, 2)}),
              ElementsAre(0, DoubleEq(2), DoubleEq(1)));
}

TEST(HeldCapacity, IsForItsTypeAloneAsFarAsThatDoesNotUseIt) {
  HeldCapacity held;
  EXPECT_TRUE(held.empty());
  held.hold(type("m5.large"), 3);
  held.take(&type("m5.large"));
  EXPECT_EQ(held.open_to(&type("m5.large"), 5), 5);
  EXPECT_EQ(held.open_to(&type("c5.large"), 5), 3) << "two of them are held";
  EXPECT_EQ(held.open_to(nullptr, 1), 0);
  for (int i = 0; i < 4; ++i) held.take(&type("m5.large"));
  EXPECT_EQ(held.open_to(&type("c5.large"), 1), 1) << "more run than are reserved";
  for (int i = 0; i < 5; ++i) held.give_back(&type("m5.large"));
  EXPECT_EQ(held.open_to(&type("c5.large"), 5), 2);
}

}  // namespace
}  // namespace streamtwin::ec2
