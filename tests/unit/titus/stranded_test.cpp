// Room that no container fits into.
#include <gtest/gtest.h>

#include <vector>

#include "models/titus/placement/stranded.hpp"

namespace streamtwin::titus {
namespace {

fenzo::Resources amounts(double cpus, double megabytes) {
  return {fenzo::Cores{cpus}, fenzo::Megabytes{megabytes}, fenzo::Megabits{1000}, fenzo::Megabytes{1000}};
}

TEST(Stranded, AsManyFitAsTheScarcestResourceAllows) {
  const fenzo::Resources needs = amounts(4, 1000);
  EXPECT_EQ(fit_into(amounts(8, 5000), {needs.cpus, needs.memory, {}, {}}), 2);
  EXPECT_EQ(fit_into(amounts(16, 2500), {needs.cpus, needs.memory, {}, {}}), 2);
  EXPECT_EQ(fit_into(amounts(16, 9000), needs), 1) << "of network and disk there is no more";
  EXPECT_EQ(fit_into(amounts(-1, 9000), needs), 0) << "given away twice";
}

TEST(Stranded, IsWhatWouldFitTogetherAndDoesNotApart) {
  const fenzo::Resources needs{fenzo::Cores{4}, {}, {}, {}};
  const std::vector<fenzo::Resources> halves{amounts(2, 1), amounts(2, 1)}, whole{amounts(4, 1), amounts(0, 1)};
  EXPECT_EQ(stranded_share(halves, needs), 1);
  EXPECT_EQ(stranded_share(whole, needs), 0);
  const std::vector<fenzo::Resources> mixed{amounts(4, 1), amounts(6, 1), amounts(6, 1)};
  EXPECT_EQ(stranded_share(mixed, needs), 0.25) << "16 processors are four of them";
  EXPECT_EQ(stranded_share({}, needs), 0);
}

}  // namespace
}  // namespace streamtwin::titus
