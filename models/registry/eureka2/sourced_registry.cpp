#include "models/registry/eureka2/sourced_registry.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::eureka2 {
namespace {

Notifications modified(const Instance& before, const Instance& after) {
  if (before == after) return {};
  return {{NotificationKind::modify, after}};
}

}  // namespace

Notifications SourcedRegistry::put(const Source& source, const Instance& instance) {
  const auto [place, first] = holders_.try_emplace(instance.id);
  Holder& holder = place->second;
  const auto copy = std::find_if(holder.copies.begin(), holder.copies.end(), [&](const Copy& has) { return has.source == source; });
  if (copy != holder.copies.end()) {
    const bool is_head = copy == holder.copies.begin() + static_cast<std::ptrdiff_t>(holder.head);
    const Instance before = std::exchange(copy->instance, instance);
    return is_head ? modified(before, instance) : Notifications{};
  }
  holder.copies.push_back({source, instance});
  const bool replaces = source.local() && !holder.copies[holder.head].source.local();
  if (!first && !replaces) return {};
  holder.head = holder.copies.size() - 1;
  return {{NotificationKind::add, instance}};
}

Notifications SourcedRegistry::remove(const Source& source, InstanceId id) {
  const auto place = holders_.find(id);
  if (place == holders_.end()) return {};
  Holder& holder = place->second;
  const auto copy = std::find_if(holder.copies.begin(), holder.copies.end(), [&](const Copy& has) { return has.source == source; });
  if (copy == holder.copies.end()) return {};
  const auto number = static_cast<std::size_t>(copy - holder.copies.begin());
  const Copy gone = *copy;
  holder.copies.erase(copy);
  if (holder.copies.empty()) {
    holders_.erase(place);
    return {{NotificationKind::remove, gone.instance}};
  }
  if (number == holder.head) return promote(holder, gone);
  if (number < holder.head) --holder.head;
  return {};
}

// The oldest other.
Notifications SourcedRegistry::promote(Holder& holder, const Copy& gone) {
  holder.head = 0;
  const Copy& head = holder.copies.front();
  if (gone.source.local() && !head.source.local()) {
    return {{NotificationKind::remove, gone.instance}, {NotificationKind::add, head.instance}};
  }
  return modified(gone.instance, head.instance);
}

Notifications SourcedRegistry::remove_older(const Source& source) {
  std::vector<std::pair<Source, InstanceId>> older;
  for (const auto& [id, holder] : holders_) {
    for (const Copy& copy : holder.copies) {
      if (copy.source.older_than(source)) older.emplace_back(copy.source, id);
    }
  }
  Notifications changes;
  for (const auto& [from, id] : older) {
    for (const Notification& change : remove(from, id)) changes.push_back(change);
  }
  return changes;
}

const Instance* SourcedRegistry::find(InstanceId id) const {
  const auto place = holders_.find(id);
  return place != holders_.end() ? &place->second.copies[place->second.head].instance : nullptr;
}

Notifications SourcedRegistry::locals() const {
  Notifications all;
  for (const auto& [id, holder] : holders_) {
    const Copy& head = holder.copies[holder.head];
    if (head.source.local()) all.push_back({NotificationKind::add, head.instance});
  }
  return all;
}

}  // namespace streamtwin::eureka2
