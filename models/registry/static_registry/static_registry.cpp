#include "models/registry/static_registry/static_registry.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::registry {

void StaticRegistry::change(AppId app, std::vector<ViewedInstance> instances, Instant now) {
  fetch(now);
  pending_.push_back({now + properties_.edit_delay + properties_.push_delay, app, std::move(instances)});
}

void StaticRegistry::set(AppId app, std::vector<ViewedInstance> instances) {
  auto next = std::make_shared<RegistryView>(*listed_);
  ++next->version;
  if (app >= next->apps.size()) next->apps.resize(app + 1);
  next->apps[app] = std::make_shared<AppView>(AppView{app, next->version, std::move(instances)});
  listed_ = std::move(next);
}

std::shared_ptr<const RegistryView> StaticRegistry::fetch(Instant now) {
  std::size_t done = 0;
  for (; done < pending_.size() && pending_[done].effective <= now; ++done) {
    changed_.push_back({pending_[done].effective, pending_[done].app});
    set(pending_[done].app, std::move(pending_[done].instances));
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
  return listed_;
}

std::optional<Instant> StaticRegistry::next_change() const {
  if (!changed_.empty()) return changed_.front().effective;
  if (pending_.empty()) return std::nullopt;
  return pending_.front().effective;
}

std::vector<AppId> StaticRegistry::take_changed(Instant now) {
  fetch(now);
  std::vector<AppId> taken;
  for (const Change& change : std::exchange(changed_, {})) taken.push_back(change.app);
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  return taken;
}

}  // namespace streamtwin::registry
