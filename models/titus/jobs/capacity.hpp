// How large a service is wanted, and who may change that. Facts: Netflix/titus-control-plane BasicServiceJobActions,
// KillInitiatedActions.createShrinkAction, ServiceJobProcesses.
#pragma once

#include <cstdint>
#include <optional>

namespace streamtwin::titus {

struct Capacity {
  int min = 0;
  int desired = 0;
  int max = 0;
  friend bool operator==(const Capacity&, const Capacity&) = default;
};

/// What of a capacity is to change.
struct CapacityChange {
  std::optional<int> min{}, desired{}, max{};
};

struct ServiceProcesses {
  bool increase_desired_disabled = false;
  bool decrease_desired_disabled = false;
};

enum class CapacityAnswer : std::uint8_t {
  changed,
  unchanged,
  invalid,   ///< not 0 <= min <= desired <= max
  disabled,  ///< the service's processes forbid it
};

/// A minimum above the desired size, or a maximum below it, moves that when the change does not say it. What is refused
/// changes nothing.
CapacityAnswer change(Capacity& capacity, const CapacityChange& wanted, const ServiceProcesses& processes);

/// What terminate-and-shrink leaves: one less, the minimum with it if it must be. False, and nothing is done, if the minimum is
/// to stay and is reached.
bool shrink(Capacity& capacity, bool keep_min);

}  // namespace streamtwin::titus
