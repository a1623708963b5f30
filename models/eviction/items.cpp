#include "models/eviction/items.hpp"

#include <algorithm>
#include <bit>

namespace streamtwin::eviction {

Items::Items(std::size_t expected) : table_(std::bit_ceil(std::max<std::size_t>(16, expected * 2))), mask_(table_.size() - 1) {
  items_.reserve(expected);
}

// Where the key is if nothing else has taken its home.
Slot Items::likely(Key key) const {
  const std::uint32_t hash = hash_of(key);
  const Spot& spot = table_[home(hash)];
  return spot.hash == hash ? spot.slot : nowhere;
}

void Items::approach(Key key) const {
  if (const Slot slot = likely(key); slot != nowhere) engine::prefetch(&items_[slot]);
}

void Items::surround(Key key) const {
  const Slot slot = likely(key);
  if (slot == nowhere) return;
  if (items_[slot].newer != nowhere) engine::prefetch(&items_[items_[slot].newer]);
  if (items_[slot].older != nowhere) engine::prefetch(&items_[items_[slot].older]);
}

Slot Items::add(Key key, Size size, Place place) {
  if ((count_ + 1) * 2 > table_.size()) grow();
  const std::uint32_t hash = hash_of(key);
  const Slot slot = new_slot();
  items_[slot] = {.key = key, .size = size};
  table_[spot_of(key, hash)] = {slot, hash};
  ++count_;
  link_newest(slot, place);
  return slot;
}

void Items::remove(Slot slot) {
  const Key key = items_[slot].key;
  close_hole(spot_of(key, hash_of(key)));
  unlink(slot);
  --count_;
  items_[slot].older = free_;
  free_ = slot;
}

void Items::move(Slot slot, Place to) {
  if (slot == queues_[to].newest) return;
  unlink(slot);
  link_newest(slot, to);
}

void Items::put_after(Slot slot, Slot older) {
  unlink(slot);
  Queue& queue = queues_[items_[slot].place];
  const Slot newer = older == nowhere ? queue.oldest : items_[older].newer;
  items_[slot].older = older;
  items_[slot].newer = newer;
  (older == nowhere ? queue.oldest : items_[older].newer) = slot;
  (newer == nowhere ? queue.newest : items_[newer].older) = slot;
  queue.size += items_[slot].size;
  ++queue.items;
}

Slot Items::new_slot() {
  const Slot slot = free_;
  if (slot != nowhere) {
    free_ = items_[slot].older;
    return slot;
  }
  items_.emplace_back();
  return static_cast<Slot>(items_.size() - 1);
}

void Items::unlink(Slot slot) {
  const Item& item = items_[slot];
  Queue& queue = queues_[item.place];
  (item.newer == nowhere ? queue.newest : items_[item.newer].older) = item.older;
  (item.older == nowhere ? queue.oldest : items_[item.older].newer) = item.newer;
  queue.size -= item.size;
  --queue.items;
}

void Items::link_newest(Slot slot, Place place) {
  Item& item = items_[slot];
  Queue& queue = queues_[place];
  item.place = place;
  item.newer = nowhere;
  item.older = queue.newest;
  (queue.newest == nowhere ? queue.oldest : items_[queue.newest].newer) = slot;
  queue.newest = slot;
  queue.size += item.size;
  ++queue.items;
}

// Later entries of the run move up, so that no tombstones remain.
void Items::close_hole(std::size_t hole) {
  for (std::size_t next = (hole + 1) & mask_; table_[next].slot != nowhere; next = (next + 1) & mask_) {
    const std::size_t wanted = home(table_[next].hash);
    if (((next - wanted) & mask_) < ((next - hole) & mask_)) continue;
    table_[hole] = table_[next];
    hole = next;
  }
  table_[hole] = {};
}

void Items::grow() {
  std::vector<Spot> old(table_.size() * 2);
  old.swap(table_);
  mask_ = table_.size() - 1;
  for (const Spot& moved : old) {
    if (moved.slot == nowhere) continue;
    std::size_t spot = home(moved.hash);
    while (table_[spot].slot != nowhere) spot = (spot + 1) & mask_;
    table_[spot] = moved;
  }
}

}  // namespace streamtwin::eviction
