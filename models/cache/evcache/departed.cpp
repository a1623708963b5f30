#include "models/cache/evcache/departed.hpp"

namespace streamtwin::evcache {

void Departed::add(eviction::Key key, Instant expiry) {
  eviction::Slot slot = keys_.find(key);
  if (slot == eviction::nowhere) slot = keys_.add(key, 1, 0);
  if (expiries_.size() < keys_.slots()) expiries_.resize(keys_.slots());
  expiries_[slot] = expiry;
}

void Departed::remove(eviction::Key key) {
  if (const eviction::Slot slot = keys_.find(key); slot != eviction::nowhere) keys_.remove(slot);
}

std::optional<Instant> Departed::expiry_of(eviction::Key key) const {
  const eviction::Slot slot = keys_.find(key);
  if (slot == eviction::nowhere) return std::nullopt;
  return expiries_[slot];
}

}  // namespace streamtwin::evcache
