#include "models/delivery/pipeline/scaled_groups.hpp"

#include <algorithm>

namespace streamtwin::delivery {

using titus::Capacity;

int ScaledGroups::adopt(rpc::ServerGroup& group) {
  const int size = ground_.adopts->adopt(group);
  groups_[&group] = {scaler_of(group, size), {}, {}};
  return size;
}

void ScaledGroups::start() {
  for (const auto& [group, scaled] : groups_) scaled.scaler->start();
}

ScaledGroups::Scaled& ScaledGroups::scaled(rpc::ServerGroup& group) {
  Scaled& here = groups_[&group];
  if (!here.scaler) {
    here.scaler = scaler_of(group, 0);
    here.scaler->start();
  }
  return here;
}

void ScaledGroups::reach(rpc::ServerGroup& group, int) { scaled(group).scaler->reach_desired(); }

// An order that is repeated is none: what alarms have added since stays.
void ScaledGroups::resize(rpc::ServerGroup& group, int desired, Pin pin) {
  Scaled& here = scaled(group);
  if (here.ordered == std::pair{desired, pin}) return;
  if (!here.ordered) here.original = {here.scaler->min(), desired, here.scaler->max()};
  here.ordered = {desired, pin};
  const Capacity source{here.original.min, desired, here.original.max};
  const Capacity wanted = pin == Pin::both ? titus::scaled(source, Fraction{1}, true) : titus::min_pinned(source);
  here.scaler->resize(wanted.min, wanted.desired, wanted.max);
}

void ScaledGroups::unpin(rpc::ServerGroup& group) {
  Scaled& here = scaled(group);
  if (!here.ordered) return;
  here.ordered.reset();
  const Capacity capacity{here.scaler->min(), here.scaler->desired(), std::max(here.original.max, here.scaler->desired())};
  here.scaler->resize(titus::unpinned(capacity, here.original.min).min, capacity.desired, capacity.max);
}

Capacity ScaledGroups::capacity(const rpc::ServerGroup& group, int desired) const {
  const auto found = groups_.find(&group);
  if (found == groups_.end()) return GroupCarrier::capacity(group, desired);
  const auto_scaling::Scaler& scaler = *found->second.scaler;
  return {scaler.min(), scaler.desired(), scaler.max()};
}

void ScaledGroups::forget(rpc::ServerGroup& group) {
  const auto found = groups_.find(&group);
  if (found == groups_.end()) return;
  found->second.scaler->retire();
  groups_.erase(found);
}

}  // namespace streamtwin::delivery
