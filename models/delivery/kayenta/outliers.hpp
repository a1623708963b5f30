// Which samples lie so far out that they are left out. Facts: spinnaker/kayenta IQRDetector, KSigmaDetector.
#pragma once

#include <span>
#include <vector>

namespace streamtwin::kayenta {

/// Further than `factor` interquartile ranges from the quartiles; with `reduced` also beyond the first and the 99th per cent.
std::vector<bool> beyond_quartiles(std::span<const double> samples, double factor, bool reduced);
/// Further than `factor` standard deviations from the mean.
std::vector<bool> beyond_deviations(std::span<const double> samples, double factor);

}  // namespace streamtwin::kayenta
