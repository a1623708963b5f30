#include "models/titus/stack/hosted_service.hpp"

#include <algorithm>

#include "models/rpc/crash.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

using rpc::Instance;
using rpc::LifeStage;

std::optional<ContainerId> HostedService::container_of(const Instance& instance) const {
  const auto found = std::find_if(instances_.begin(), instances_.end(), [&](const auto& entry) { return entry.second == &instance; });
  return found == instances_.end() ? std::nullopt : std::optional(found->first);
}

bool HostedService::crash(Instance& instance) {
  const std::optional<ContainerId> container = container_of(instance);
  if (!container) return false;
  instance.be_killed();
  crashed_.insert(*container);
  crash_.notify_all();
  return true;
}

bool HostedService::is_starting() const {
  return std::any_of(instances_.begin(), instances_.end(), [](const auto& entry) { return entry.second->stage() == LifeStage::starting; });
}

int HostedService::take_number(ZoneIndex zone) {
  if (numbers_->size() <= zone) numbers_->resize(zone + std::size_t{1});
  std::vector<bool>& taken = (*numbers_)[zone];
  const auto free = std::find(taken.begin(), taken.end(), false);
  const auto number = static_cast<int>(free - taken.begin());
  if (free == taken.end()) taken.push_back(false);
  taken[static_cast<std::size_t>(number)] = true;
  return number;
}

void HostedService::found(const Place& place) {
  instances_[place.container] = &lives_.launch(service_, place.machine, place.zone, take_number(place.zone));
  slowed(place.container, place.processors.pace());
}

Task<ReasonCode> HostedService::run(Place place) {
  if (!place.found) {
    Instance& instance = *(instances_[place.container] = &lives_.begin(service_, place.machine, place.zone, take_number(place.zone)));
    if (group_ != nullptr) instance.join(*group_);
    slowed(place.container, place.processors.pace());
    const Duration boot = boot_ / place.machine.speed();
    const auto some = [&place](Duration left) { return execute(place.machine, Flops{in_seconds(left) * place.machine.speed().value()}); };
    const Outcome booted = co_await at_pace(place.processors, boot, some);
    if (booted != Outcome::finished) co_return ReasonCode::local_system_error;
    if (rpc::crashes(instance)) co_return ReasonCode::failed;
    lives_.start(instance, true);
  }
  while (!crashed_.contains(place.container)) co_await crash_.wait();
  co_return ReasonCode::failed;
}

void HostedService::join(rpc::ServerGroup& group) {
  group_ = &group;
  for (const auto& [container, instance] : instances_) instance->join(group);
}

// Callers hear of it by lists that come to them bit by bit.
Task<> HostedService::wind_down(ContainerId container, Duration left) {
  const auto found = instances_.find(container);
  if (found == instances_.end() || found->second->stage() != LifeStage::started) co_return;
  lives_.drain(*found->second);
  co_await delay(std::min(drain_, left));
  instances_.at(container)->close();
}

void HostedService::slowed(ContainerId container, Fraction pace) {
  const auto found = instances_.find(container);
  if (found != instances_.end()) found->second->slow_down(pace);
}

void HostedService::ended(ContainerId container) {
  const auto found = instances_.find(container);
  if (found == instances_.end()) return;
  Instance& instance = *found->second;
  instances_.erase(found);
  crashed_.erase(container);
  (*numbers_)[instance.zone][static_cast<std::size_t>(instance.number)] = false;
  lives_.stop(instance);
}

}  // namespace streamtwin::titus
