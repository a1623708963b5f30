// When callers hear of what happens to an instance, against the bounds that follow from Eureka's timers: a client registers after 40 s,
// servers tell each other within half a second, and three caches keep what they have for up to 30 s each. A lease that has been renewed
// ends 150 to 180 s after its instance has died, and evictions come once a minute.
#include <gtest/gtest.h>

#include "models/registry/eureka2_cluster.hpp"
#include "tests/registered_region.hpp"

namespace streamtwin {
namespace {

using registry::EurekaSpec;
using registry::News;
using registry::RegistryKind;

constexpr double caches = 90, peers = 0.5, messages = 0.1, bin = 1.011;  // of histograms, one per cent wide

RegisteredRegionSetup setup_of(RegistryKind kind, bool deltas = true, bool at_once = false) {
  RegisteredRegionSetup setup{
      .instances = 720, .apps = 12, .callees = 3, .between_replacements = 37.3s, .observed = true, .takes_out = true};
  setup.registry.kind = kind;
  setup.eureka.deltas = deltas;
  setup.eureka.client.register_at_once = at_once;
  return setup;
}

TEST(Propagation, OfEurekaIsWithinTheBoundsOfItsTimers) {
  for (const bool deltas : {false, true}) {
    SCOPED_TRACE(deltas);
    RegisteredRegion region(setup_of(RegistryKind::eureka, deltas));
    region.run(90min);
    const auto& registered = region.known_after(News::registered);
    EXPECT_GT(registered.count(), 20'000u);
    EXPECT_LE(registered.max(), (40 + caches + peers + messages) * bin);
    EXPECT_GT(registered.quantile(0.999), 110) << "the bound is nearly met";
    EXPECT_GE(registered.quantile(0.001), 40 / bin);
    EXPECT_NEAR(registered.quantile(0.5), 40 + caches / 2, 4)
        << "three even spreads, but of those that have just begun, who take lists a second after they fetch";
    EXPECT_LE(region.known_after(News::cancelled).max(), (caches + peers + messages) * bin);
    EXPECT_NEAR(region.known_after(News::cancelled).quantile(0.5), caches / 2, 4);
    EXPECT_LE(region.known_after(News::out_of_service).max(), (caches + peers + messages) * bin);
    EXPECT_LE(region.known_after(News::put_up).max(), (caches + peers + messages) * bin);
    const auto& crashed = region.known_after(News::crashed);
    EXPECT_GE(crashed.quantile(0.001), 150 / bin);
    EXPECT_LE(crashed.max(), (180 + 60 + caches + messages) * bin);
    EXPECT_NEAR(crashed.quantile(0.5), 165 + 30 + 30 + caches / 3, 8) << "servers evict when they have just refreshed their first cache";
  }
}

TEST(Propagation, OfARegistrationAtOnceIsThatOfACancel) {
  RegisteredRegion region(setup_of(RegistryKind::eureka, true, true));
  region.run(90min);
  EXPECT_LE(region.known_after(News::registered).max(), (caches + peers + messages) * bin);
}

// Silence is noticed by the server's look, 90 to 180 s after the last heartbeat, which was up to 30 s before the end. All else takes
// four messages at most.
TEST(Propagation, OfEureka2IsThatOfItsMessages) {
  RegisteredRegion region(setup_of(RegistryKind::eureka2));
  region.run(90min);
  for (const News news : {News::registered, News::cancelled, News::out_of_service, News::put_up}) {
    EXPECT_GT(region.known_after(news).count(), 100u);
    EXPECT_LE(region.known_after(news).max(), 0.01);
  }
  const auto& crashed = region.known_after(News::crashed);
  EXPECT_GE(crashed.quantile(0.001), 60 / bin);
  EXPECT_LE(crashed.max(), 180 * bin);
}

// What a subscription saves: clients ask for what is new twice a minute each, and most of what they hear does not concern them.
TEST(Propagation, OfEureka2TakesAFractionOfTheBytes) {
  const auto bytes = [](RegistryKind kind) {
    RegisteredRegion region(setup_of(kind));
    region.run(1h);
    return std::pair{region.measures().fetched.total(), region.measures().replicated.total()};
  };
  const auto [fetched, replicated] = bytes(RegistryKind::eureka);
  const auto [subscribed, told] = bytes(RegistryKind::eureka2);
  EXPECT_LT(subscribed, fetched / 5);
  EXPECT_LT(told, replicated / 20) << "heartbeats are not replicated";
  EXPECT_GT(subscribed, 0);
  EXPECT_GT(told, 0);
}

}  // namespace
}  // namespace streamtwin
