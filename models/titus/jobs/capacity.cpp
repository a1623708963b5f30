#include "models/titus/jobs/capacity.hpp"

#include <algorithm>

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

}  // namespace streamtwin::titus
