// Which region geographic DNS names, and who hears of a change when.
#include <gtest/gtest.h>

#include "models/edge/dns/geo_dns.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::dns {
namespace {

using namespace literals;

const places::Place virginia{38.9, -77.4}, oregon{45.6, -121.2}, ireland{53.3, -6.3};

TEST(GeoDns, NamesTheNearestRegion) {
  const GeoDns dns({virginia, oregon, ireland});
  EXPECT_EQ(dns.home({40.7, -74.0}), 0);   // New York
  EXPECT_EQ(dns.home({37.8, -122.4}), 1);  // San Francisco
  EXPECT_EQ(dns.home({52.5, 13.4}), 2);    // Berlin
}

TEST(GeoDns, KnowsWhatItSaidBefore) {
  GeoDns dns({virginia, oregon, ireland});
  EXPECT_TRUE(dns.always_home(0));
  const GeoDns::Redirect saviours[] = {{1, 50_pct}, {2, 50_pct}};
  dns.redirect(0, saviours, at(100s));
  dns.redirect(0, {}, at(200s));
  EXPECT_FALSE(dns.always_home(0));
  EXPECT_TRUE(dns.always_home(1));
  EXPECT_EQ(dns.answer(0, 0.2, at(99s)), 0);
  EXPECT_EQ(dns.answer(0, 0.2, at(100s)), 1);
  EXPECT_EQ(dns.answer(0, 0.7, at(199s)), 2);
  EXPECT_EQ(dns.answer(0, 0.7, at(200s)), 0);
}

// The share of clients that have heard of a change so long ago: evenly over the time to live, then a tail.
TEST(Resolvers, HearOfAChangeOverTheTimeToLiveAndSomeMuchLater) {
  const ResolverHabits habits = GeoDnsSpec{.ttl = 60s, .stragglers = 5_pct, .straggler_mean = 30min}.habits();
  Random random(1, "resolvers", "heard");
  constexpr int clients = 100'000;
  std::vector<double> ages;
  for (int i = 0; i < clients; ++i) ages.push_back(in_seconds(age_of_answer(habits, random.two_uniforms())));
  const auto heard_by = [&](double time) {
    return static_cast<double>(std::count_if(ages.begin(), ages.end(), [&](double age) { return age <= time; })) / clients;
  };
  // Of those behind a resolver that keeps answers, 60 in 1860 are in their first minute.
  EXPECT_NEAR(heard_by(30), 0.95 * 30 / 60 + 0.05 * 30 / 1860, 0.005);
  EXPECT_NEAR(heard_by(60), 0.95 + 0.05 * 60 / 1860, 0.003);
  EXPECT_NEAR(heard_by(60 + 1800), 1 - 0.05 * (1800.0 / 1860) * std::exp(-1), 0.003);
}

}  // namespace
}  // namespace streamtwin::dns
