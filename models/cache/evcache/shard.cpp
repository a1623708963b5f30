#include "models/cache/evcache/shard.hpp"

#include <algorithm>

namespace streamtwin::evcache {
namespace {

// Nothing takes no room at all.
eviction::Size whole(Bytes size) { return static_cast<eviction::Size>(std::max(1.0, size.value() + 0.5)); }

Instant expiry_of(Duration time_to_live, Instant now) { return time_to_live.count() > 0 ? now + time_to_live : never; }

std::unique_ptr<eviction::Policy> policy_of(Bytes capacity, Eviction eviction) {
  return eviction::make_policy(kind_of(eviction), static_cast<eviction::Size>(std::max(1.0, capacity.value())));
}

}  // namespace

Shard::Shard(Bytes capacity, Eviction eviction) : capacity_(capacity), eviction_(eviction), policy_(policy_of(capacity, eviction)) {}

std::optional<Hit> Shard::get(std::uint64_t key, Instant now) {
  const eviction::Slot slot = policy_->find(key);
  if (slot == eviction::nowhere) return std::nullopt;
  if (values_[slot].expiry <= now) {
    policy_->erase(slot);
    return std::nullopt;
  }
  policy_->use_held(slot, now);
  return values_[slot];
}

bool Shard::set(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now) {
  const Hit value{version, expiry_of(time_to_live, now)};
  eviction::Slot slot = policy_->find(key);
  if (slot != eviction::nowhere && policy_->size_of_held(slot) == whole(size)) {
    policy_->use_held(slot, now);
    values_[slot] = value;
    return true;
  }
  if (slot != eviction::nowhere) policy_->erase(slot);
  slot = policy_->put(key, whole(size), now);
  if (slot != eviction::nowhere) keep(slot, value);
  return slot != eviction::nowhere;
}

void Shard::keep(eviction::Slot slot, const Hit& value) {
  if (values_.size() <= slot) values_.resize(slot + 1u);
  values_[slot] = value;
}

bool Shard::add(std::uint64_t key, Bytes size, std::uint64_t version, Duration time_to_live, Instant now) {
  const eviction::Slot slot = policy_->find(key);
  if (slot != eviction::nowhere && values_[slot].expiry > now) return false;
  return set(key, size, version, time_to_live, now);
}

bool Shard::touch(std::uint64_t key, Duration time_to_live, Instant now) {
  if (!get(key, now)) return false;
  values_[policy_->find(key)].expiry = expiry_of(time_to_live, now);
  return true;
}

bool Shard::erase(std::uint64_t key) {
  const eviction::Slot slot = policy_->find(key);
  if (slot == eviction::nowhere) return false;
  policy_->erase(slot);
  return true;
}

void Shard::clear() {
  evicted_before_ += policy_->evictions();
  policy_ = policy_of(capacity_, eviction_);
}

}  // namespace streamtwin::evcache
