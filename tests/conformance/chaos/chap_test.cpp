// The two-proportion test and the ratio of two shares, against scipy 1.10.1: z is the signed root of `stats.chi2_contingency` without
// Yates' correction, the ratio and its interval are `stats.contingency.relative_risk`.
#include <gtest/gtest.h>

#include "models/chaos/chap/comparison.hpp"

namespace streamtwin::chaos {
namespace {

struct Vector {
  GroupPlays experiment, control;
  double z, ratio, lower, upper;
};

constexpr Vector vectors[] = {
    {{50, 45}, {50, 50}, -2.2941573387056176, 0.9, 0.8205716036498683, 0.9871167810306302},
    {{100, 80}, {100, 95}, -3.2071349029490928, 0.8421052631578948, 0.7560318923284439, 0.9379779893334897},
    {{1000, 990}, {1000, 995}, -1.295863081156707, 0.9949748743718593, 0.9874192563786189, 1.002588307080471},
    {{4000, 3990}, {4000, 3960}, 4.255961412791452, 1.0075757575757576, 1.0040758944027879, 1.0110878200678206},
    {{120, 3}, {90, 7}, -1.777287258717622, 0.32142857142857145, 0.085470656170531, 1.2087929490616707},
    {{37, 20}, {5000, 4950}, -23.776436714148677, 0.546000546000546, 0.4056693235200447, 0.7348758679756667},
    {{2500, 2375}, {2600, 2574}, -8.424702179821535, 0.9595959595959596, 0.9502496422432638, 0.9690342040004257},
    {{10, 10}, {10, 9}, 1.025978352085154, 1.1111111111111112, 0.9037180774617193, 1.3660984902527449},
};

TEST(TwoProportions, GiveTheStatisticOfScipy) {
  for (const Vector& vector : vectors) {
    EXPECT_NEAR(two_proportion_z(vector.experiment, vector.control), vector.z, 1e-10);
    EXPECT_NEAR(two_proportion_z(vector.control, vector.experiment), -vector.z, 1e-10);
  }
}

TEST(TwoProportions, HaveTheRatioAndIntervalOfScipy) {
  for (const Vector& vector : vectors) {
    const ShareRatio found = share_ratio(vector.experiment, vector.control);
    EXPECT_NEAR(found.value, vector.ratio, 1e-12);
    EXPECT_NEAR(found.lower, vector.lower, 1e-10);
    EXPECT_NEAR(found.upper, vector.upper, 1e-10);
  }
}

}  // namespace
}  // namespace streamtwin::chaos
