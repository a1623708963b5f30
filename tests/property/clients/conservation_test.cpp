// Laws that hold for any sequence of chunks, any rate curve and any draw.
#include <gtest/gtest.h>

#include "models/clients/demand.hpp"
#include "models/clients/demand_titles.hpp"
#include "models/clients/player.hpp"

namespace streamtwin::clients {
namespace {

using namespace literals;

TEST(PlayerConservation, EverySecondDownloadedIsPlayedOrBufferedAndEverySecondIsPlayedStalledOrStarting) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed, "player", "property");
    const PlayerModel model({.start_chunks = 1 + static_cast<int>(random.below(4))}, 4s, 300, 60s);
    Player player(at(0s));
    Instant now = at(0s), started = never;
    while (!player.downloaded_all(model)) {
      const Duration room = player.wait_for_room(model, now);
      EXPECT_LE(player.buffer(now + room) + model.chunk_duration, model.buffer_capacity + 1us);
      now += room + random.exponential(Duration{3.5});
      if (random.chance(0.1)) player.settle(model, now);
      if (player.chunk_arrived(model, now, 1_Mbps)) started = now;
      const Duration since_start = started == never ? Duration{0} : now - started;
      ASSERT_NEAR((player.played(model) + player.rebuffered()).count(), since_start.count(), 1e-6) << seed;
      ASSERT_NEAR((player.played(model) + player.buffer(now)).count(), player.next_chunk() * 4.0, 1e-6);
      ASSERT_GE(player.buffer(now), 0s);
    }
    player.settle(model, player.runs_dry());
    EXPECT_NEAR(player.played(model).count(), 1200, 1e-6);
    EXPECT_EQ(player.phase(model, now + 100s), PlayerPhase::finished);
  }
}

TEST(PoissonArrivals, ComeAsOftenAsTheCurveSaysInEveryPartOfIt) {
  const DiurnalCurve day{DiurnalSpec{}};
  const RateCurve curve = RateCurve::diurnal(Rate{2}, day, {Weekday::friday, 12h}, 12h).scaled(at(6h), at(7h), 2.5);
  Random random(3, "members", "arrivals");
  PoissonArrivals arrivals(curve);
  std::array<double, 12> counts{};
  for (Instant t = arrivals.next(random); t < at(12h); t = arrivals.next(random)) ++counts[static_cast<std::size_t>(in_seconds(t) / 3600)];
  for (std::size_t hour = 0; hour < counts.size(); ++hour) {
    const double expected = curve.expected(at(hour * 1h), at((hour + 1) * 1h));
    EXPECT_NEAR(counts[hour], expected, 4.5 * std::sqrt(expected)) << "hour " << hour;
  }
}

TEST(PoissonArrivals, AreExponentiallySpacedInOperationalTime) {
  const RateCurve curve = RateCurve::diurnal(Rate{5}, DiurnalCurve{DiurnalSpec{}}, {}, 24h);
  Random random(4, "members", "arrivals");
  PoissonArrivals arrivals(curve);
  double sum = 0, squares = 0;
  Instant before{};
  constexpr int n = 20'000;
  for (int i = 0; i < n; ++i) {
    const Instant t = arrivals.next(random);
    const double gap = curve.expected(before, t);
    sum += gap;
    squares += gap * gap;
    before = t;
  }
  EXPECT_NEAR(sum / n, 1, 4 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 2, 4 * std::sqrt(20.0) / std::sqrt(n));
}

TEST(TitlePopularity, InversionAgreesWithTheShares) {
  const TitlePopularity titles = TitlePopularity::published();
  for (int i = 0; i < 200'000; ++i) {
    const double quantile = i / 200'000.0;
    const std::size_t title = titles.at(quantile);
    ASSERT_LE(titles.share_of_top(title).value(), quantile);
    ASSERT_GT(titles.share_of_top(title + 1).value(), quantile);
  }
  EXPECT_EQ(titles.at(1 - 0x1p-53), titles.titles() - 1);
}

TEST(TitlePopularity, SharesNeverRiseDownTheRanks) {
  const TitlePopularity titles = TitlePopularity::published();
  for (std::size_t title = 1; title < titles.titles(); ++title) {
    ASSERT_GT(titles.share(title).value(), 0);
    // Differences of a running sum: equal shares may differ by its rounding.
    ASSERT_LE(titles.share(title).value(), titles.share(title - 1).value() + 1e-15) << title;
  }
}

}  // namespace
}  // namespace streamtwin::clients
