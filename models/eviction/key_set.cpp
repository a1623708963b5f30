#include "models/eviction/key_set.hpp"

namespace streamtwin::eviction {

void KeySet::add(std::span<const Request> requests) {
  constexpr std::size_t ahead = 12;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i + ahead < requests.size()) engine::prefetch(&table_[home(requests[i + ahead].key)]);
    add(requests[i].key);
  }
}

void KeySet::add(Key key) {
  if (key == 0) {
    has_zero_ = true;
    return;
  }
  std::size_t spot = home(key);
  while (table_[spot] != 0 && table_[spot] != key) spot = (spot + 1) & (table_.size() - 1);
  if (table_[spot] == key) return;
  table_[spot] = key;
  if (++count_ * 2 > table_.size()) grow();
}

void KeySet::grow() {
  std::vector<Key> old(table_.size() * 2);
  old.swap(table_);
  for (const Key key : old) {
    if (key == 0) continue;
    std::size_t spot = home(key);
    while (table_[spot] != 0) spot = (spot + 1) & (table_.size() - 1);
    table_[spot] = key;
  }
}

}  // namespace streamtwin::eviction
