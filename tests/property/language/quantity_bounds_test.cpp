// The expressions by which the schema judges the bounds of quantities say of every decimal what its value says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>

#include "scenarios/language/quantity.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::language {
namespace {

/// A decimal of few digits, so that equal beginnings and ends are common; sometimes with zeros around it.
std::string decimal(Random& random) {
  std::string text = random.chance(0.3) ? "-" : "";
  for (std::uint64_t n = random.below(4); n > 0; --n) text += static_cast<char>('0' + random.below(3) * 4);
  const bool bare = text.empty() || text == "-";
  if (bare || random.chance(0.6)) {
    text += '.';
    for (std::uint64_t n = random.below(3) + (bare ? 1 : 0); n > 0; --n) text += static_cast<char>('0' + random.below(3) * 4);
  }
  return text;
}

class EitherBound : public testing::TestWithParam<BoundKind> {};

TEST_P(EitherBound, OfAQuantityAreThoseOfItsValue) {
  Random random(3, "decimals", "bounds");
  for (int i = 0; i < 150; ++i) {
    const double bound = *read_number(decimal(random));
    const std::regex pattern(quantity_bound_pattern(unit_names<Duration>, GetParam(), bound));
    for (int k = 0; k < 25; ++k) {
      const UnitName& unit = unit_names<Duration>[random.below(unit_names<Duration>.size())];
      const std::string text = fmt::format("{} {}", decimal(random), unit.text);
      const double value = read_quantity(text, unit_names<Duration>).value;
      const bool holds = GetParam() == BoundKind::at_least ? value >= bound : value <= bound;
      EXPECT_EQ(std::regex_match(text, pattern), holds) << text << " against " << bound;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EitherBound, testing::Values(BoundKind::at_least, BoundKind::at_most));

TEST(QuantityBounds, LeaveExponentsToTheParser) {
  const std::regex pattern(quantity_bound_pattern(unit_names<Duration>, BoundKind::at_most, 1));
  EXPECT_TRUE(std::regex_match("1e3 s", pattern));
  EXPECT_FALSE(std::regex_match("1000 s", pattern));
  EXPECT_TRUE(std::regex_match("1000.0ms", pattern));
}

}  // namespace
}  // namespace streamtwin::language
