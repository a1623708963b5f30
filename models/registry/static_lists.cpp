#include "models/registry/static_lists.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

void StaticLists::join(Member joining, std::optional<InstanceId> replaced, bool established) {
  const InstanceId id = joining.id;
  Member& member = members_[id] = std::move(joining);
  std::vector<ViewedInstance>& list = fleet_[member.app];
  if (replaced) std::erase_if(list, [&](const ViewedInstance& listed) { return listed.id == *replaced; });
  list.push_back({member.id, member.zone});
  if (established) {
    registry_.set(member.app, list);
    established_.push_back(&member);
  } else {
    registry_.change(member.app, list, now());
    member.scope->spawn_service("reading of static lists", reload(member, Duration{0}));
  }
}

void StaticLists::remove(InstanceId id) {
  const auto member = members_.find(id);
  if (member == members_.end()) return;
  std::vector<ViewedInstance>& list = fleet_[member->second.app];
  std::erase_if(list, [id](const ViewedInstance& listed) { return listed.id == id; });
  registry_.change(member->second.app, list, now());
}

void StaticLists::forget(InstanceId id) {
  std::erase_if(established_, [id](const Member* member) { return member->id == id; });
  members_.erase(id);
}

void StaticLists::start() {
  for (Member* const member : established_) {
    member->refresh_balancers(*registry_.fetch(now()));
    Random random(Simulation::current().seed().value, member->identity, hash_text("static lists"));
    member->scope->spawn_service("reading of static lists", reload(*member, random.uniform(Duration{0}, registry_.reload_interval())));
  }
  established_.clear();
}

Task<> StaticLists::reload(Member& member, Duration phase) {
  co_await delay(phase);
  for (;;) {
    member.refresh_balancers(*registry_.fetch(now()));
    co_await delay(registry_.reload_interval());
  }
}

}  // namespace streamtwin::registry
