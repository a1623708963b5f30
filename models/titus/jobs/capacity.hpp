// How large a service is wanted, and who may change that. Facts: Netflix/titus-control-plane BasicServiceJobActions,
// KillInitiatedActions.createShrinkAction, ServiceJobProcesses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sim-core/units.hpp"

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

/// The size of a part of a service: the whole of what a share leaves.
int share_of(int size, Fraction share);

/// What Spinnaker resizes a server group to from its source's capacity: a share of it, all three bounds at once where it is pinned.
/// Facts: spinnaker/orca ScaleToServerGroupResizeStrategy, ResizeStrategySupport.
Capacity scaled(const Capacity& source, Fraction share, bool pinned);
/// The same with its minimum alone held at its size: it may grow.
Capacity min_pinned(const Capacity& source);
/// What Spinnaker resizes one of several groups of a cluster to: the largest of each bound, and so many more within them. Nothing without
/// a group. spinnaker/orca ScaleToClusterResizeStrategy
struct Increase {
  Fraction share{0};
  int instances = 0;
};
std::optional<Capacity> scaled_to_cluster(std::span<const Capacity> groups, const Increase& increase = {});
/// How many of a group must have been put in service, or taken out of it, for a share of it to be: fewer where it may have scaled
/// meanwhile. spinnaker/orca WaitingForInstancesTaskHelper
int changed_needed(const Capacity& capacity, Fraction share);
/// Without the minimum that was held at its size: the original one, or else the one that was saved, if it is lower.
Capacity unpinned(Capacity capacity, std::optional<int> original_min, std::optional<int> saved_min = {});
/// How many must be up of a server group for it to count as up: a share, one at least. spinnaker/orca WaitForUpInstancesTask
int up_needed(int desired, Fraction share);

}  // namespace streamtwin::titus
