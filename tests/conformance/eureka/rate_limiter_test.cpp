// Eureka's RateLimitingFilter, by the cases of its upstream test: a burst of two, one fetch per second.
#include "models/registry/eureka/rate_limiter.hpp"

#include <gtest/gtest.h>

#include "tests/conformance/instants.hpp"

namespace streamtwin::eureka {
namespace {

constexpr bool standard = true, custom = false;

RateLimiterProperties two_then_one() { return {.enabled = true, .burst = 2, .registry_fetch_average = 1, .full_fetch_average = 1}; }

TEST(EurekaRateLimitingFilter, AlwaysServesPrivilegedClients) {
  RateLimitingFilter filter(two_then_one());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(filter.admits(Fetch::full, standard, at(0s)));
}

TEST(EurekaRateLimitingFilter, ThrottlesStandardClientsWhenToldTo) {
  RateLimiterProperties properties = two_then_one();
  properties.throttle_standard_clients = true;
  RateLimitingFilter filter(properties);
  EXPECT_TRUE(filter.admits(Fetch::full, standard, at(0s)));
  EXPECT_TRUE(filter.admits(Fetch::full, standard, at(0s)));
  EXPECT_FALSE(filter.admits(Fetch::full, standard, at(0s)));
}

TEST(EurekaRateLimitingFilter, LimitsFetchesOfEitherKind) {
  for (const Fetch fetch : {Fetch::delta, Fetch::full}) {
    RateLimitingFilter filter(two_then_one());
    EXPECT_TRUE(filter.admits(fetch, custom, at(0s)));
    EXPECT_TRUE(filter.admits(fetch, custom, at(0s)));
    EXPECT_FALSE(filter.admits(fetch, custom, at(0s)));
    EXPECT_TRUE(filter.admits(fetch, custom, at(1s)));
  }
}

TEST(EurekaRateLimitingFilter, AFullFetchThatIsRefusedHasTakenOfTheOthers) {
  RateLimiterProperties properties = two_then_one();
  properties.full_fetch_average = 0;  // no limit
  properties.burst = 1;
  RateLimitingFilter lenient(properties);
  EXPECT_TRUE(lenient.admits(Fetch::full, custom, at(0s)));
  EXPECT_FALSE(lenient.admits(Fetch::delta, custom, at(0s)));
  properties.registry_fetch_average = 1000;
  properties.full_fetch_average = 1;
  RateLimitingFilter strict(properties);
  EXPECT_TRUE(strict.admits(Fetch::full, custom, at(0s)));
  EXPECT_FALSE(strict.admits(Fetch::full, custom, at(0.001s))) << "of the whole registry there is one per second";
  EXPECT_FALSE(strict.admits(Fetch::delta, custom, at(0.001s))) << "and it has taken this one's token";
  EXPECT_TRUE(strict.admits(Fetch::delta, custom, at(0.002s)));
}

TEST(EurekaRateLimitingFilter, LetsEverythingPassWhenItOnlyCounts) {
  RateLimiterProperties properties = two_then_one();
  properties.enabled = false;
  RateLimitingFilter filter(properties);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(filter.admits(Fetch::full, custom, at(0s)));
}

}  // namespace
}  // namespace streamtwin::eureka
