// Two groups of members, by how many of their plays became a stream: whether the difference is more than chance.
#pragma once

#include <cstdint>

namespace streamtwin::chaos {

/// Plays of a group that ended.
struct GroupPlays {
  std::uint64_t plays = 0;
  std::uint64_t starts = 0;  ///< those that became a stream

  std::uint64_t failed() const { return plays - starts; }
  double success() const { return static_cast<double>(starts) / static_cast<double>(plays); }
};

/// The z of the test that two shares are one, with the variance of both pooled: below 0 where the first is smaller. 0 where nothing can
/// be told: a group without plays, or nothing or everything failed in both.
double two_proportion_z(const GroupPlays& first, const GroupPlays& second);

/// One share over another, with its interval at 95 %: normal on the logarithm (Katz and others, 1978). Unknown (NaN) where a group has no
/// starts.
struct ShareRatio {
  double value, lower, upper;
};
ShareRatio share_ratio(const GroupPlays& first, const GroupPlays& second);

}  // namespace streamtwin::chaos
