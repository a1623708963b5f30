#include "models/titus/fenzo/twins.hpp"

#include <algorithm>
#include <unordered_map>

namespace streamtwin::fenzo {

Twins::Twins(const std::vector<std::string>& likeness) : class_of_(likeness.size(), alone) {
  std::unordered_map<std::string, std::uint32_t> known;
  for (Slot slot = 0; slot < likeness.size(); ++slot) {
    if (likeness[slot].empty()) {
      distinct_.push_back(slot);
      continue;
    }
    const auto [found, made] = known.try_emplace(likeness[slot], static_cast<std::uint32_t>(classes_.size()));
    if (made) {
      classes_.emplace_back();
      distinct_.push_back(slot);
    }
    classes_[found->second].members.push_back(slot);
    class_of_[slot] = found->second;
  }
}

void Twins::add(Slot slot) { distinct_.insert(std::lower_bound(distinct_.begin(), distinct_.end(), slot), slot); }

void Twins::part(Slot slot) {
  if (class_of_[slot] == alone) return;
  Class& twins = classes_[class_of_[slot]];
  class_of_[slot] = alone;
  if (twins.members[twins.first] != slot) return add(slot);
  while (++twins.first < twins.members.size()) {
    const Slot next = twins.members[twins.first];
    if (class_of_[next] != alone) return add(next);
  }
}

}  // namespace streamtwin::fenzo
