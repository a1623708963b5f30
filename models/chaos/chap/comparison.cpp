#include "models/chaos/chap/comparison.hpp"

#include <limits>

#include "sim-core/math.hpp"

namespace streamtwin::chaos {

double two_proportion_z(const GroupPlays& first, const GroupPlays& second) {
  if (first.plays == 0 || second.plays == 0) return 0;
  const GroupPlays both{first.plays + second.plays, first.starts + second.starts};
  const double pooled = both.success();
  const double variance = pooled * (1 - pooled) * (1 / static_cast<double>(first.plays) + 1 / static_cast<double>(second.plays));
  return variance > 0 ? (first.success() - second.success()) / math::sqrt(variance) : 0;
}

ShareRatio share_ratio(const GroupPlays& first, const GroupPlays& second) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  constexpr double two_sided_95 = 1.959963984540054;
  if (first.starts == 0 || second.starts == 0) return {unknown, unknown, unknown};
  const auto one_over = [](std::uint64_t count) { return 1 / static_cast<double>(count); };
  const double ratio = first.success() / second.success();
  const double of_log = math::sqrt(one_over(first.starts) - one_over(first.plays) + one_over(second.starts) - one_over(second.plays));
  const double reach = math::exp(two_sided_95 * of_log);
  return {ratio, ratio / reach, ratio * reach};
}

}  // namespace streamtwin::chaos
