#include "models/cache/evcache/shard.hpp"

#include <algorithm>
#include <bit>

#include "sim-core/random.hpp"

namespace streamtwin::evcache {

Shard::Shard(Bytes capacity, std::size_t entries_expected)
    : capacity_(capacity), table_(std::bit_ceil(std::max<std::size_t>(16, entries_expected * 2))) {
  slots_.reserve(entries_expected);
  links_.reserve(entries_expected);
}

std::optional<Hit> Shard::get(std::uint64_t key, Instant now) {
  const std::size_t place = place_of(key);
  const Slot slot = table_[place].slot;
  if (slot == none) return std::nullopt;
  if (slots_[slot].expiry <= now) {
    remove(place);
    return std::nullopt;
  }
  use(slot);
  return Hit{slots_[slot].version, slots_[slot].expiry};
}

bool Shard::set(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now) {
  const std::uint32_t hash = hash_of(key);
  const Entry entry{.key = key, .version = version, .expiry = time_to_live.count() > 0 ? now + time_to_live : never, .size = size.value()};
  std::size_t place = place_of(key, hash);
  if (const Slot slot = table_[place].slot; slot != none) {
    const Bytes others = entries_ == 1 ? Bytes{} : used_ - Bytes{slots_[slot].size};
    if (others + size <= capacity_) {
      use(slot);
      slots_[slot] = entry;
      used_ = others + size;
      return true;
    }
    remove(place);
  }
  if (size > capacity_) return false;
  if (make_room(size)) place = place_of(key, hash);
  const Slot slot = new_slot();
  slots_[slot] = entry;
  table_[place] = {slot, hash};
  link_newest(slot);
  used_ += size;
  ++entries_;
  return true;
}

// True when entries or the table may have moved.
bool Shard::make_room(Bytes size) {
  bool moved = false;
  while (used_ + size > capacity_) {
    remove(place_of(slots_[oldest_].key));
    ++evictions_;
    moved = true;
  }
  if ((entries_ + 1) * 2 > table_.size()) {
    grow();
    moved = true;
  }
  return moved;
}

Shard::Slot Shard::new_slot() {
  const Slot slot = free_;
  if (slot != none) {
    free_ = links_[slot].older;
    return slot;
  }
  slots_.emplace_back();
  links_.emplace_back();
  return static_cast<Slot>(slots_.size() - 1);
}

bool Shard::add(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now) {
  const Slot slot = table_[place_of(key)].slot;
  if (slot != none && slots_[slot].expiry > now) return false;
  return set(key, size, version, time_to_live, now);
}

bool Shard::touch(std::uint64_t key, Duration time_to_live, Instant now) {
  if (!get(key, now)) return false;
  slots_[table_[place_of(key)].slot].expiry = time_to_live.count() > 0 ? now + time_to_live : never;
  return true;
}

bool Shard::erase(std::uint64_t key) {
  const std::size_t place = place_of(key);
  if (table_[place].slot == none) return false;
  remove(place);
  return true;
}

void Shard::clear() {
  std::fill(table_.begin(), table_.end(), Place{});
  slots_.clear();
  links_.clear();
  free_ = newest_ = oldest_ = none;
  used_ = {};
  entries_ = 0;
}

std::uint32_t Shard::hash_of(std::uint64_t key) { return static_cast<std::uint32_t>(mix(key + 0x9e3779b97f4a7c15ULL)); }

std::size_t Shard::place_of(std::uint64_t key, std::uint32_t hash) const {
  std::size_t place = home(hash);
  while (table_[place].slot != none && (table_[place].hash != hash || slots_[table_[place].slot].key != key)) {
    place = (place + 1) & (table_.size() - 1);
  }
  return place;
}

/// The newest from now on.
void Shard::use(Slot slot) {
  if (slot == newest_) return;
  unlink(slot);
  link_newest(slot);
}

void Shard::unlink(Slot slot) {
  const Links links = links_[slot];
  (links.newer == none ? newest_ : links_[links.newer].older) = links.older;
  (links.older == none ? oldest_ : links_[links.older].newer) = links.newer;
}

void Shard::link_newest(Slot slot) {
  links_[slot] = {.newer = none, .older = newest_};
  (newest_ == none ? oldest_ : links_[newest_].newer) = slot;
  newest_ = slot;
}

// Later entries of the run move up into the hole, so that no tombstones remain.
void Shard::remove(std::size_t place) {
  const Slot slot = table_[place].slot;
  unlink(slot);
  used_ -= Bytes{slots_[slot].size};
  --entries_;
  if (entries_ == 0) used_ = {};
  links_[slot].older = free_;
  free_ = slot;
  const std::size_t mask = table_.size() - 1;
  std::size_t hole = place;
  for (std::size_t next = (place + 1) & mask; table_[next].slot != none; next = (next + 1) & mask) {
    const std::size_t wanted = home(table_[next].hash);
    if (((next - wanted) & mask) < ((next - hole) & mask)) continue;
    table_[hole] = table_[next];
    hole = next;
  }
  table_[hole] = {};
}

void Shard::grow() {
  std::vector<Place> old(table_.size() * 2);
  old.swap(table_);
  for (const Place& moved : old) {
    if (moved.slot == none) continue;
    std::size_t place = home(moved.hash);
    while (table_[place].slot != none) place = (place + 1) & (table_.size() - 1);
    table_[place] = moved;
  }
}

}  // namespace streamtwin::evcache
