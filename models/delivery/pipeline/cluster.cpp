#include "models/delivery/pipeline/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/delivery/strategies/rollout.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::delivery {

using rpc::Instance;

Cluster::Cluster(rpc::Lives& lives, rpc::Service& service, registry::Discovery& discovery, std::unique_ptr<GroupCarrier> carrier,
                 Counter harmed)
    : service_(service), discovery_(discovery), carrier_(std::move(carrier)), harmed_(harmed) {
  current_ = &add("", {});
  current_->desired = carrier_->adopt(current_->group);
  subscription_ = lives.subscribe(*this);
}

Cluster::Group& Cluster::add(const std::string& build, const rpc::BuildSpec& spec) {
  rpc::ServerGroup& group = all_.emplace_back(fmt::format("{}-v{:03}", service_.name, number_++), build, spec);
  group.harmed = harmed_;
  return groups_.emplace_back(Group{.group = group, .created = now(), .serving = {}, .out_of_service = {}});
}

void Cluster::want(Group& group, int desired, Fraction disabled) {
  group.desired = desired;
  group.disabled = disabled;
  group.group.disabled = disabled == Fraction{1};
  set_out_of_service(group);
  carrier_->reach(group.group, desired);
}

void Cluster::poll() {
  for (Group& group : groups_) carrier_->reach(group.group, group.desired);
  groups_.remove_if([this](const Group& group) { return group.desired == 0 && group.serving.empty() && &group != current_; });
}

Cluster::Group* Cluster::previous() {
  Group* const group = history_.empty() ? nullptr : find(*history_.back());
  return group != nullptr && group->desired > 0 ? group : nullptr;
}

void Cluster::succeed(Group& next) {
  history_.push_back(&current_->group);
  current_ = &next;
}

void Cluster::go_back(Group& to) {
  history_.pop_back();
  current_ = &to;
}

int Cluster::up(const Group& group) const {
  return static_cast<int>(
      std::count_if(group.serving.begin(), group.serving.end(), [this](const Instance* one) { return discovery_.knows(one->id); }));
}

Cluster::Group* Cluster::find(const rpc::ServerGroup& group) {
  const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& known) { return &known.group == &group; });
  return found == groups_.end() ? nullptr : &*found;
}

void Cluster::started(Instance& instance) {
  Group* const group = instance.group() == nullptr ? nullptr : find(*instance.group());
  if (group == nullptr) return;
  group->serving.push_back(&instance);
  if (group->group.disabled) group->out_of_service.push_back(instance.id);
}

void Cluster::leave(Instance& instance) {
  Group* const group = instance.group() == nullptr ? nullptr : find(*instance.group());
  if (group == nullptr) return;
  std::erase(group->serving, &instance);
  std::erase(group->out_of_service, instance.id);
}

void Cluster::set_out_of_service(Group& group) {
  std::vector<InstanceId>& out = group.out_of_service;
  if (group.disabled == Fraction{0}) {
    discovery_.put_up(out);
    return out.clear();
  }
  const auto changed = static_cast<int>(out.size()), serving = static_cast<int>(group.serving.size());
  int further = instances_to_change(changed, serving - changed, group.disabled);
  std::vector<InstanceId> taken;
  for (const Instance* instance : group.serving) {
    if (further == 0) break;
    if (std::find(out.begin(), out.end(), instance->id) != out.end()) continue;
    taken.push_back(instance->id);
    --further;
  }
  discovery_.take_out(taken);
  out.insert(out.end(), taken.begin(), taken.end());
}

}  // namespace streamtwin::delivery
