#include "models/eviction/lfu.hpp"

namespace streamtwin::eviction {

bool Lfu::touch(Slot slot, Instant) {
  const Number from = items_[slot].uses;
  const Number to = class_after(from, classes_[from].uses + 1);
  const Slot last = classes_[to].newest != nowhere ? classes_[to].newest : classes_[from].newest;
  leave(slot);
  if (last != slot) items_.put_after(slot, last);
  enter(slot, to);
  return true;
}

Slot Lfu::insert(Key key, Size size, Instant) {
  const Number once = class_after(none, 1);
  const Slot slot = items_.add(key, size, 0);
  items_.put_after(slot, classes_[once].newest);
  enter(slot, once);
  return slot;
}

void Lfu::enter(Slot slot, Number number) {
  items_[slot].uses = number;
  classes_[number].newest = slot;
  ++classes_[number].items;
}

void Lfu::leave(Slot slot) {
  const Number number = items_[slot].uses;
  Class& left = classes_[number];
  if (--left.items > 0) {
    if (left.newest == slot) left.newest = items_[slot].older;
    return;
  }
  (left.less == none ? least_ : classes_[left.less].more) = left.more;
  if (left.more != none) classes_[left.more].less = left.less;
  left.more = free_;
  free_ = number;
}

// The one of so many uses, which stands right behind `less`, or before all others; made where there is none.
Lfu::Number Lfu::class_after(Number less, std::uint64_t uses) {
  const Number next = less == none ? least_ : classes_[less].more;
  if (next != none && classes_[next].uses == uses) return next;
  Number made = free_;
  if (made == none) {
    made = static_cast<Number>(classes_.size());
    classes_.emplace_back();
  } else {
    free_ = classes_[made].more;
  }
  classes_[made] = {.uses = uses, .more = next, .less = less};
  (less == none ? least_ : classes_[less].more) = made;
  if (next != none) classes_[next].less = made;
  return made;
}

}  // namespace streamtwin::eviction
