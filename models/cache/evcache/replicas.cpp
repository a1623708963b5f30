#include "models/cache/evcache/replicas.hpp"

#include <algorithm>

namespace streamtwin::evcache {

void ReadOrder::update(const std::vector<Group>& groups) {
  std::vector<GroupIndex> local;
  std::vector<GroupIndex> all;
  readable_.assign(groups.size(), false);
  for (GroupIndex index = 0; index < groups.size(); ++index) {
    if (!groups[index].readable()) continue;
    readable_[index] = true;
    all.push_back(index);
    if (groups[index].zone == own_zone_) local.push_back(index);
  }
  readable_count_ = static_cast<int>(all.size());
  if (all.size() == all_.size()) return;
  local_ = CircularIterator<GroupIndex>(std::move(local));
  all_ = CircularIterator<GroupIndex>(std::move(all));
}

std::optional<GroupIndex> ReadOrder::first() {
  if (const auto group = local_.next(); readable(group)) return group;
  const auto group = all_.next();
  return readable(group) ? group : std::nullopt;
}

std::optional<GroupIndex> ReadOrder::fallback(GroupIndex tried, int already) {
  if (!properties_->zone_fallback || all_.size() <= 1) return std::nullopt;
  const int most = properties_->fallbacks_max == 1 ? 1 : std::min(properties_->fallbacks_max, readable_count_ - 1);
  for (; already < most; ++already) {
    const auto group = all_.next(tried);
    if (readable(group) && group != tried) return group;
  }
  return std::nullopt;
}

}  // namespace streamtwin::evcache
