// How many agents each instance group must have at least so that what is reserved can run. Replays
// Netflix/titus-control-plane SimpleCapacityGuaranteeStrategy.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/titus/fenzo/resources.hpp"
#include "models/titus/ids.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct Reservation {
  Tier tier = Tier::flex;
  fenzo::Resources each;  ///< whole megabytes and megabits, as Titus counts them
  int instances = 0;
};

/// An instance group that takes tasks. Groups with GPUs and such as take none are left out by the caller.
struct GuaranteeGroup {
  AgentGroupId id = 0;
  Tier tier = Tier::flex;
  fenzo::Resources agent;  ///< what one agent has
  int max = 0;
};

struct CapacityAllocations {
  std::vector<std::pair<AgentGroupId, int>> min_sizes;      ///< of the groups of tiers that are guaranteed anything
  std::array<std::optional<fenzo::Resources>, 2> shortage;  ///< by tier: what finds no room even at all groups' max
};

/// `groups` in the order of their names; each is filled up before the next. The tier flex is left alone where the default group
/// is its only reservation.
CapacityAllocations guarantee_capacity(std::span<const Reservation> reservations, std::span<const GuaranteeGroup> groups,
                                       Fraction critical_buffer, Fraction flex_buffer);

/// Agents for so much of the resource that needs most. Amounts but CPUs are divided as whole numbers, so that the last part of an
/// agent may be forgotten when exactly one is needed: Titus's ResourceDimensions.divideAndRoundUp.
long agents_for(const fenzo::Resources& needed, const fenzo::Resources& agent);

}  // namespace streamtwin::titus
