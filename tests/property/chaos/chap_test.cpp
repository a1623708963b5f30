// Experiments in which nothing is wrong: how often they are stopped all the same, as each of their looks is a test.
#include <gtest/gtest.h>

#include "models/chaos/chap/stop_rule.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::chaos {
namespace {

constexpr int looks = 270;  ///< in 45 minutes

/// Fifteen plays of each group between two looks, of which a share starts.
void add_plays(GroupPlays& group, double starts, Random& random) {
  for (int play = 0; play < 15; ++play) {
    ++group.plays;
    group.starts += random.chance(starts) ? 1 : 0;
  }
}

Conclusion conclusion_of(const StopSpec& spec, double starts, Random random) {
  GroupPlays experiment, control;
  for (int look = 1;; ++look) {
    add_plays(experiment, starts, random);
    add_plays(control, starts, random);
    const Conclusion found = look < looks ? look_at(spec, experiment, control) : conclude(spec, experiment, control);
    if (found != Conclusion::runs) return found;
  }
}

double stopped(const StopSpec& spec, double starts, int experiments) {
  int stopped = 0;
  for (int seed = 0; seed < experiments; ++seed) {
    const Conclusion found = conclusion_of(spec, starts, Random(static_cast<std::uint64_t>(seed), "experiment", "plays"));
    EXPECT_TRUE(found == Conclusion::passed || found == Conclusion::deviates);
    stopped += found == Conclusion::deviates ? 1 : 0;
  }
  return static_cast<double>(stopped) / experiments;
}

// One look in 741 lies below -3. Many looks at sums that grow do so more often, and less often than a Brownian motion does that is
// looked at all the time, from 50 plays to 4050: phi(3) ((3 - 1/3) ln(81) / 2 + 2/3) = 2.9 %.
TEST(NullExperiments, AreStoppedAsSeldomAsTheirLooksSay) {
  const StopSpec spec{.z = 3, .plays_before = 50, .error_budget = 1e9};
  for (const double starts : {0.5, 0.9, 0.95}) {
    const double share = stopped(spec, starts, 2000);
    EXPECT_GT(share, 0.006) << starts;
    EXPECT_LT(share, 0.029) << starts;
  }
}

TEST(NullExperiments, AreStoppedMoreOftenTheLowerTheBound) {
  const StopSpec strict{.z = 2, .plays_before = 50, .error_budget = 1e9};
  EXPECT_GT(stopped(strict, 0.9, 500), 0.1);
}

}  // namespace
}  // namespace streamtwin::chaos
