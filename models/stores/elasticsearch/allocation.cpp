#include "models/stores/elasticsearch/allocation.hpp"

#include <algorithm>
#include <tuple>

namespace streamtwin::elasticsearch {
namespace {

/// The first of each zone, then the second, and so on.
std::vector<std::size_t> turns_of(const std::vector<int>& zones) {
  std::vector<std::tuple<std::ptrdiff_t, int, std::size_t>> order;
  for (std::size_t node = 0; node < zones.size(); ++node) {
    const auto here = zones.begin() + static_cast<std::ptrdiff_t>(node);
    order.emplace_back(std::count(zones.begin(), here, *here), *here, node);
  }
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> turns(zones.size());
  for (std::size_t turn = 0; turn < order.size(); ++turn) turns[std::get<2>(order[turn])] = turn;
  return turns;
}

}  // namespace

Allocation::Allocation(const AllocationProperties& properties, int shards, int replicas, Bytes shard, std::vector<int> zones)
    : properties_(properties), shard_(shard), zones_(std::move(zones)), turns_(turns_of(zones_)), members_(zones_.size(), 1) {
  shards_.resize(static_cast<std::size_t>(shards));
  for (std::size_t copy = 0; copy <= static_cast<std::size_t>(replicas); ++copy) {
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      const std::optional<NodeIndex> node = place_for(s, copy, false);
      shards_[s].copies.push_back(node ? Copy{.state = State::started, .node = *node} : Copy{});
      shards_[s].primary = 0;
    }
  }
}

std::optional<NodeIndex> Allocation::primary(int shard) const {
  const Shard& copies = shards_[static_cast<std::size_t>(shard)];
  return copies.primary ? std::optional(copies.copies[*copies.primary].node) : std::nullopt;
}

std::vector<NodeIndex> Allocation::searchable(int shard) const {
  std::vector<NodeIndex> nodes;
  for (const Copy& copy : copies(shard)) {
    if (copy.state == State::started) nodes.push_back(copy.node);
  }
  return nodes;
}

std::vector<NodeIndex> Allocation::written(int shard) const {
  const std::optional<NodeIndex> first = primary(shard);
  std::vector<NodeIndex> nodes;
  for (const Copy& copy : copies(shard)) {
    if (copy.state != State::unassigned && copy.node != first) nodes.push_back(copy.node);
  }
  return nodes;
}

int Allocation::members() const { return static_cast<int>(std::count(members_.begin(), members_.end(), 1)); }

Health Allocation::health() const {
  Health health = Health::green;
  for (const Shard& shard : shards_) {
    if (!shard.primary) return Health::red;
    const auto started = [](const Copy& copy) { return copy.state == State::started; };
    if (!std::all_of(shard.copies.begin(), shard.copies.end(), started)) health = Health::yellow;
  }
  return health;
}

void Allocation::unassign(Shard& shard, std::size_t copy, Instant waits_until, bool on_disk) {
  Copy& lost = shard.copies[copy];
  lost = {.node = lost.node, .on_disk = on_disk, .in_sync = on_disk, .waits_until = waits_until};
  if (shard.primary == copy) shard.primary.reset();
}

// Whoever is being sent a copy begins again, from the new primary.
void Allocation::promote(Shard& shard) {
  for (std::size_t copy = 0; copy < shard.copies.size() && !shard.primary; ++copy) {
    if (shard.copies[copy].state == State::started) shard.primary = copy;
  }
  for (Copy& copy : shard.copies) copy.sent = 0;
}

int Allocation::left(NodeIndex node, Instant now) {
  if (members_[node] == 0) return 0;
  members_[node] = 0;
  int promoted = 0;
  for (Shard& shard : shards_) {
    for (std::size_t copy = 0; copy < shard.copies.size(); ++copy) {
      const State state = shard.copies[copy].state;
      if (shard.copies[copy].node != node || state == State::unassigned) continue;
      const bool was_primary = shard.primary == copy;
      unassign(shard, copy, state == State::started ? now + properties_.delay : now, state == State::started);
      if (!was_primary) continue;
      promote(shard);
      promoted += shard.primary.has_value();
    }
    // Where a primary goes on, it takes writes of which those that have left do not hear; where none does, nobody can send a copy.
    for (std::size_t copy = 0; copy < shard.copies.size(); ++copy) {
      if (shard.primary) {
        shard.copies[copy].in_sync = false;
      } else if (shard.copies[copy].state == State::initializing) {
        unassign(shard, copy, now, false);
      }
    }
  }
  return promoted;
}

std::vector<Allocation::Place> Allocation::joined(NodeIndex node, bool with_disk, Instant now) {
  members_[node] = 1;
  std::vector<Place> back;
  for (std::size_t s = 0; s < shards_.size(); ++s) {
    Shard& shard = shards_[s];
    for (std::size_t c = 0; c < shard.copies.size(); ++c) {
      Copy& copy = shard.copies[c];
      if (copy.state != State::unassigned || copy.node != node) continue;
      if (!with_disk) copy.on_disk = copy.in_sync = false;
      if (!copy.in_sync || shard.primary) continue;
      copy = {.state = State::started, .node = node};
      shard.primary = c;
    }
    for (std::size_t c = 0; c < shard.copies.size() && shard.primary; ++c) {
      Copy& copy = shard.copies[c];
      if (copy.state != State::unassigned || !copy.on_disk || members_[copy.node] == 0) continue;
      copy = {.state = State::started, .node = copy.node};
      back.push_back({static_cast<int>(s), static_cast<int>(c)});
    }
  }
  begin(now);
  return back;
}

void Allocation::master_changed(Instant now) {
  for (Shard& shard : shards_) {
    for (Copy& copy : shard.copies) {
      if (copy.state == State::unassigned && copy.waits_until > now) copy.waits_until = now + properties_.delay;
    }
  }
}

void Allocation::failed(int shard, NodeIndex node, Instant now) {
  Shard& copies = shards_[static_cast<std::size_t>(shard)];
  for (std::size_t copy = 0; copy < copies.copies.size(); ++copy) {
    if (copies.copies[copy].node == node && copies.copies[copy].state != State::unassigned) unassign(copies, copy, now, false);
  }
}

int Allocation::recoveries_to(NodeIndex node) const {
  int number = 0;
  for (const Shard& shard : shards_) {
    for (const Copy& copy : shard.copies) number += copy.state == State::initializing && copy.node == node;
  }
  return number;
}

int Allocation::recoveries_from(NodeIndex node) const {
  int number = 0;
  for (const Shard& shard : shards_) {
    if (!shard.primary || shard.copies[*shard.primary].node != node) continue;
    for (const Copy& copy : shard.copies) number += copy.state == State::initializing;
  }
  return number;
}

int Allocation::load(NodeIndex node) const {
  int number = 0;
  for (const Shard& shard : shards_) {
    for (const Copy& copy : shard.copies) number += copy.state != State::unassigned && copy.node == node;
  }
  return number;
}

// SameShardAllocationDecider, AwarenessAllocationDecider by zone, ThrottlingAllocationDecider, and of those left who has the least.
std::optional<NodeIndex> Allocation::place_for(std::size_t shard, std::size_t which, bool throttled) const {
  std::optional<NodeIndex> best;
  std::tuple<int, int, std::size_t> least;
  for (NodeIndex node = 0; node < zones_.size(); ++node) {
    if (members_[node] == 0) continue;
    int in_zone = 0;
    bool has_it = false;
    for (const Copy& copy : shards_[shard].copies) {
      if (copy.state == State::unassigned) continue;
      has_it |= copy.node == node;
      in_zone += zones_[copy.node] == zones_[node];
    }
    if (has_it || (throttled && recoveries_to(node) >= properties_.recoveries)) continue;
    const std::size_t turn = (turns_[node] + zones_.size() - (shard + which) % zones_.size()) % zones_.size();
    const std::tuple<int, int, std::size_t> order{in_zone, load(node), turn};
    if (!best || order < least) {
      best = node;
      least = order;
    }
  }
  return best;
}

void Allocation::begin(Instant now) {
  for (std::size_t s = 0; s < shards_.size(); ++s) {
    Shard& shard = shards_[s];
    if (!shard.primary) continue;
    for (std::size_t c = 0; c < shard.copies.size(); ++c) {
      Copy& copy = shard.copies[c];
      if (copy.state != State::unassigned || copy.waits_until > now) continue;
      if (recoveries_from(shard.copies[*shard.primary].node) >= properties_.recoveries) continue;
      const std::optional<NodeIndex> node = place_for(s, c, true);
      if (node) copy = {.state = State::initializing, .node = *node, .since = now};
    }
  }
}

std::vector<Allocation::Place> Allocation::advance(Duration time, Instant now) {
  std::vector<Place> started;
  const double each = properties_.recovery_throughput.value() * in_seconds(time);
  for (std::size_t s = 0; s < shards_.size(); ++s) {
    Shard& shard = shards_[s];
    for (std::size_t c = 0; c < shard.copies.size(); ++c) {
      Copy& copy = shard.copies[c];
      if (copy.state != State::initializing) continue;
      copy.sent += each / std::max(recoveries_to(copy.node), recoveries_from(shard.copies[*shard.primary].node));
      if (copy.sent >= shard_.value()) started.push_back({static_cast<int>(s), static_cast<int>(c)});
    }
  }
  for (const Place& place : started) {
    shards_[static_cast<std::size_t>(place.shard)].copies[static_cast<std::size_t>(place.copy)].state = State::started;
  }
  begin(now);
  return started;
}

}  // namespace streamtwin::elasticsearch
