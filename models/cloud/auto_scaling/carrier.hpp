// Who carries the instances of a service in a region and makes them more or fewer: an auto scaling group of EC2, or a service job
// of Titus. It is told how many are wanted, and by whom and why is not its matter.
#pragma once

#include <cstdint>

namespace streamtwin::auto_scaling {

/// What was done at once about a number that was wanted.
struct Reached {
  std::uint64_t launched = 0;
  std::uint64_t terminated = 0;
  bool refused = false;  ///< there was no machine for all that were missing
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  /// Instances that it has or gets, but those that are given up.
  virtual int size() const = 0;
  /// Launches what is missing, or gives up what is too much; where it cannot it is asked again a period later.
  virtual Reached reach(int desired) = 0;
  /// The largest number that may be desired from now on: when the run begins, and when that changes.
  virtual void limit(int /*max*/) {}
  /// Whether Application Auto Scaling scales it, which cools down after a scale-in where EC2's waits for what warms up.
  virtual bool cools_down() const { return false; }
  /// Whether an instance of it gets ready.
  virtual bool is_starting() const = 0;
};

}  // namespace streamtwin::auto_scaling
