#include "models/titus/jobs/capacity.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::titus {

CapacityAnswer change(Capacity& capacity, const CapacityChange& wanted, const ServiceProcesses& processes) {
  Capacity next{wanted.min.value_or(capacity.min), wanted.desired.value_or(capacity.desired), wanted.max.value_or(capacity.max)};
  if (!wanted.desired) {
    if (wanted.min && *wanted.min > capacity.desired) next.desired = *wanted.min;
    if (wanted.max && *wanted.max < capacity.desired) next.desired = *wanted.max;
  }
  if (next == capacity) return CapacityAnswer::unchanged;
  if (next.min < 0 || next.desired < next.min || next.max < next.desired) return CapacityAnswer::invalid;
  if (processes.increase_desired_disabled && next.desired > capacity.desired) return CapacityAnswer::disabled;
  if (processes.decrease_desired_disabled && next.desired < capacity.desired) return CapacityAnswer::disabled;
  capacity = next;
  return CapacityAnswer::changed;
}

bool shrink(Capacity& capacity, bool keep_min) {
  if (keep_min && capacity.desired <= capacity.min) return false;
  capacity.desired = std::max(0, capacity.desired - 1);
  capacity.min = std::min(capacity.min, capacity.desired);
  return true;
}

// A share written in per cent is one of whole numbers: 0.07 * 100 is a little more than 7.
int share_of(int size, Fraction share) { return static_cast<int>(std::ceil(size * share.value() - 1e-9)); }

Capacity scaled(const Capacity& source, Fraction share, bool pinned) {
  const int desired = share_of(source.desired, share);
  if (pinned) return {desired, desired, desired};
  return {std::min(source.min, desired), desired, std::max(source.max, desired)};
}

Capacity min_pinned(const Capacity& source) { return {source.desired, source.desired, std::max(source.max, source.desired)}; }

std::optional<Capacity> scaled_to_cluster(std::span<const Capacity> groups, const Increase& increase) {
  if (groups.empty()) return std::nullopt;
  Capacity largest;
  for (const Capacity& group : groups) {
    largest = {std::max(largest.min, group.min), std::max(largest.desired, group.desired), std::max(largest.max, group.max)};
  }
  largest.desired = std::max(largest.min, largest.desired);
  largest.desired = std::min(largest.desired + share_of(largest.desired, increase.share) + increase.instances, largest.max);
  return largest;
}

int changed_needed(const Capacity& capacity, Fraction share) {
  return static_cast<int>(std::ceil((share.value() - 1) * capacity.max + capacity.min - 1e-9));
}

Capacity unpinned(Capacity capacity, std::optional<int> original_min, std::optional<int> saved_min) {
  const std::optional<int> min = original_min ? original_min : saved_min;
  if (min && *min < capacity.min) capacity.min = *min;
  return capacity;
}

int up_needed(int desired, Fraction share) {
  return desired == 0 ? 0 : std::max(1, static_cast<int>(std::lround(desired * share.value())));
}

}  // namespace streamtwin::titus
