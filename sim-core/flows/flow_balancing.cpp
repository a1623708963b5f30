// Balancing: the level of a saturated link from the flows that cross it, and what that moves on other links.
#include "sim-core/flows/flow_network.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::flows {

bool FlowNetwork::out_of_balance(const Link& link) const {
  if (link.level == unlimited) return link.load > link.capacity * (1 + 1e-12);
  return std::abs(link.load - link.capacity) > link.tolerated;
}

void FlowNetwork::mark_dirty(std::uint32_t index) {
  if (links_[index].dirty) return;
  links_[index].dirty = true;
  dirty_.push_back(index);
}

void FlowNetwork::settle() {
  if (dirty_.empty()) return;
  full_.clear();
  for (const std::uint32_t index : dirty_) {
    if (links_[index].load > links_[index].capacity * (1 + 1e-12)) full_.push_back(index);
  }
  put_in_order(full_);
  std::size_t patience = 1000 + 32 * links_.size();
  while (!dirty_.empty()) {
    balance(take_lowest_dirty());
    ++totals_.balances;
    if (--patience == 0) {
      slack_ *= 4;
      patience = 1000 + 32 * links_.size();
    }
  }
  slack_ = 1;
}

std::uint32_t FlowNetwork::take_lowest_dirty() {
  std::size_t best = 0;
  if (dirty_.size() > 1) {
    const auto key = [this](std::uint32_t index) {
      const Link& link = links_[index];
      return link.level < unlimited ? link.level : link.capacity / static_cast<double>(link.flows + 1);
    };
    double lowest = key(dirty_[0]);
    for (std::size_t i = 1; i < dirty_.size(); ++i) {
      const double level = key(dirty_[i]);
      if (level < lowest) best = i, lowest = level;
    }
  }
  const std::uint32_t index = dirty_[best];
  dirty_[best] = dirty_.back();
  dirty_.pop_back();
  links_[index].dirty = false;
  return index;
}

/// Gives every crossing path the level it has when this link's is `level`.
FlowNetwork::Load FlowNetwork::load_at(double level) {
  Load load;
  for (const Crossing& crossing : crossing_) {
    Path& path = paths_[crossing.path];
    set_level(path, std::min(level, crossing.elsewhere));
    load.rate += path.rate;
    if (level < crossing.elsewhere) load.slope += path.sharing;
  }
  return load;
}

double FlowNetwork::highest_rate() {
  double highest = 0;
  for (const Crossing& crossing : crossing_) {
    const Path& path = paths_[crossing.path];
    highest = std::max(highest, path.sharing > 0 ? path.level : path.highest_capped_cap);
  }
  return highest;
}

/// Finds the level at which the crossing flows fill the link, given the levels of the other links. The load as a
/// function of the level is concave and piecewise linear: from above, steps of Newton's method (no longer than a
/// gallop, as the slope just below the highest cap is a bad guide) until the load fits; from below, Newton's method
/// climbs without ever passing the solution.
void FlowNetwork::balance(std::uint32_t index) {
  Link& link = links_[index];
  crossing_.clear();
  double level = link.level;
  Load load;
  for (std::uint32_t path_index : link.active) {
    const Path& path = paths_[path_index];
    double elsewhere = unlimited;
    for (std::uint32_t i = 0; i < path.link_count; ++i) {
      if (path.links[i].index != index) elsewhere = std::min(elsewhere, links_[path.links[i].index].level);
    }
    crossing_.push_back({path_index, elsewhere, path.rate});
    load.rate += path.rate;
    if (level < elsewhere) load.slope += path.sharing;
  }
  if (level == unlimited && load.rate > link.capacity * (1 + 1e-12)) {
    put_in_order({&index, 1});
    level = highest_rate();
  }
  if (link.capacity == 0 && level < unlimited) load = load_at(level = 0);
  const double floor = link.capacity / static_cast<double>(std::max<std::uint64_t>(link.flows, 1));
  double gallop = level / 64;
  double rounding = 1e-14 * link.capacity;
  for (int steps = 0; level < unlimited; ++steps) {
    const double room = link.capacity - load.rate;
    if (steps > 100) rounding *= 2;
    if (std::abs(room) <= std::max(1e-11 * load.slope * level, rounding)) break;
    double next = unlimited;
    if (room < 0) {
      next = std::max(floor, level - std::min(-room / std::max(load.slope, 1.0), gallop));
      gallop *= 2;
    } else if (load.slope > 0) {
      next = level + room / load.slope;
    }
    if (next == level) break;
    level = next;
    load = load_at(level);
  }
  link.level = level;
  link.load = load.rate;
  link.tolerated = level < unlimited ? slack_ * tolerance_ * level * std::max(load.slope, 1.0) : 0;
  propagate(index);
}

/// What balancing one link has moved on the others, and in the agenda.
void FlowNetwork::propagate(std::uint32_t index) {
  for (const Crossing& crossing : crossing_) {
    Path& path = paths_[crossing.path];
    if (path.level > path.agenda_level) rekey(crossing.path, agenda_headroom);
    const double change = path.rate - crossing.rate_before;
    if (change == 0) continue;
    for (std::uint32_t i = 0; i < path.link_count; ++i) {
      if (path.links[i].index == index) continue;
      Link& other = links_[path.links[i].index];
      other.load += change;
      if (out_of_balance(other)) mark_dirty(path.links[i].index);
    }
  }
}

}  // namespace streamtwin::flows
