// What makes an instance slow or wrong besides its load.
#pragma once

#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::rpc {

/// Normal about `mean`; negative draws are repeated. The mean itself, without a draw, where nothing deviates.
Duration draw_not_negative(Duration mean, Duration deviation, Random& random);

struct Trouble {
  Duration latency{0};    ///< that each request waits longer, keeping no core busy
  Duration deviation{0};  ///< of it from request to request: normal, negative draws are repeated
  Fraction errors{0};     ///< of the requests, after the work
  Fraction at_once{0};    ///< of the requests: failed before any work, as fast as the machine can answer
  double slowdown = 1;    ///< each request needs so many times the processor time
  double loops = 0;       ///< that never end compete for its processor, each for a core of it
  double pauses = 1;      ///< each of its garbage collector's pauses is so many times as long

  Duration draw_latency(Random& random) const { return draw_not_negative(latency, deviation, random); }
  /// Of so many cores, which a fair scheduler divides between as many workers and the loops (Linux' CFS by default).
  double slowdown_on(int cores) const { return slowdown * (1 + loops / cores); }
  /// Both, as independent causes: a request fails by any of them, and waits for all of them.
  Trouble& operator+=(const Trouble& other);
};

/// Of instances that nothing ails.
inline constexpr Trouble no_trouble;

}  // namespace streamtwin::rpc
