#include "models/registry/eureka/client.hpp"

#include <algorithm>
#include <utility>

namespace streamtwin::eureka {

ServerChoice::ServerChoice(std::span<const Server> servers, ZoneIndex own_zone, const ClientProperties& properties, Random& random)
    : tries_max_(properties.request_tries), refresh_(properties.quarantine_refresh.value()) {
  for (bool own : {true, false}) {
    const std::size_t first = ordered_.size();
    for (const Server& server : servers)
      if ((server.zone == own_zone) == own) ordered_.push_back(server.id);
    for (std::size_t i = ordered_.size(); i > first + 1; --i) std::swap(ordered_[i - 1], ordered_[first + random.below(i - first)]);
  }
}

void ServerChoice::begin_request() {
  tries_ = 0;
  next_candidate_ = 0;
  listed_ = false;
}

std::optional<std::uint32_t> ServerChoice::next() {
  if (tries_ >= tries_max_) return std::nullopt;
  ++tries_;
  if (current_ok_) return current_;
  if (!listed_) {
    const auto threshold = static_cast<std::size_t>(static_cast<double>(ordered_.size()) * refresh_);
    if (!quarantine_.empty() && quarantine_.size() >= threshold) quarantine_.clear();
    candidates_.clear();
    for (std::uint32_t id : ordered_)
      if (std::find(quarantine_.begin(), quarantine_.end(), id) == quarantine_.end()) candidates_.push_back(id);
    listed_ = true;
  }
  if (next_candidate_ >= candidates_.size()) return std::nullopt;
  current_ = candidates_[next_candidate_++];
  return current_;
}

void ServerChoice::failed() {
  if (std::exchange(current_ok_, false)) return;
  if (std::find(quarantine_.begin(), quarantine_.end(), current_) == quarantine_.end()) quarantine_.push_back(current_);
}

void ClientRegistry::replace(std::vector<InstanceInfo> all) {
  instances_ = std::move(all);
  std::sort(instances_.begin(), instances_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  counts_ = {};
  for (const InstanceInfo& info : instances_) counts_.add(info.status, +1);
}

bool ClientRegistry::apply(const Delta& delta) {
  for (const InstanceInfo& change : delta.changes) {
    auto place = std::lower_bound(instances_.begin(), instances_.end(), change.id,
                                  [](const InstanceInfo& info, InstanceId id) { return info.id < id; });
    const bool known = place != instances_.end() && place->id == change.id;
    if (known) counts_.add(place->status, -1);
    if (change.action == ActionType::deleted) {
      if (known) instances_.erase(place);
      continue;
    }
    counts_.add(change.status, +1);
    if (known) {
      *place = change;
    } else {
      instances_.insert(place, change);
    }
  }
  return counts_ == delta.counts;
}

std::vector<registry::ViewedInstance> ClientRegistry::up(AppId app, Random& random) const {
  std::vector<registry::ViewedInstance> list;
  for (const InstanceInfo& info : instances_)
    if (info.app == app && info.status == InstanceStatus::up) list.push_back({info.id, info.zone});
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.below(i)]);
  return list;
}

SharedView ClientRegistry::view(const registry::RegistryView& before, Random& random) const {
  auto next = std::make_shared<registry::RegistryView>(before);
  ++next->version;
  std::vector<std::vector<InstanceId>> listed(before.apps.size());
  for (const InstanceInfo& info : instances_) {
    if (info.app >= listed.size()) listed.resize(info.app + 1);
    if (info.status == InstanceStatus::up) listed[info.app].push_back(info.id);  // sorted, as the instances are
  }
  next->apps.resize(listed.size());
  for (AppId app = 0; app < listed.size(); ++app) {
    std::vector<InstanceId> known;
    for (const registry::ViewedInstance& instance : before.up(app)) known.push_back(instance.id);
    std::sort(known.begin(), known.end());
    if (known == listed[app] && next->apps[app] != nullptr) continue;
    next->apps[app] = std::make_shared<registry::AppView>(registry::AppView{app, next->version, up(app, random)});
  }
  return next;
}

}  // namespace streamtwin::eureka
