// The rate rules on situations small enough to reckon by hand.
#include <gtest/gtest.h>

#include "models/clients/abr/abr.hpp"
#include "models/clients/abr/reference_session.hpp"

namespace streamtwin::abr {
namespace {

using namespace literals;

AbrSpec config_of(Rule rule, Duration buffer) {
  AbrSpec config{.rule = rule};
  config.parameters.buffer_capacity = buffer;
  return config;
}

TEST(Ladder, RefusesRatesThatDoNotRise) {
  EXPECT_THROW((Ladder{{2_Mbps, 1_Mbps}}), std::invalid_argument);
  EXPECT_THROW((Ladder{{0_Mbps, 1_Mbps}}), std::invalid_argument);
  EXPECT_THROW((Ladder{std::vector<BitRate>{}}), std::invalid_argument);
}

TEST(Ladder, CapsAtAScreenButKeepsTheLowestRate) {
  const Ladder ladder = fixed_ladder_2015();
  EXPECT_EQ(ladder.size(), 10u);
  EXPECT_EQ(ladder.capped(1750_kbps).size(), 6u);
  EXPECT_EQ(ladder.capped(100_kbps).size(), 1u);
  EXPECT_EQ(ladder.highest_within(2_Mbps), 5);
  EXPECT_EQ(ladder.highest_within(1_kbps), 0);
}

TEST(Movie, VariableSizesKeepTheMeanRateAndAtMostDoubleIt) {
  Random random(1, "movie", "sizes");
  const Movie movie = Movie::variable(fixed_ladder_2015(), 4s, 900, random);
  Bytes total;
  for (std::uint32_t chunk = 0; chunk < movie.chunks(); ++chunk) {
    total += movie.chunk_size(chunk, 3);
    EXPECT_LE(movie.chunk_size(chunk, 3) / (750_kbps * 4s), 2.0 + 1e-6);
  }
  EXPECT_NEAR(total / (750_kbps * movie.duration()), 1, 2e-3);
}

TEST(ThroughputEstimate, OneSampleIsItsOwnAverage) {
  const EstimateModel model({8s, 3s}, 3s);
  ThroughputEstimate estimate;
  estimate.add(model, 2s, 5_Mbps, 40ms);
  EXPECT_NEAR(estimate.throughput() / 5_Mbps, 1, 1e-12);
  EXPECT_NEAR(estimate.latency(model) / Duration{40ms}, 1, 1e-12);
}

TEST(ThroughputEstimate, TakesTheLowerOfTheFastAndTheSlowAverage) {
  const EstimateModel model({8s, 3s}, 8s);
  ThroughputEstimate falling;
  falling.add(model, 8s, 8_Mbps, 0s);
  falling.add(model, 8s, 2_Mbps, 0s);
  // Half life 3 s: 2^(-8/3) of each weight is left after 8 s.
  const double kept = 0.15749013123685915;
  EXPECT_NEAR(falling.throughput().value(), (kept * (1 - kept) * 8e6 + (1 - kept) * 2e6) / (1 - kept * kept), 1);
  ThroughputEstimate rising;
  rising.add(model, 8s, 2_Mbps, 0s);
  rising.add(model, 8s, 8_Mbps, 0s);
  // Half life 8 s: one half.
  EXPECT_NEAR(rising.throughput().value(), (0.25 * 2e6 + 0.5 * 8e6) / 0.75, 1);
}

TEST(ThroughputEstimate, ATransferOfNoTimeLeavesItFinite) {
  const EstimateModel model({8s, 3s}, 4s);
  ThroughputEstimate estimate;
  estimate.add(model, 0s, 5_Mbps, 0s);
  EXPECT_NEAR(estimate.throughput() / 5_Mbps, 1, 1e-6);
}

TEST(ThroughputRule, TakesWhatNinetyPercentOfTheThroughputSustains) {
  RuleSpec config;
  config.insufficient_buffer_rule = false;
  const ThroughputRule rule(config, Ladder{{1_Mbps, 2_Mbps, 4_Mbps}}, 4s);
  RuleState state;
  const auto level = [&](BitRate throughput, Duration latency) {
    return rule.choose(state, {.buffer = 10s, .throughput = throughput, .latency = latency}).level;
  };
  EXPECT_EQ(level(4500_kbps, 0s), 2);
  EXPECT_EQ(level(4400_kbps, 0s), 1);
  EXPECT_EQ(level(4500_kbps, 1s), 1);
  EXPECT_EQ(level(100_kbps, 0s), 0);
}

TEST(ThroughputRule, NeverAsksForMoreThanTheBufferLetsThrough) {
  const ThroughputRule rule(RuleSpec{}, Ladder{{1_Mbps, 2_Mbps, 4_Mbps}}, 4s);
  // 0.9 * (2 s - 1 s) * 10 Mbps = 9 Mb: 2 Mbps * 4 s passes, 4 Mbps * 4 s does not.
  RuleState first;
  EXPECT_EQ(rule.choose(first, {.buffer = 2s, .throughput = 10_Mbps, .latency = 1s}).level, 1);
  // After many decisions the factor is 0.5: 5 Mb let only the lowest level through.
  RuleState late{.throughput_decisions = decisions_counted_max};
  EXPECT_EQ(rule.choose(late, {.buffer = 2s, .throughput = 10_Mbps, .latency = 1s}).level, 0);
}

TEST(BolaBasic, WaitsAtTheSustainedLevelInsteadOfOscillating) {
  RuleSpec config;
  config.buffer_capacity = 25s;
  const BolaBasic rule(config, Ladder{{1_Mbps, 2_Mbps, 4_Mbps}}, 3s);
  // V = 22 s / (ln 4 + 5): the top level's buffer is 22 s, the lowest's V * 5.
  EXPECT_NEAR(rule.buffer_max(2).count(), 22, 1e-9);
  const double v = 22 / (1.3862943611198906 + 5);
  RuleState state;
  const Decision decision = rule.choose(state, {.buffer = 21s, .throughput = 1500_kbps});
  EXPECT_EQ(decision.level, 0);
  EXPECT_NEAR(decision.wait.count(), 21 - 5 * v, 1e-9);
  const Decision falling = rule.choose(state, {.buffer = 1s, .throughput = 100_Mbps});
  EXPECT_EQ(falling.level, 0);
  EXPECT_EQ(falling.wait, Duration{0});
}

TEST(BolaBasic, KeepsALevelItAlreadyHasAboveTheSustainedOne) {
  const BolaBasic rule(RuleSpec{.buffer_capacity = 25s}, Ladder{{1_Mbps, 2_Mbps, 4_Mbps}}, 3s);
  RuleState state{.bola_level = 1};
  const Decision decision = rule.choose(state, {.buffer = 21s, .throughput = 1500_kbps});
  EXPECT_EQ(decision.level, 1);
  EXPECT_EQ(decision.wait, Duration{0});
}

TEST(Bba0, HoldsItsLevelUntilTheMapPassesTheNext) {
  const Bba0 rule(RuleSpec{}, Ladder{{1_Mbps, 2_Mbps, 4_Mbps}}, 4s);
  const auto level = [&](Duration buffer, Level last) {
    RuleState state{.last_level = last};
    return rule.choose(state, {.buffer = buffer}).level;
  };
  EXPECT_EQ(level(90s, 2), 0);   // at the reservoir
  EXPECT_EQ(level(216s, 0), 2);  // at the upper knee
  EXPECT_EQ(level(131s, 0), 0);  // map 1.98 Mbps < 2 Mbps: stays
  EXPECT_EQ(level(133s, 0), 1);  // map 2.02 Mbps: the highest rate below it
  EXPECT_EQ(level(132s, 0), 0);  // map exactly 2 Mbps: strictly below it is only 1 Mbps
  EXPECT_EQ(level(133s, 2), 2);  // falling: stays until the map is at or below 2 Mbps
  EXPECT_EQ(level(131s, 2), 1);  // then the lowest rate above it
}

TEST(Abr, StartsAtTheLowestLevelUnderEveryRule) {
  for (const auto& rule : enum_names<Rule>) {
    const Abr abr(config_of(rule.value, 60s), fixed_ladder_2015(), 4s);
    AbrState viewer;
    const Decision decision = abr.choose(viewer, 0s, 0, 100);
    EXPECT_EQ(decision.level, 0) << rule.name;
    EXPECT_EQ(decision.wait, Duration{0}) << rule.name;
  }
}

TEST(Abr, RefusesABufferOfOneChunk) { EXPECT_THROW(Abr(config_of(Rule::bba_0, 4s), fixed_ladder_2015(), 4s), std::invalid_argument); }

TEST(Abr, AViewersStateStaysSmall) { EXPECT_LE(sizeof(AbrState), 72u); }

TEST(ReferenceSession, AgreesWithASessionReckonedByHand) {
  // 1 Mbps after 100 ms latency; two levels, 2 s chunks: 1 Mb or 1.6 Mb take 1.1 s or 1.7 s.
  const traces::BandwidthTrace trace("steady", {{100s, 1_Mbps, 100ms}});
  const Movie movie = Movie::constant(Ladder{{500_kbps, 800_kbps}}, 2s, 4);
  const ReferenceResult result = reference_session(trace, movie, config_of(Rule::throughput, 25s));
  EXPECT_EQ(result.levels, (std::vector<Level>{0, 1, 1, 1}));
  EXPECT_NEAR(result.startup.count(), 1, 1e-9);
  EXPECT_NEAR(result.play_time.count(), 1.1 + 4 * 2, 1e-9);
  EXPECT_EQ(result.rebuffer, Duration{0});
  EXPECT_NEAR(result.played_bitrate.value(), 2900e3 / (9.1 / 2), 1e-3);
  EXPECT_NEAR(result.bitrate_change.value(), 300e3, 1e-6);
  EXPECT_NEAR(result.score, 3 * 0.4700036292457356 / (9.1 / 2), 1e-9);
  EXPECT_EQ(result.switches(), 1u);
}

TEST(ReferenceSession, CountsAStallOfKnownLength) {
  // 1 Mb chunks of 2 s: 1 s, then 10 s at a tenth of the rate (2 s of buffer, 8 s of stall), then 1 s again.
  const traces::BandwidthTrace trace("drop", {{1s, 1_Mbps, 0s}, {10s, 100_kbps, 0s}});
  const Movie movie = Movie::constant(Ladder{{500_kbps}}, 2s, 3);
  const ReferenceResult result = reference_session(trace, movie, config_of(Rule::bba_0, 25s));
  EXPECT_NEAR(result.rebuffer.count(), 8, 1e-9);
  EXPECT_EQ(result.rebuffer_events, 1u);
  EXPECT_NEAR(result.play_time.count(), 1 + 10 + 1 + 3, 1e-9);
  EXPECT_NEAR(result.rebuffer_ratio(), 8.0 / 15, 1e-12);
}

TEST(ReferenceSession, WaitsForRoomInAFullBuffer) {
  const traces::BandwidthTrace trace("fast", {{10s, 100_Mbps, 0s}});
  const Movie movie = Movie::constant(Ladder{{500_kbps}}, 2s, 50);
  const ReferenceResult result = reference_session(trace, movie, config_of(Rule::bba_0, 10s));
  EXPECT_NEAR(result.play_time.count(), 0.01 + 100, 1e-9);
  EXPECT_EQ(result.rebuffer, Duration{0});
}

}  // namespace
}  // namespace streamtwin::abr
