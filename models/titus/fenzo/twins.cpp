#include "models/titus/fenzo/twins.hpp"

#include <algorithm>
#include <bit>

#include "sim-core/random.hpp"

namespace streamtwin::fenzo {

std::size_t Twins::Hash::operator()(const Likeness& likeness) const {
  std::uint64_t hash = likeness.other;
  for (const double amount : likeness.amounts) hash = hash * 0x9e3779b97f4a7c15ULL + std::bit_cast<std::uint64_t>(amount);
  hash = hash * 0x9e3779b97f4a7c15ULL + static_cast<std::uint32_t>(likeness.ports_used);
  return mix(hash * 0x9e3779b97f4a7c15ULL + static_cast<std::uint32_t>(likeness.ports_total));
}

std::uint32_t Twins::make(const Likeness& likeness, bool alone) {
  std::uint32_t made = static_cast<std::uint32_t>(classes_.size());
  if (free_.empty()) {
    classes_.emplace_back();
  } else {
    made = free_.back();
    free_.pop_back();
  }
  Class& kind = classes_[made];
  kind.likeness = likeness;
  kind.alone = alone;
  kind.place = static_cast<std::uint32_t>(firsts_.size());
  firsts_.push_back(0);
  class_at_.push_back(made);
  return made;
}

void Twins::add(Slot slot, std::uint32_t to) {
  Class& kind = classes_[to];
  kind.members.insert(std::upper_bound(kind.members.begin(), kind.members.end(), slot), slot);
  firsts_[kind.place] = kind.members.front();
  class_of_[slot] = to;
}

void Twins::join(Slot slot, const Likeness& likeness) {
  const std::uint32_t of = class_of_[slot];
  if (of != none && !classes_[of].alone && classes_[of].likeness == likeness) return;
  leave(slot);
  const auto [found, made] = known_.try_emplace(likeness, 0);
  if (made) found->second = make(likeness, false);
  add(slot, found->second);
}

void Twins::part(Slot slot) {
  if (class_of_[slot] != none && classes_[class_of_[slot]].alone) return;
  leave(slot);
  add(slot, make({}, true));
}

void Twins::leave(Slot slot) {
  const std::uint32_t left = class_of_[slot];
  if (left == none) return;
  class_of_[slot] = none;
  Class& kind = classes_[left];
  kind.members.erase(std::lower_bound(kind.members.begin(), kind.members.end(), slot));
  if (!kind.members.empty()) {
    firsts_[kind.place] = kind.members.front();
    return;
  }
  if (!kind.alone) known_.erase(kind.likeness);
  firsts_[kind.place] = firsts_.back();
  class_at_[kind.place] = class_at_.back();
  classes_[class_at_.back()].place = kind.place;
  firsts_.pop_back();
  class_at_.pop_back();
  free_.push_back(left);
}

}  // namespace streamtwin::fenzo
