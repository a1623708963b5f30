#include "models/edge/elb/classic.hpp"

#include <algorithm>

namespace streamtwin::elb {

ClassicBalancer::ClassicBalancer(const ClassicProperties& properties, int zones)
    : properties_(properties), nodes_(static_cast<std::size_t>(zones)) {}

TargetId ClassicBalancer::add(int zone, bool healthy) {
  const Target target{.zone = zone, .health = TargetHealth(healthy, !healthy)};
  const TargetId id = take_number(free_, targets_, target);
  order_.push_back(id);
  rebuild();
  return id;
}

void ClassicBalancer::remove(TargetId target) {
  targets_[target].registered = false;
  rebuild();
}

void ClassicBalancer::forget(TargetId target) {
  std::erase(order_, target);
  free_.push_back(target);
}

bool ClassicBalancer::health(TargetId target, bool passed) {
  const bool changed = targets_[target].health.report(passed, properties_.health_check);
  if (changed) rebuild();
  return changed;
}

int ClassicBalancer::node(Random& random) const {
  if (zones_with_targets_.empty()) return 0;
  return zones_with_targets_[random.below(zones_with_targets_.size())];
}

std::optional<TargetId> ClassicBalancer::route(int index) {
  Node& node = nodes_[static_cast<std::size_t>(index)];
  const std::size_t count = node.in_service.size();
  if (count == 0) return std::nullopt;
  std::size_t chosen = node.turn % count;
  if (properties_.routing == Routing::least_outstanding)  // from the turn on, so that ties are shared out
    for (std::size_t i = 1; i < count; ++i)
      if (const std::size_t other = (node.turn + i) % count;
          targets_[node.in_service[other]].outstanding < targets_[node.in_service[chosen]].outstanding)
        chosen = other;
  node.turn = (chosen + 1) % count;
  const TargetId target = node.in_service[chosen];
  ++targets_[target].outstanding;
  return target;
}

bool ClassicBalancer::queue(int node, std::uint64_t request) {
  auto& surge = nodes_[static_cast<std::size_t>(node)].surge;
  if (static_cast<int>(surge.size()) >= properties_.surge_queue) {
    ++spillovers_;
    return false;
  }
  surge.push_back(request);
  return true;
}

std::optional<std::uint64_t> ClassicBalancer::dequeue(int node) {
  auto& surge = nodes_[static_cast<std::size_t>(node)].surge;
  if (surge.empty()) return std::nullopt;
  const std::uint64_t request = surge.front();
  surge.pop_front();
  return request;
}

bool ClassicBalancer::leave(int node, std::uint64_t request) {
  auto& surge = nodes_[static_cast<std::size_t>(node)].surge;
  const auto waiting = std::find(surge.begin(), surge.end(), request);
  if (waiting == surge.end()) return false;
  surge.erase(waiting);
  return true;
}

void ClassicBalancer::rebuild() {
  zones_with_targets_.clear();
  for (std::size_t zone = 0; zone < nodes_.size(); ++zone) {
    nodes_[zone].in_service.clear();
    bool registered = false;
    for (const TargetId id : order_) {
      const bool own = targets_[id].zone == static_cast<int>(zone);
      registered |= own && targets_[id].registered;
      if ((own || properties_.cross_zone) && in_service(id)) nodes_[zone].in_service.push_back(id);
    }
    if (registered) zones_with_targets_.push_back(static_cast<int>(zone));
  }
}

}  // namespace streamtwin::elb
