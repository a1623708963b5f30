// One path and its flows: the groups in which they run, their heaps, and what the path carries.
#include "sim-core/flows/flow_network.hpp"

#include <algorithm>

#include "sim-core/assert.hpp"

namespace streamtwin::flows {
namespace {

/// sum + rest += value, with the rounding error kept in `rest` (Knuth's two-sum).
void add_exactly(double& sum, double& rest, double value) {
  const double total = sum + value;
  const double part = total - sum;
  rest += (sum - (total - part)) + (value - part);
  sum = total;
}

}  // namespace

void FlowNetwork::advance(Path& path) {
  const double elapsed = now_ - path.since;
  if (elapsed == 0) return;
  if (path.sharing > 0) path.clock += path.level * elapsed;
  path.bits += path.rate * elapsed;
  path.flow_seconds += path.flows * elapsed;
  path.below_seconds += path.sharing * elapsed;
  path.since = now_;
}

double FlowNetwork::remaining_bits(const Flow& flow, const Path& path) const { return remaining_bits_at(flow, path, path.since); }

/// At a time since which nothing has changed on the path.
double FlowNetwork::remaining_bits_at(const Flow& flow, const Path& path, double time) const {
  double remaining = flow.mark;  // stalled
  if (flow.group == Group::plain || flow.group == Group::capped) remaining = (flow.mark - time) * flow.cap;
  if (flow.group == Group::sharing)
    remaining = flow.mark - (time > path.since ? path.clock + path.level * (time - path.since) : path.clock);
  return std::clamp(remaining, 0.0, flow.size_bits);
}

void FlowNetwork::join(Path& path, std::uint32_t slot, double remaining) {
  Flow& flow = flows_[slot];
  const auto finish = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].finish; };
  const auto caps = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; };
  if (flow.cap == 0) {
    flow.group = Group::stalled;
    flow.mark = remaining;
    if (path.ordered) path.capped_finish.push(unlimited, slot, finish);
  } else if (!path.ordered) {
    flow.group = Group::plain;
    flow.mark = now_ + remaining / flow.cap;
    if (flow.mark < unlimited) known_ends_.push(flow.mark, slot);
    add_exactly(path.caps_sum, path.caps_rest, flow.cap);
  } else if (flow.cap > path.level) {
    flow.group = Group::sharing;
    flow.mark = path.clock + remaining;
    path.sharing_finish.push(flow.mark, slot, finish);
    path.sharing_caps.push(flow.cap, slot, caps);
    path.lowest_sharing_cap = path.sharing_caps.top().key;
    ++path.sharing;
  } else {
    flow.group = Group::capped;
    flow.mark = now_ + remaining / flow.cap;
    path.capped_finish.push(flow.mark, slot, finish);
    path.capped_caps.push(-flow.cap, slot, caps);
    path.highest_capped_cap = -path.capped_caps.top().key;
    add_exactly(path.caps_sum, path.caps_rest, flow.cap);
  }
}

void FlowNetwork::leave(Path& path, std::uint32_t slot) {
  Flow& flow = flows_[slot];
  const auto finish = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].finish; };
  const auto caps = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; };
  if (flow.group == Group::stalled) {
    if (path.ordered) path.capped_finish.erase(positions_[slot].finish, finish);
  } else if (flow.group == Group::plain) {
    if (path.flows == 1) {
      path.caps_sum = path.caps_rest = 0;
    } else {
      add_exactly(path.caps_sum, path.caps_rest, -flow.cap);
    }
  } else if (flow.group == Group::sharing) {
    path.sharing_finish.erase(positions_[slot].finish, finish);
    path.sharing_caps.erase(positions_[slot].cap, caps);
    path.lowest_sharing_cap = path.sharing_caps.empty() ? unlimited : path.sharing_caps.top().key;
    --path.sharing;
  } else {
    path.capped_finish.erase(positions_[slot].finish, finish);
    path.capped_caps.erase(positions_[slot].cap, caps);
    path.highest_capped_cap = path.capped_caps.empty() ? -1 : -path.capped_caps.top().key;
    if (path.capped_finish.empty()) {
      path.caps_sum = path.caps_rest = 0;
    } else {
      add_exactly(path.caps_sum, path.caps_rest, -flow.cap);
    }
  }
}

void FlowNetwork::change_cap(Path& path, std::uint32_t slot, double cap) {
  Flow& flow = flows_[slot];
  if (flow.group == Group::sharing && cap > path.level) {  // nothing but its place among the caps
    path.sharing_caps.change(positions_[slot].cap, cap, [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; });
    path.lowest_sharing_cap = path.sharing_caps.top().key;
    flow.cap = cap;
    return;
  }
  const double remaining = remaining_bits(flow, path);
  const bool had_known_end = flow.group == Group::plain;
  leave(path, slot);
  flow.cap = cap;
  join(path, slot, remaining);
  if (had_known_end) forget_end();
}

void FlowNetwork::set_level(Path& path, double level) {
  if (path.level == level) return;
  STREAMTWIN_ASSERT(path.ordered, "a path whose level is looked for is in order");
  advance(path);
  path.level = level;
  while (path.sharing > 0 && path.lowest_sharing_cap <= level) {
    const std::uint32_t slot = path.sharing_caps.top().item;
    const double remaining = remaining_bits(flows_[slot], path);
    leave(path, slot);
    join(path, slot, remaining);
  }
  while (path.highest_capped_cap > level) {
    const std::uint32_t slot = path.capped_caps.top().item;
    const double remaining = remaining_bits(flows_[slot], path);
    leave(path, slot);
    join(path, slot, remaining);
  }
  path.rate = path.caps_sum + path.caps_rest + (path.sharing > 0 ? path.sharing * level : 0);
}

/// From now on the flows of all paths that cross these links are kept by their ends and by their caps.
void FlowNetwork::put_in_order(std::span<const std::uint32_t> full_links) {
  std::vector<std::uint32_t> paths;
  for (const std::uint32_t link : full_links) {
    for (const std::uint32_t index : links_[link].active) {
      if (paths_[index].ordered) continue;
      paths_[index].ordered = paths_[index].to_order = true;
      paths.push_back(index);
    }
  }
  if (paths.empty()) return;
  for (std::uint32_t slot = 0; slot < flows_.size(); ++slot) {
    Flow& flow = flows_[slot];
    Path& path = paths_[flow.path];
    if (!path.to_order || flow.group == Group::free) continue;
    path.capped_finish.push(flow.group == Group::stalled ? unlimited : flow.mark, slot,
                            [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].finish; });
    if (flow.group == Group::stalled) continue;
    flow.group = Group::capped;
    forget_end();
    path.capped_caps.push(-flow.cap, slot, [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; });
  }
  for (const std::uint32_t index : paths) {
    Path& path = paths_[index];
    path.to_order = false;
    path.highest_capped_cap = path.capped_caps.empty() ? -1 : -path.capped_caps.top().key;
    begin_order(index);
    rekey(index, 1);
  }
}

void FlowNetwork::begin_order(std::uint32_t index) {
  agenda_.push(unlimited, index, [this](std::uint32_t item) -> std::uint32_t& { return paths_[item].position_in_agenda; });
}

/// A flow of the path came, went or changed: bring the path's rate and its links' loads up to date.
void FlowNetwork::rate_changed(Path& path) {
  const double before = path.rate;
  path.rate = path.caps_sum + path.caps_rest + (path.sharing > 0 ? path.sharing * path.level : 0);
  for (std::uint32_t i = 0; i < path.link_count; ++i) {
    Link& link = links_[path.links[i].index];
    link.load += path.rate - before;
    if (out_of_balance(link)) mark_dirty(path.links[i].index);
  }
}

void FlowNetwork::activate(std::uint32_t index) {
  Path& path = paths_[index];
  path.level = unlimited;
  for (std::uint32_t i = 0; i < path.link_count; ++i) {
    Link& link = links_[path.links[i].index];
    path.level = std::min(path.level, link.level);
    path.position_in_link[i] = static_cast<std::uint32_t>(link.active.size());
    link.active.push_back(index);
  }
  if (path.level < unlimited) path.ordered = true;
  path.since = now_;
  path.clock = 0;
  path.agenda_level = unlimited;
  if (path.ordered) begin_order(index);
}

void FlowNetwork::deactivate(std::uint32_t index) {
  Path& path = paths_[index];
  for (std::uint32_t i = 0; i < path.link_count; ++i) {
    Link& link = links_[path.links[i].index];
    const std::uint32_t position = path.position_in_link[i];
    const std::uint32_t moved = link.active[position] = link.active.back();
    link.active.pop_back();
    Path& other = paths_[moved];
    for (std::uint32_t k = 0; k < other.link_count; ++k) {
      if (other.links[k] == path.links[i]) other.position_in_link[k] = position;
    }
    if (link.active.empty()) link.load = 0;
  }
  if (!path.ordered) return;
  agenda_.erase(path.position_in_agenda, [this](std::uint32_t item) -> std::uint32_t& { return paths_[item].position_in_agenda; });
}

/// The path has been advanced.
void FlowNetwork::remove(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  const std::uint32_t index = flow.path;
  Path& path = paths_[index];
  leave(path, slot);
  flow.group = Group::free;
  flow.generation = flow.generation + 1;
  free_.push_back(slot);
  --live_;
  --path.flows;
  for (std::uint32_t i = 0; i < path.link_count; ++i) --links_[path.links[i].index].flows;
  rate_changed(path);
  if (path.flows == 0) deactivate(index);
}

}  // namespace streamtwin::flows
