// Ours against what upstream's classifier answered for ten thousand pairs of samples (tests/conformance/oracle/kayenta/README.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "models/delivery/kayenta/judge.hpp"
#include "tests/conformance/draws.hpp"

namespace streamtwin::kayenta {
namespace {

/// Samples as Main.scala draws them.
class SampleDraws : public Draws {
 public:
  using Draws::Draws;
  Samples samples(int kind, int shift) {
    Samples samples(static_cast<std::size_t>(3 + below(38)));
    for (double& x : samples) x = sample(kind, shift);
    return samples;
  }

 private:
  double sample(int kind, int shift) {
    switch (kind) {
      case 0: return below(1000) / 8.0 + shift * 8;
      case 1: return below(10) + shift;
      case 2: return below(1000000) / 1000.0 * (1 + shift);
      case 3: {
        const double few = below(5) == 0 ? below(50) : 0;
        return few + (shift > 4 ? shift : 0);
      }
      default: return 1 + below(1000) / 1000000.0 + shift / 10000.0;
    }
  }
};

bool constant(const Samples& samples) { return std::count(samples.begin(), samples.end(), samples.front()) == std::ssize(samples); }

TEST(KayentaOracle, TenThousandPairsAreClassifiedAlike) {
  std::ifstream answers(std::filesystem::path(STREAMTWIN_SOURCE_DIR) / "tests/conformance/oracle/vectors/kayenta.txt");
  SampleDraws draws(1);
  Random noise{1, "canary", "noise"};
  int pairs = 0;
  std::string label;
  for (double lower = 0, upper = 0; answers >> label >> lower >> upper; ++pairs) {
    const int kind = draws.below(5);
    const Samples experiment = draws.samples(kind, draws.below(7)), control = draws.samples(kind, 0);
    const Classification found = classify(JudgeSpec{}, AnalysisSpec{}, control, experiment, noise);
    ASSERT_EQ(enum_names<Label>[static_cast<std::size_t>(found.label)].name, label) << pairs;
    if (constant(experiment) && constant(control)) continue;
    const auto shift = mann_whitney(experiment, control, JudgeSpec{}.confidence);
    ASSERT_TRUE(shift.has_value()) << pairs;
    ASSERT_NEAR(shift->lower, lower, 1e-9) << pairs;
    ASSERT_NEAR(shift->upper, upper, 1e-9) << pairs;
  }
  EXPECT_EQ(pairs, 10000);
}

}  // namespace
}  // namespace streamtwin::kayenta
