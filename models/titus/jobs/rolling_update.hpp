// A cluster of jobs comes to its next version: a new job grows in steps, and after each the old one serves with fewer of its tasks.
// Titus itself replaces no job by another: it is Spinnaker that does, whose server groups of a cluster are Titus's services.
// Facts: spinnaker/orca RollingRedBlackStrategy, WaitForUpInstancesTask; spinnaker/clouddriver EnableDisablePercentageCategorizer.
#pragma once

#include <cstdint>

#include "models/titus/jobs/capacity.hpp"
#include "models/titus/jobs/rolling_update_spec.hpp"

namespace streamtwin::titus {

class RollingUpdate {
 public:
  enum class Phase : std::uint8_t { grows, waits, completed, failed };

  /// From the old job's capacity to a new job with the bounds of `wanted`, which begins empty.
  RollingUpdate(const RollingUpdateSpec& spec, const Capacity& old, const Capacity& wanted, Instant now);

  /// `up`: tasks of the new job that serve. True if something has changed below; then it is to be asked again.
  bool advance(int up, Instant now);
  /// When it is to be asked even if no task comes up; `never` at its end.
  Instant next() const;

  Phase phase() const { return phase_; }
  bool ended() const { return phase_ == Phase::completed || phase_ == Phase::failed; }
  /// What the two jobs' capacities are to be now. The old one keeps its size while the new one grows.
  const Capacity& new_capacity() const { return new_; }
  const Capacity& old_capacity() const { return old_; }
  /// So many of the old job's tasks are to be out of service. Those that are stay so: the first of the others follow.
  int old_disabled() const { return disabled_; }

 private:
  void grow(Instant now);
  void finish();

  RollingUpdateSpec spec_;
  Capacity source_;  // the old job's, as it was
  Capacity wanted_;
  Capacity new_, old_;
  std::size_t step_ = 0;
  int disabled_ = 0;
  Phase phase_ = Phase::grows;
  Instant until_{};
};

}  // namespace streamtwin::titus
