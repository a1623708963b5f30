#include "models/registry/static_lists.hpp"

#include <algorithm>
#include <cmath>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

void StaticLists::join(Member joining, std::optional<InstanceId> replaced, bool established) {
  std::vector<ViewedInstance>& list = fleet_[joining.app];
  const auto is = [](InstanceId id) { return [id](const ViewedInstance& listed) { return listed.id == id; }; };
  const bool listed = std::any_of(list.begin(), list.end(), is(joining.id));
  if (replaced) std::erase_if(list, is(*replaced));
  if (!listed) list.push_back({joining.id, joining.zone});
  const Member& member = members_[joining.id] = std::move(joining);
  if (established) return registry_.set(member.app, list);
  if (!listed) {
    registry_.change(member.app, list, now());
    changed_.notify_all();
  }
  member.refresh_balancers(*registry_.fetch(now()));
}

void StaticLists::remove(InstanceId id) {
  const auto member = members_.find(id);
  if (member == members_.end()) return;
  std::vector<ViewedInstance>& list = fleet_[member->second.app];
  std::erase_if(list, [id](const ViewedInstance& listed) { return listed.id == id; });
  registry_.change(member->second.app, list, now());
  changed_.notify_all();
}

void StaticLists::forget(InstanceId id) { members_.erase(id); }

Discovery::Sizes StaticLists::sizes() {
  Sizes sizes{.clients = members_.size()};
  for (const auto& [app, list] : fleet_) sizes.entries += list.size();
  return sizes;
}

void StaticLists::start() {
  for (const auto& [id, member] : members_) member.refresh_balancers(*registry_.fetch(now()));
  scope_.spawn_service("roll-out of static lists", roll_out());
}

// The instances of each service that calls one of these, in the order in which they restart.
std::vector<std::vector<InstanceId>> StaticLists::dependants_of(const std::vector<AppId>& changed) const {
  std::map<AppId, std::vector<InstanceId>> by_app;
  for (const auto& [id, member] : members_) {
    if (std::any_of(changed.begin(), changed.end(), member.calls)) by_app[member.app].push_back(id);
  }
  std::vector<std::vector<InstanceId>> dependants;
  for (auto& [app, ids] : by_app) dependants.push_back(std::move(ids));
  return dependants;
}

// Services roll at the same time, each by itself. What changes meanwhile waits for the next roll-out.
Task<> StaticLists::roll_out() {
  for (;;) {
    const std::optional<Instant> due = registry_.next_change();
    if (!due) {
      co_await changed_.wait();
      continue;
    }
    if (*due > now()) co_await until(*due);
    const std::vector<std::vector<InstanceId>> dependants = dependants_of(registry_.take_changed(now()));
    std::vector<std::size_t> done(dependants.size(), 0);
    for (bool more = true; more;) {
      more = false;
      for (std::size_t i = 0; i < dependants.size(); ++i) {
        const std::vector<InstanceId>& all = dependants[i];
        const auto batch = static_cast<std::size_t>(std::ceil(properties_.restart_share.value() * static_cast<double>(all.size())));
        const std::size_t end = std::min(all.size(), done[i] + batch);
        for (; done[i] < end; ++done[i]) {
          const auto member = members_.find(all[done[i]]);
          if (member == members_.end()) continue;
          const auto restart = member->second.restart;  // whoever restarts is forgotten until it is back
          if (restart(properties_.restart_time)) ++restarts_;
        }
        more |= end < all.size();
      }
      if (more) co_await delay(properties_.restart_time + properties_.restart_pause);
    }
  }
}

}  // namespace streamtwin::registry
