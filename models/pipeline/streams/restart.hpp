// Whether, and when, a job begins again after a failure. apache/flink ExponentialDelayRestartBackoffTimeStrategy and its siblings.
#pragma once

#include <deque>
#include <optional>

#include "models/pipeline/streams/restart_spec.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::streams {

class RestartStrategy {
 public:
  RestartStrategy(const RestartSpec& spec, Random random) : spec_(spec), random_(random), wait_(spec.delay) {}

  /// It has failed: how long it waits now, or nothing where it has ended for good.
  std::optional<Duration> failed(Instant now);

 private:
  Duration next_wait(Instant now);
  bool too_often(Instant now);

  const RestartSpec spec_;
  Random random_;
  Duration wait_;
  std::optional<Instant> last_;
  int failures_ = 0;
  std::deque<Instant> recent_;  ///< of failure_rate: the last ones, one more than are borne
};

}  // namespace streamtwin::streams
