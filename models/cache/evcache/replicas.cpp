#include "models/cache/evcache/replicas.hpp"

namespace streamtwin::evcache {

void ReadOrder::update(const std::vector<Group>& groups) {
  std::vector<GroupIndex> local;
  std::vector<GroupIndex> all;
  for (GroupIndex index = 0; index < groups.size(); ++index) {
    if (!groups[index].readable()) continue;
    all.push_back(index);
    if (groups[index].zone == own_zone_) local.push_back(index);
  }
  if (all.size() == all_.size()) return;
  local_ = CircularIterator<GroupIndex>(std::move(local));
  all_ = CircularIterator<GroupIndex>(std::move(all));
}

std::optional<GroupIndex> ReadOrder::first() {
  if (const auto group = local_.next()) return group;
  return all_.next();
}

std::optional<GroupIndex> ReadOrder::fallback(GroupIndex tried, int already) {
  if (!properties_->zone_fallback || already >= properties_->fallbacks_most) return std::nullopt;
  const auto group = all_.next(tried);
  if (!group || *group == tried) return std::nullopt;
  return group;
}

}  // namespace streamtwin::evcache
