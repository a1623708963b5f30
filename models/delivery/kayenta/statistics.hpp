// What Kayenta computes of samples: means, deviations, percentiles, ranks and the sizes of an effect.
// Facts: spinnaker/kayenta DescriptiveStatistics, EffectSizes; apache/commons-math 3.6.1 StatUtils, Percentile, NaturalRanking.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace streamtwin::kayenta {

using Samples = std::vector<double>;

struct Summary {
  double min = 0, max = 0, mean = 0, deviation = 0;
  std::size_t count = 0;
};

/// NaN of nothing; in two passes, as commons-math takes it.
double mean(std::span<const double> samples);
/// Of a sample; 0 of one value, NaN of none.
double variance(std::span<const double> samples);
/// Of a whole population.
double population_variance(std::span<const double> samples);
/// All zeros where there are no samples.
Summary summary(std::span<const double> samples);
/// Where `per_cent` of the samples lie below, interpolated as R's type 7; NaN of nothing.
double percentile(std::span<const double> samples, double per_cent);
/// By position, from 1; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const double> samples);

/// NaN where either mean is 0.
double mean_ratio(std::span<const double> control, std::span<const double> experiment);
/// Share of pairs in which the experiment's is the higher one: the common language effect size.
double cles(std::span<const double> control, std::span<const double> experiment);
/// Distance of the means in pooled deviations.
double cohen_d(const Summary& control, const Summary& experiment);

/// Below which a standard normal is with this probability, for 0 < p < 1.
double normal_quantile(double p);

}  // namespace streamtwin::kayenta
