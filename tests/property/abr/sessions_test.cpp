// Laws of a viewing session under every rate rule, over random networks and movies.
#include <gtest/gtest.h>

#include "models/clients/abr/reference_session.hpp"

namespace streamtwin::abr {
namespace {

using namespace literals;

traces::BandwidthTrace random_trace(Random& random) {
  std::vector<traces::Period> periods;
  const std::size_t count = 1 + random.below(40);
  for (std::size_t i = 0; i < count; ++i)
    periods.push_back({Duration{random.uniform(0.05, 20)}, random.chance(0.15) ? BitRate{0} : BitRate{random.uniform(1e5, 2e7)},
                       Duration{random.uniform(0, 0.3)}});
  periods.push_back({5s, 3_Mbps, 50ms});
  return traces::BandwidthTrace("random", std::move(periods));
}

Movie random_movie(Random& random) {
  std::vector<BitRate> rates;
  double rate = random.uniform(1e5, 5e5);
  for (std::size_t i = 0, levels = 1 + random.below(10); i < levels; ++i, rate *= random.uniform(1.2, 2)) rates.push_back(BitRate{rate});
  const Duration chunk{random.uniform(1, 6)};
  const auto chunks = static_cast<std::uint32_t>(1 + random.below(200));
  return random.chance(0.5) ? Movie::constant(Ladder{rates}, chunk, chunks) : Movie::variable(Ladder{rates}, chunk, chunks, random);
}

TEST(Sessions, EverySecondIsStartUpPlaybackOrStallUnderEveryRule) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    Random random(seed, "sessions", "property");
    const traces::BandwidthTrace trace = random_trace(random);
    const Movie movie = random_movie(random);
    for (const auto& rule : enum_names<Rule>) {
      AbrSpec config{.rule = rule.value};
      config.parameters.buffer_capacity = movie.chunk_duration() * random.uniform(1.5, 60);
      const ReferenceResult result = reference_session(trace, movie, config);
      ASSERT_EQ(result.levels.size(), movie.chunks());
      for (Level level : result.levels) ASSERT_LE(level, movie.ladder().top());
      EXPECT_EQ(result.levels.front(), 0);
      EXPECT_GE(result.rebuffer, Duration{0});
      const Duration first_latency = result.play_time - movie.duration() - result.rebuffer - result.startup;
      EXPECT_GE(first_latency.count(), -1e-6) << rule.name << ", seed " << seed;
      EXPECT_LE(first_latency.count(), 0.3 * 2 + 1e-6) << rule.name << ", seed " << seed;
      EXPECT_LE(result.played_bitrate.value(), movie.ladder().rate(movie.ladder().top()).value() * (1 + 1e-9));
      EXPECT_GT(result.ramp_up, Duration{0});
    }
  }
}

TEST(Sessions, AFasterNetworkNeverStallsWhereItsRateExceedsTheLadder) {
  for (const auto& rule : enum_names<Rule>) {
    AbrSpec config{.rule = rule.value};
    config.parameters.buffer_capacity = 60s;
    const ReferenceResult result =
        reference_session(traces::BandwidthTrace("fast", {{10s, 100_Mbps, 20ms}}), Movie::constant(fixed_ladder_2015(), 4s, 200), config);
    EXPECT_EQ(result.rebuffer, Duration{0}) << rule.name;
    EXPECT_EQ(result.levels.back(), 9) << rule.name;
  }
}

}  // namespace
}  // namespace streamtwin::abr
