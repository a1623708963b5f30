#include "models/rpc/call_faults.hpp"

#include <algorithm>

#include "models/rpc/trouble.hpp"

namespace streamtwin::rpc {

CallFaults::Number CallFaults::add(Group callers, Group callees, const CallTrouble& trouble, Random random) {
  known_.push_back({End{std::move(callers)}, End{std::move(callees)}, trouble, random});
  return known_.size() - 1;
}

void CallFaults::begin(Number number) {
  Known& known = known_[number];
  known.callers.choose();
  known.callees.choose();
  known.active = true;
  ++active_;
}

void CallFaults::end(Number number) {
  known_[number].active = false;
  --active_;
}

void CallFaults::strike(const Instance& caller, const Instance& callee, Way& way) {
  for (Known& known : known_) {
    if (!known.active || !known.callers.has(caller) || !known.callees.has(callee)) continue;
    const CallTrouble& trouble = known.trouble;
    way.held += draw_not_negative(trouble.latency, trouble.deviation, known.random);
    way.answered_there |= trouble.errors.value() > 0 && known.random.chance(trouble.errors.value());
    way.there = trouble.road.takes(way.there, known.random);
    if (trouble.both_ways) way.back = trouble.road.takes(way.back, known.random);
  }
  if (way.answered_there) way.there = way.back = Duration{0};  // the proxy is on the caller's own machine
}

void CallFaults::End::choose() {
  chosen_.clear();
  for (const Instance* instance : group_.present()) chosen_.push_back(instance->id);
  std::sort(chosen_.begin(), chosen_.end());
}

bool CallFaults::End::has(const Instance& instance) const {
  return group_.takes_in ? group_.takes_in(instance) : std::binary_search(chosen_.begin(), chosen_.end(), instance.id);
}

}  // namespace streamtwin::rpc
