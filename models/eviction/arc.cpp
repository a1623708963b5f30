#include "models/eviction/arc.hpp"

#include <algorithm>

namespace streamtwin::eviction {

// The target moves by the ratio of the ghosts' sizes, as they are with the one that has come back, whatever its own size is.
void Arc::recall(Key key) {
  remembered_ = Remembered::nothing;
  const Slot slot = items_.find(key);
  if (slot == nowhere) return;
  const auto of_once = static_cast<double>(size_of(once_ghost)), of_often = static_cast<double>(size_of(often_ghost));
  if (items_[slot].place == once_ghost) {
    remembered_ = Remembered::used_once;
    target_ = std::min(target_ + std::max(of_often / of_once, 1.0), static_cast<double>(capacity()));
  } else {
    remembered_ = Remembered::used_often;
    target_ = std::max(target_ - std::max(of_once / of_often, 1.0), 0.0);
  }
  items_.remove(slot);
}

void Arc::evict(Size incoming) {
  if (remembered_ != Remembered::nothing) return replace();
  if (size_of(once) + size_of(once_ghost) + incoming > capacity()) {
    if (empty(once_ghost)) return drop(oldest(once));
    items_.remove(oldest(once_ghost));
  } else {
    const Size all = size_of(once) + size_of(once_ghost) + size_of(often) + size_of(often_ghost);
    if (all >= 2 * capacity() && !empty(often_ghost)) items_.remove(oldest(often_ghost));
  }
  replace();
}

void Arc::replace() {
  const auto size = static_cast<double>(size_of(once));
  const bool over = size > target_ || (size == target_ && remembered_ == Remembered::used_often);
  if (empty(often) || (!empty(once) && over)) {
    to_ghost(once, once_ghost);
  } else {
    to_ghost(often, often_ghost);
  }
}

void Arc::to_ghost(Place from, Place ghost) {
  const Slot slot = oldest(from);
  items_.move(slot, ghost);
  count_eviction(slot, items_[slot].key);
}

}  // namespace streamtwin::eviction
