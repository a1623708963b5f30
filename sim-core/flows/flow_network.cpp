#include "sim-core/flows/flow_network.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::flows {
namespace {

/// sum + rest += value, with the rounding error kept in `rest` (Knuth's two-sum).
void add_exactly(double& sum, double& rest, double value) {
  const double total = sum + value;
  const double part = total - sum;
  rest += (sum - (total - part)) + (value - part);
  sum = total;
}

/// A path that was near the top of the agenda is keyed as if its level were this much higher, so that small rises
/// of the level need not touch the agenda.
constexpr double agenda_headroom = 1.05;

}  // namespace

// ---------------------------------------------------------------------------------------------------- interface

LinkId FlowNetwork::add_link(BitRate capacity) {
  check(capacity.value() >= 0 && capacity.value() < unlimited, "a link's capacity is finite and not negative");
  links_.emplace_back().capacity = capacity.value();
  return {static_cast<std::uint32_t>(links_.size() - 1)};
}

PathId FlowNetwork::path(std::span<const LinkId> links) {
  std::vector<LinkId> key(links.begin(), links.end());
  if (const auto known = interned_.find(key); known != interned_.end()) return known->second;
  check(!links.empty() && links.size() <= links_max, "a path crosses one to four links");
  const PathId id{static_cast<std::uint32_t>(paths_.size())};
  Path& path = paths_.emplace_back();
  path.link_count = static_cast<std::uint32_t>(links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    check(links[i].index < links_.size(), "a path's links exist");
    check(std::find(links.begin(), links.begin() + i, links[i]) == links.begin() + i,
          "a path crosses a link once");
    path.links[i] = links[i];
    links_[links[i].index].all.push_back(id.index);
  }
  interned_.emplace(std::move(key), id);
  return id;
}

FlowId FlowNetwork::start(PathId path_id, BitRate cap, Bytes size, Instant now, std::uint64_t tag) {
  check(path_id.index < paths_.size(), "a flow's path exists");
  check(cap.value() >= 0 && cap.value() < unlimited, "a flow's cap is finite and not negative");
  check(size.value() > 0 && size.value() < unlimited, "a flow has at least one byte");
  move_to(now);
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(flows_.size());
    flows_.emplace_back();
    positions_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Flow& flow = flows_[slot];
  flow.size_bits = size.value() * 8;
  flow.cap = cap.value();
  flow.tag = tag;
  flow.path = path_id.index;
  Path& path = paths_[path_id.index];
  if (path.flows == 0) activate(path_id.index);
  advance(path);
  ++path.flows;
  for (std::uint32_t i = 0; i < path.link_count; ++i) ++links_[path.links[i].index].flows;
  join(path, slot, flow.size_bits);
  rate_changed(path);
  rekey_if_earlier(path_id.index);
  ++live_;
  ++totals_.started;
  return {slot, flow.generation};
}

void FlowNetwork::set_cap(FlowId id, BitRate cap, Instant now) {
  check(cap.value() >= 0 && cap.value() < unlimited, "a flow's cap is finite and not negative");
  Flow& flow = record(id);
  move_to(now);
  if (flow.cap == cap.value()) return;
  Path& path = paths_[flow.path];
  advance(path);
  change_cap(path, id.slot, cap.value());
  rate_changed(path);
  rekey_if_earlier(flow.path);
}

void FlowNetwork::set_capacity(LinkId link, BitRate capacity, Instant now) {
  check(capacity.value() >= 0 && capacity.value() < unlimited, "a link's capacity is finite and not negative");
  move_to(now);
  if (links_[link.index].capacity == capacity.value()) return;
  links_[link.index].capacity = capacity.value();
  mark_dirty(link.index);
}

Bytes FlowNetwork::abort(FlowId id, Instant now) {
  Flow& flow = record(id);
  move_to(now);
  Path& path = paths_[flow.path];
  advance(path);
  const Bytes delivered{(flow.size_bits - remaining_bits(flow, path)) / 8};
  remove(id.slot);
  ++totals_.aborted;
  totals_.lost += delivered;
  return delivered;
}

Instant FlowNetwork::next_completion() {
  settle();
  return next_known();
}

bool FlowNetwork::alive(FlowId id) const {
  return id.slot < flows_.size() && flows_[id.slot].group != Group::free &&
         flows_[id.slot].generation == id.generation;
}

BitRate FlowNetwork::rate(FlowId id) {
  settle();
  const Flow& flow = record(id);
  return BitRate{std::min(flow.cap, paths_[flow.path].level)};
}

Bytes FlowNetwork::delivered(FlowId id, Instant now) {
  const Flow& flow = record(id);
  move_to(now);
  advance(paths_[flow.path]);
  return Bytes{(flow.size_bits - remaining_bits(flow, paths_[flow.path])) / 8};
}

BitRate FlowNetwork::carried(LinkId link) {
  settle();
  double load = 0;
  for (std::uint32_t path : links_[link.index].active) load += paths_[path].rate;
  return BitRate{load};
}

bool FlowNetwork::saturated(LinkId link) {
  settle();
  return links_[link.index].level < unlimited;
}

Bytes FlowNetwork::carried_until(LinkId link, Instant now) {
  move_to(now);
  double bits = 0;
  for (std::uint32_t index : links_[link.index].all) {
    if (paths_[index].flows > 0) advance(paths_[index]);
    bits += paths_[index].bits;
  }
  return Bytes{bits / 8};
}

FlowTotals FlowNetwork::totals(Instant now) {
  move_to(now);
  FlowTotals result = totals_;
  double sent = 0, flow_seconds = 0, below_seconds = 0, in_flight = 0;
  for (Path& path : paths_) {
    if (path.flows > 0) advance(path);
    sent += path.bits;
    flow_seconds += path.flow_seconds;
    below_seconds += path.below_seconds;
  }
  for (const Flow& flow : flows_) {
    if (flow.group != Group::free) in_flight += flow.size_bits - remaining_bits(flow, paths_[flow.path]);
  }
  result.sent = Bytes{sent / 8};
  result.in_flight = Bytes{in_flight / 8};
  result.flow_time = seconds(flow_seconds);
  result.time_below_cap = seconds(below_seconds);
  return result;
}

std::size_t FlowNetwork::memory() const {
  std::size_t bytes = flows_.capacity() * (sizeof(Flow) + sizeof(Position)) + free_.capacity() * sizeof(std::uint32_t) +
                      paths_.capacity() * sizeof(Path) + links_.capacity() * sizeof(Link) + agenda_.memory();
  for (const Path& path : paths_) {
    bytes += path.capped_finish.memory() + path.sharing_finish.memory() + path.capped_caps.memory() +
             path.sharing_caps.memory();
  }
  for (const Link& link : links_) bytes += (link.active.capacity() + link.all.capacity()) * sizeof(std::uint32_t);
  return bytes;
}

FlowNetwork::Flow& FlowNetwork::record(FlowId id) {
  check(alive(id), "the flow is alive");
  return flows_[id.slot];
}

const FlowNetwork::Flow& FlowNetwork::record(FlowId id) const {
  check(alive(id), "the flow is alive");
  return flows_[id.slot];
}

void FlowNetwork::move_to(Instant now) {
  const double t = in_seconds(now);
  check(t >= now_, "the time of a change is not before the change before it");
  if (t == now_) return;
  settle();
  // Computed again from a later state, a finish time may differ by a rounding.
  check(in_seconds(next_known()) >= t - 1e-9 * (1 + t), "flows that are due are completed before a change");
  now_ = t;
}

// ------------------------------------------------------------------------------------- one path and its flows

void FlowNetwork::advance(Path& path) {
  const double elapsed = now_ - path.since;
  if (elapsed == 0) return;
  if (path.sharing > 0) path.clock += path.level * elapsed;
  path.bits += path.rate * elapsed;
  path.flow_seconds += path.flows * elapsed;
  path.below_seconds += path.sharing * elapsed;
  path.since = now_;
}

double FlowNetwork::remaining_bits(const Flow& flow, const Path& path) const {
  double remaining = flow.mark;  // stalled
  if (flow.group == Group::capped) remaining = (flow.mark - path.since) * flow.cap;
  if (flow.group == Group::sharing) remaining = flow.mark - path.clock;
  return std::clamp(remaining, 0.0, flow.size_bits);
}

void FlowNetwork::join(Path& path, std::uint32_t slot, double remaining) {
  Flow& flow = flows_[slot];
  const auto finish = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].finish; };
  const auto caps = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; };
  if (flow.cap == 0) {
    flow.group = Group::stalled;
    flow.mark = remaining;
    path.capped_finish.push(unlimited, slot, finish);
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
    if (path.ordered) {
      path.capped_caps.push(-flow.cap, slot, caps);
      path.highest_capped_cap = -path.capped_caps.top().key;
    }
    add_exactly(path.caps_sum, path.caps_rest, flow.cap);
  }
}

void FlowNetwork::leave(Path& path, std::uint32_t slot) {
  Flow& flow = flows_[slot];
  const auto finish = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].finish; };
  const auto caps = [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; };
  if (flow.group == Group::stalled) {
    path.capped_finish.erase(positions_[slot].finish, finish);
  } else if (flow.group == Group::sharing) {
    path.sharing_finish.erase(positions_[slot].finish, finish);
    path.sharing_caps.erase(positions_[slot].cap, caps);
    path.lowest_sharing_cap = path.sharing_caps.empty() ? unlimited : path.sharing_caps.top().key;
    --path.sharing;
  } else {
    path.capped_finish.erase(positions_[slot].finish, finish);
    if (path.ordered) {
      path.capped_caps.erase(positions_[slot].cap, caps);
      path.highest_capped_cap = path.capped_caps.empty() ? -1 : -path.capped_caps.top().key;
    }
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
    path.sharing_caps.change(positions_[slot].cap, cap, [this](std::uint32_t item) -> std::uint32_t& {
      return positions_[item].cap;
    });
    path.lowest_sharing_cap = path.sharing_caps.top().key;
    flow.cap = cap;
    return;
  }
  const double remaining = remaining_bits(flow, path);
  leave(path, slot);
  flow.cap = cap;
  join(path, slot, remaining);
}

void FlowNetwork::set_level(Path& path, double level) {
  if (path.level == level) return;
  advance(path);
  order(path);
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

/// From now on keep the path's flows by their caps too.
void FlowNetwork::order(Path& path) {
  if (path.ordered) return;
  path.ordered = true;
  for (const IndexedHeap<>::Entry& entry : path.capped_finish.entries()) {
    const Flow& flow = flows_[entry.item];
    if (flow.group == Group::stalled) continue;
    path.capped_caps.push(-flow.cap, entry.item,
                          [this](std::uint32_t item) -> std::uint32_t& { return positions_[item].cap; });
  }
  if (!path.capped_caps.empty()) path.highest_capped_cap = -path.capped_caps.top().key;
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
  if (path.level < unlimited) order(path);
  path.since = now_;
  path.clock = 0;
  path.agenda_level = unlimited;
  agenda_.push(unlimited, index,
               [this](std::uint32_t item) -> std::uint32_t& { return paths_[item].position_in_agenda; });
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
  agenda_.erase(path.position_in_agenda,
                [this](std::uint32_t item) -> std::uint32_t& { return paths_[item].position_in_agenda; });
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

// ------------------------------------------------------------------------------------------------- balancing

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
    Path& path = paths_[crossing.path];
    order(path);
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
  if (level == unlimited && load.rate > link.capacity * (1 + 1e-12)) level = highest_rate();
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

// -------------------------------------------------------------------------------------- the agenda of completions

/// When the path's first flow finishes if its level stays at `level`.
double FlowNetwork::next_of(const Path& path, double level) const {
  double next = path.capped_finish.empty() ? unlimited : path.capped_finish.top().key;
  if (path.sharing > 0 && level > 0) {
    const double remaining = std::max(0.0, path.sharing_finish.top().key - path.clock);
    next = std::min(next, path.since + remaining / level);
  }
  return next;
}

void FlowNetwork::rekey(std::uint32_t index, double headroom) {
  Path& path = paths_[index];
  path.agenda_level = path.sharing > 0 ? path.level * headroom : unlimited;
  agenda_.change(path.position_in_agenda, next_of(path, path.agenda_level),
                 [this](std::uint32_t item) -> std::uint32_t& { return paths_[item].position_in_agenda; });
}

/// After a flow has joined. A path whose flows were all at their caps keeps its place as a lower bound at any level,
/// but not for a flow that joins the sharing ones.
void FlowNetwork::rekey_if_earlier(std::uint32_t index) {
  const Path& path = paths_[index];
  if (path.sharing > 0 && path.agenda_level == unlimited) return rekey(index, agenda_headroom);
  if (next_of(path, path.agenda_level) < agenda_.entries()[path.position_in_agenda].key) {
    rekey(index, agenda_headroom);
  }
}

/// The first completion, given balanced links: brings the top of the agenda from its lower bound to its true time.
Instant FlowNetwork::next_known() {
  while (!agenda_.empty()) {
    const auto [key, index] = agenda_.top();
    if (key == unlimited) return never;
    const Path& path = paths_[index];
    if (next_of(path, path.level) <= key) return Instant{seconds(std::max(key, now_))};
    rekey(index, 1);
  }
  return never;
}

Completion FlowNetwork::take_first(Instant when) {
  now_ = in_seconds(when);
  Path& path = paths_[agenda_.top().item];
  advance(path);
  const double capped = path.capped_finish.empty() ? unlimited : path.capped_finish.top().key;
  const bool sharing_first = path.sharing > 0 && next_of(path, path.level) < capped;
  const std::uint32_t slot = (sharing_first ? path.sharing_finish : path.capped_finish).top().item;
  const Flow& flow = flows_[slot];
  const Completion completion{{slot, flow.generation}, flow.tag, Bytes{flow.size_bits / 8}, when};
  remove(slot);
  ++totals_.finished;
  totals_.received += completion.size;
  return completion;
}

}  // namespace streamtwin::flows
