// When what a fault has broken is as it was, by objectives that are looked at window by window.
#pragma once

#include <optional>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::chaos {

/// A figure over time, and the bounds within which it is wanted.
struct WatchedObjective {
  std::vector<double> values;  ///< by window; NaN where there was nothing to judge, which holds
  std::optional<double> at_least, at_most;

  bool holds(std::size_t window) const;
};

struct Watch {
  std::vector<Instant> ends;  ///< of the windows, each of which begins where the one before it ends
  Instant begins;             ///< of the first
  std::vector<WatchedObjective> objectives;
};

/// What became of a fault, counted from it.
struct Aftermath {
  /// To the start of the first window from which every objective holds for three; zero if none broke. Nothing: not within the run.
  std::optional<Duration> mitigated;
  /// To the start of the first of three windows in which every figure is as it was in those before the fault: not worse than the worst
  /// of them, than 95 % of their mean, or than three standard deviations from it, whichever is worst. Zero if none ever was. Nothing:
  /// not within the run.
  std::optional<Duration> recovered;
};

/// Nothing where the objectives did not hold before the fault, or one of them had nothing to judge until then, or no three windows of
/// the measurement lie before it. `next`: what breaks from then on is another fault's.
std::optional<Aftermath> aftermath(const Watch& watch, Instant fault, Instant next);

/// The time in windows in which an objective did not hold.
Duration broken_time(const Watch& watch, const WatchedObjective& objective);

}  // namespace streamtwin::chaos
