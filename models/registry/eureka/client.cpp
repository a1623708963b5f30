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

void ClientLists::take_list(List& list, const KnownRegistry& known, Random& random) {
  static const SharedApp nobody;
  const SharedApp& app = list.app < known.apps.size() ? known.apps[list.app] : nobody;
  if (list.known == app) return;
  const SharedApp before = std::exchange(list.known, app);
  std::vector<registry::ViewedInstance> up;
  if (app != nullptr) up = app->up;
  if (before != nullptr && before->up == up) return;
  for (std::size_t i = up.size(); i > 1; --i) std::swap(up[i - 1], up[random.below(i)]);
  if (view_.apps.size() <= list.app) view_.apps.resize(list.app + 1);
  ++view_.version;
  view_.apps[list.app] = std::make_shared<registry::AppView>(registry::AppView{list.app, view_.version, std::move(up)});
}

}  // namespace streamtwin::eureka
