// When to stop adding replications: at a wanted half-width of the interval. Stopping as soon as the interval looks narrow enough
// undercovers, as that is when the spread is small by luck (Chow and Robbins, 1965, hold in the limit only). So there is a first look after
// twenty replications, further ones at 1.2 times as many, and a little less is asked for than is wanted.
#pragma once

#include <string>

#include "scenarios/results/result.hpp"

namespace streamtwin {

struct HalfWidth {
  std::string kpi;
  Fraction of_mean;
};

/// Wider ones stop by luck: an assumption, under which simulated coverage of 95 % intervals stayed above 94 %.
inline constexpr Fraction widest_half_width{0.1};

/// After how many replications the interval is looked at next, when so many are there.
int next_look(int replications);

/// Whether it is narrow enough; a KPI of zero has no relative width, and one that is the same in all replications says nothing.
bool is_reached(const HalfWidth& wanted, const RunResult& replications);

}  // namespace streamtwin
