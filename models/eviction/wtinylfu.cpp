#include "models/eviction/wtinylfu.hpp"

namespace streamtwin::eviction {

bool WTinyLfu::touch(Slot slot, Instant) {
  const Place place = items_[slot].place;
  items_.move(slot, place == window ? window : safe);
  if (place == window) return true;
  const Key key = items_[slot].key;
  while (size_of(safe) > safe_max_) cool();
  count_hit(key);
  return true;
}

// The oldest that was safe is on probation again, where others may have to go for it.
void WTinyLfu::cool() {
  items_.move(oldest(safe), probation);
  while (size_of(probation) > probation_max_) drop(main_victim());
}

void WTinyLfu::count_hit(Key key) {
  sketch_.add(key);
  if (++hits_ < hits_per_unit * main_max_) return;
  hits_ = 0;
  sketch_.halve();
}

void WTinyLfu::evict(Size) {
  while (!empty(window)) {
    const Slot candidate = oldest(window);
    const Key key = items_[candidate].key;
    bool dropped = false;
    if (main_size() + items_[candidate].size <= main_max_) {
      to_main(candidate);
    } else if (sketch_.estimate(key) > sketch_.estimate(items_[main_victim()].key)) {
      drop(main_victim());
      to_main(candidate);
    } else {
      drop(candidate);
      dropped = true;
    }
    sketch_.add(key);
    if (dropped) return;
  }
  drop(main_victim());
}

void WTinyLfu::to_main(Slot slot) {
  const Size size = items_[slot].size;
  if (size_of(probation) + size <= probation_max_) return items_.move(slot, probation);
  if (size_of(safe) + size <= safe_max_) return items_.move(slot, safe);
  while (main_size() + size > main_max_) drop(main_victim());
  items_.move(slot, probation);
}

}  // namespace streamtwin::eviction
