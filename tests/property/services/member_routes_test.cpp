// However many routes of whatever sizes there are: no member takes two, each keeps to one, and each route has its share.
#include "models/services/member_routes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim-core/random.hpp"

namespace streamtwin::services {
namespace {

constexpr std::uint32_t members = 40000;

TEST(MemberRoutes, HaveTheirSharesWhateverTheyAreAndWhoeverElseIsOpen) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Random random(seed, "routes", "shares");
    MemberRoutes routes;
    routes.draw_by(random.bits());
    std::vector<double> shares;
    for (double left = 1; shares.size() < 8;) left -= shares.emplace_back(random.uniform(0, left / 2));
    for (const double share : shares) routes.open(routes.add(0, Fraction{share}));
    std::vector<MemberRoutes::Route> taken;
    std::vector<double> found(shares.size() + 1);
    for (std::uint32_t member = 0; member < members; ++member) ++found[taken.emplace_back(routes.route_of(member, 0))];
    for (std::size_t route = 1; route <= shares.size(); ++route) {
      const double expected = shares[route - 1] * members;
      EXPECT_NEAR(found[route], expected, 5 * std::sqrt(expected) + 1) << "seed " << seed;
    }
    const auto closed = static_cast<MemberRoutes::Route>(1 + random.below(shares.size()));
    routes.close(closed);
    for (std::uint32_t member = 0; member < members; ++member) {
      ASSERT_EQ(routes.route_of(member, 0), taken[member] == closed ? 0 : taken[member]) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace streamtwin::services
