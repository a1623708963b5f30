#include "models/cache/evcache/shard.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::evcache {
namespace {

/// In place of when the life of an item ends that was deleted.
constexpr Instant erased{Duration{-HUGE_VAL}};

// Nothing takes no room at all.
eviction::Size whole(Bytes size) { return static_cast<eviction::Size>(std::max(1.0, size.value() + 0.5)); }

// memcached counts whole seconds by a clock of its own, and takes what is longer than thirty days for a date: one long past
// (memcached/memcached memcached.c realtime).
Instant expiry_in_ticks(Duration time_to_live, Instant now) {
  if (time_to_live > memcached_life_max) return now;
  return at(Duration{std::floor(in_seconds(now)) + std::max(1.0, std::floor(in_seconds(time_to_live)))});
}

std::unique_ptr<eviction::Policy> memory_of(Bytes capacity, Eviction eviction) {
  return make_memory(eviction, static_cast<eviction::Size>(std::max(1.0, capacity.value())));
}

}  // namespace

Shard::Shard(Bytes capacity, Eviction eviction) : capacity_(capacity), eviction_(eviction), policy_(memory_of(capacity, eviction)) {
  policy_->note_gone();
}

Instant Shard::expiry_of(Duration time_to_live, Instant now) const {
  if (time_to_live.count() <= 0) return never;
  return eviction_ == Eviction::memcached ? expiry_in_ticks(time_to_live, now) : now + time_to_live;
}

std::optional<Hit> Shard::get(std::uint64_t key, Instant now) {
  const eviction::Slot slot = policy_->find(key);
  if (slot == eviction::nowhere) return std::nullopt;
  if (values_[slot].expiry <= now) {
    drop(slot, key);
    return std::nullopt;
  }
  const Hit hit = values_[slot];
  policy_->use_held(slot, now);
  note_gone();
  return hit;
}

bool Shard::set(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now) {
  const Hit value{version, expiry_of(time_to_live, now)};
  eviction::Slot slot = policy_->find(key);
  if (slot != eviction::nowhere && policy_->size_of_held(slot) == whole(size) && eviction_ != Eviction::memcached) {
    policy_->use_held(slot, now);
    keep(slot, value);
    return true;
  }
  if (slot != eviction::nowhere) drop(slot, key);
  slot = policy_->put(key, whole(size), now);
  note_gone();
  if (slot == eviction::nowhere) return false;
  departed_.remove(key);
  keep(slot, value);
  return true;
}

void Shard::drop(eviction::Slot slot, std::uint64_t key) {
  departed_.add(key, values_[slot].expiry);
  policy_->erase(slot);
}

// Before anything else has the slots.
void Shard::note_gone() {
  for (const eviction::Gone& gone : policy_->gone()) departed_.add(gone.key, values_[gone.slot].expiry);
  policy_->gone().clear();
}

void Shard::keep(eviction::Slot slot, const Hit& value) {
  if (values_.size() <= slot) values_.resize(slot + 1u);
  values_[slot] = value;
  policy_->expire_at(slot, value.expiry);
}

bool Shard::add(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now) {
  const eviction::Slot slot = policy_->find(key);
  if (slot != eviction::nowhere && values_[slot].expiry > now) return false;
  return set(key, size, version, time_to_live, now);
}

bool Shard::touch(std::uint64_t key, Duration time_to_live, Instant now) {
  const std::optional<Hit> hit = get(key, now);
  if (hit) keep(policy_->find(key), {hit->version, expiry_of(time_to_live, now)});
  return hit.has_value();
}

bool Shard::erase(std::uint64_t key) {
  const eviction::Slot slot = policy_->find(key);
  if (slot == eviction::nowhere) return false;
  policy_->erase(slot);
  departed_.add(key, erased);
  return true;
}

void Shard::clear() {
  evicted_before_ += policy_->evictions();
  policy_ = memory_of(capacity_, eviction_);
  policy_->note_gone();
  departed_ = {};
  settled_ = false;
}

Absence Shard::why_absent(std::uint64_t key, Instant now) const {
  if (policy_->find(key) != eviction::nowhere) return Absence::expired;
  const std::optional<Instant> expiry = departed_.expiry_of(key);
  if (!expiry) return settled_ ? Absence::cold : Absence::lost;
  if (*expiry == erased) return Absence::erased;
  return *expiry <= now ? Absence::expired : Absence::evicted;
}

std::optional<Stored> Shard::peek(std::uint64_t key, Instant now) const {
  const eviction::Slot slot = policy_->find(key);
  if (slot == eviction::nowhere || values_[slot].expiry <= now) return std::nullopt;
  return Stored{values_[slot], Bytes{static_cast<double>(policy_->size_of_held(slot))}};
}

std::vector<std::uint64_t> Shard::keys() const {
  std::vector<std::uint64_t> keys;
  for (const eviction::Part& part : policy_->parts()) {
    for (const std::uint64_t key : part.keys) {
      if (policy_->find(key) != eviction::nowhere) keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace streamtwin::evcache
