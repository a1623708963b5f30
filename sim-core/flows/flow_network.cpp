// What a network of flows is asked and told, and its agenda: which flow finishes next.
#include "sim-core/flows/flow_network.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::flows {

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
  path.link_count = static_cast<std::uint8_t>(links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    check(links[i].index < links_.size(), "a path's links exist");
    check(std::find(links.begin(), links.begin() + i, links[i]) == links.begin() + i, "a path crosses a link once");
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
  const bool had_known_end = flow.group == Group::plain;
  remove(id.slot);
  if (had_known_end) forget_end();
  ++totals_.aborted;
  totals_.lost += delivered;
  return delivered;
}

Instant FlowNetwork::next_completion() {
  settle();
  return next_known();
}

bool FlowNetwork::alive(FlowId id) const {
  return id.slot < flows_.size() && flows_[id.slot].group != Group::free && flows_[id.slot].generation == id.generation;
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

// Looks and does not advance: sums that were cut where somebody looked would differ by a rounding from those that were not.
Bytes FlowNetwork::carried_until(LinkId link, Instant now) {
  if (in_seconds(now) != now_) settle();
  double bits = 0;
  for (std::uint32_t index : links_[link.index].all) bits += paths_[index].bits + paths_[index].rate * unaccounted(paths_[index], now);
  return Bytes{bits / 8};
}

double FlowNetwork::unaccounted(const Path& path, Instant now) { return path.flows > 0 ? in_seconds(now) - path.since : 0; }

FlowTotals FlowNetwork::totals(Instant now) {
  if (in_seconds(now) != now_) settle();
  FlowTotals result = totals_;
  double sent = 0, flow_seconds = 0, below_seconds = 0, in_flight = 0;
  for (const Path& path : paths_) {
    const double elapsed = unaccounted(path, now);
    sent += path.bits + path.rate * elapsed;
    flow_seconds += path.flow_seconds + path.flows * elapsed;
    below_seconds += path.below_seconds + path.sharing * elapsed;
  }
  for (const Flow& flow : flows_) {
    if (flow.group != Group::free) in_flight += flow.size_bits - remaining_bits_at(flow, paths_[flow.path], in_seconds(now));
  }
  result.sent = Bytes{sent / 8};
  result.in_flight = Bytes{in_flight / 8};
  result.flow_time = seconds(flow_seconds);
  result.time_below_cap = seconds(below_seconds);
  return result;
}

std::size_t FlowNetwork::memory() const {
  std::size_t bytes = flows_.capacity() * (sizeof(Flow) + sizeof(Position)) + free_.capacity() * sizeof(std::uint32_t) +
                      paths_.capacity() * sizeof(Path) + links_.capacity() * sizeof(Link) + agenda_.memory() + known_ends_.reserved();
  for (const Path& path : paths_) {
    bytes += path.capped_finish.memory() + path.sharing_finish.memory() + path.capped_caps.memory() + path.sharing_caps.memory();
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
  if (!path.ordered) return;
  if (path.sharing > 0 && path.agenda_level == unlimited) return rekey(index, agenda_headroom);
  if (next_of(path, path.agenda_level) < agenda_.entries()[path.position_in_agenda].key) {
    rekey(index, agenda_headroom);
  }
}

/// The first completion on the agenda, given balanced links, if it is not after `limit`: brings its top from its lower bound
/// to its true time.
double FlowNetwork::next_on_agenda(double limit) {
  while (!agenda_.empty()) {
    const auto [key, index] = agenda_.top();
    if (key == unlimited || key > limit) return unlimited;
    const Path& path = paths_[index];
    if (next_of(path, path.level) <= key) return key;
    rekey(index, 1);
  }
  return unlimited;
}

/// The first end of a plain flow.
double FlowNetwork::next_known_end() {
  for (const engine::Entry* end = known_ends_.peek(); end != nullptr; end = known_ends_.peek()) {
    if (stands(*end)) return end->time;
    known_ends_.pop();
    if (passed_over_ > 0) --passed_over_;
  }
  return unlimited;
}

/// The end of a flow that is plain no longer, or ends at another time. Should most of them be so, they are cleared away.
void FlowNetwork::forget_end() {
  constexpr std::size_t few = 1024;
  if (++passed_over_ < few || passed_over_ * 2 < known_ends_.size()) return;
  known_ends_.purge([this](const engine::Entry& end) { return !stands(end); });
  passed_over_ = 0;
}

Instant FlowNetwork::next_known() {
  const double end = next_known_end();
  const double next = std::min(end, next_on_agenda(end));
  return next == unlimited ? never : Instant{seconds(std::max(next, now_))};
}

void FlowNetwork::KnownEnds::soon(const engine::Entry* ends, std::size_t count) const {
  for (const engine::Entry* end = ends; end != ends + count; ++end) engine::prefetch(&network.flows_[end->what]);
}

void FlowNetwork::KnownEnds::next(const engine::Entry* ends, std::size_t count) const {
  for (const engine::Entry* end = ends; end != ends + count; ++end) {
    const Flow& flow = network.flows_[end->what];
    engine::prefetch(&network.paths_[flow.path]);
    engine::prefetch(reinterpret_cast<const void*>(flow.tag));
  }
}

/// next_known() has said when: of the known ends the first stands, and the agenda's first, should it come before that, is at its
/// true time.
Completion FlowNetwork::take_first(Instant when) {
  now_ = in_seconds(when);
  const engine::Entry* const end = known_ends_.peek();
  std::uint32_t slot = 0;
  if (end == nullptr || (!agenda_.empty() && agenda_.top().key < end->time)) {
    Path& path = paths_[agenda_.top().item];
    advance(path);
    const double capped = path.capped_finish.empty() ? unlimited : path.capped_finish.top().key;
    const bool sharing_first = path.sharing > 0 && next_of(path, path.level) < capped;
    slot = (sharing_first ? path.sharing_finish : path.capped_finish).top().item;
  } else {
    slot = static_cast<std::uint32_t>(end->what);
    known_ends_.pop();
    advance(paths_[flows_[slot].path]);
  }
  const Flow& flow = flows_[slot];
  engine::prefetch(reinterpret_cast<const void*>(flow.tag));
  const Completion completion{{slot, flow.generation}, flow.tag, Bytes{flow.size_bits / 8}, when};
  remove(slot);
  ++totals_.finished;
  totals_.received += completion.size;
  return completion;
}

}  // namespace streamtwin::flows
