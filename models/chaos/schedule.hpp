// When a step of the method happens: once, in equal periods, or at random instants within a window, which the seed and the step's
// name fix, whatever other steps there are. No occurrence begins before the one before has ended.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::chaos {

struct Schedule {
  Duration at{0};                  ///< the first; of a window, where that begins
  std::optional<Duration> every;   ///< from one to the next
  std::optional<int> times;        ///< how many; of a period without it, as many as begin before `until`
  std::optional<Duration> until;   ///< the end of the repetition; of the run, if absent
  std::optional<Duration> within;  ///< of a period: how much later at most, each by itself; otherwise the window of all
  Duration lasts{0};               ///< each of them

  bool repeats() const { return every || times.value_or(1) > 1; }
};

/// Why it cannot be carried out in a run of that length; empty if it can.
struct ScheduleFault {
  std::string key;  ///< of the step; empty: the step
  std::string message;
};
std::optional<ScheduleFault> fault_of(const Schedule& schedule, Duration run);

/// In rising order. The schedule has no fault.
std::vector<Duration> instants_of(const Schedule& schedule, Duration run, Random random);

}  // namespace streamtwin::chaos
