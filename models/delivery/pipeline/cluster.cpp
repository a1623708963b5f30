#include "models/delivery/pipeline/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/delivery/strategies/rollout.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::delivery {

using rpc::Instance;

Cluster::Cluster(rpc::Lives& lives, rpc::Service& service, registry::Discovery& discovery, Balancers* balancers,
                 std::unique_ptr<GroupCarrier> carrier, Counter harmed)
    : lives_(lives), service_(service), discovery_(discovery), balancers_(balancers), carrier_(std::move(carrier)), harmed_(harmed) {
  current_ = &add("", {});
  current_->desired = carrier_->adopt(current_->group);
  subscription_ = lives.subscribe(*this);
}

Cluster::Group& Cluster::add(const std::string& build, const rpc::BuildSpec& spec) {
  rpc::ServerGroup& group = all_.emplace_back(fmt::format("{}-v{:03}", service_.name, number_++), build, spec);
  group.harmed = harmed_;
  return groups_.emplace_back(Group{.group = group, .created = now(), .serving = {}, .out_of_service = {}});
}

void Cluster::want(Group& group, int desired, Fraction disabled, Pin pin) {
  group.disabled = disabled;
  group.group.disabled = disabled == Fraction{1};
  set_out_of_service(group);
  carrier_->resize(group.group, desired, pin);
  group.desired = carrier_->capacity(group.group, desired).desired;
}

void Cluster::begin_delivery() {
  ++deliveries_;
  take_sizes();
}

void Cluster::take_sizes() {
  for (Group& group : groups_) group.desired = capacity(group).desired;
}

void Cluster::poll() {
  take_sizes();
  for (Group& group : groups_) carrier_->reach(group.group, group.desired);
  groups_.remove_if([this](const Group& group) {
    const bool over = group.desired == 0 && group.serving.empty() && &group != current_;
    if (over) carrier_->forget(group.group);
    return over;
  });
}

int Cluster::grown(const titus::Increase& increase) const {
  std::vector<titus::Capacity> all;
  for (const Group& group : groups_) all.push_back(capacity(group));
  return titus::scaled_to_cluster(all, increase)->desired;  // one serves
}

int Cluster::largest(const Group& one, const Group& other) const {
  return titus::scaled_to_cluster(std::array{capacity(one), capacity(other)})->desired;
}

bool Cluster::is_out(const Group& group) const {
  if (group.disabled == Fraction{0}) return true;
  const auto taking = static_cast<int>(group.serving.size() - group.out_of_service.size());
  return group.desired - taking >= titus::changed_needed(capacity(group), group.disabled);
}

Cluster::Group* Cluster::previous() {
  Group* const group = history_.empty() ? nullptr : find(*history_.back());
  return group != nullptr && group->desired > 0 ? group : nullptr;
}

void Cluster::succeed(Group& next) {
  history_.push_back(&current_->group);
  current_ = &next;
  if (serves) serves(next.group);
}

void Cluster::go_back(Group& to) {
  history_.pop_back();
  current_ = &to;
  if (serves) serves(to.group);
}

int Cluster::up(const Group& group) const {
  const bool balanced = balancers_ != nullptr && !group.group.disabled;
  return static_cast<int>(std::count_if(group.serving.begin(), group.serving.end(), [&](const Instance* one) {
    return discovery_.knows(one->id) && (!balanced || balancers_->in_service(*one));
  }));
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
  if (group.disabled == Fraction{0}) return put_up(group);
  const auto changed = static_cast<int>(out.size()), serving = static_cast<int>(group.serving.size());
  int further = instances_to_change(changed, serving - changed, group.disabled);
  std::vector<InstanceId> taken;
  for (const Instance* instance : group.serving) {
    if (further == 0) break;
    if (std::find(out.begin(), out.end(), instance->id) != out.end()) continue;
    taken.push_back(instance->id);
    if (balancers_ != nullptr) balancers_->deregister(*instance);
    --further;
  }
  discovery_.take_out(taken);
  out.insert(out.end(), taken.begin(), taken.end());
}

void Cluster::put_up(Group& group) {
  discovery_.put_up(group.out_of_service);
  for (const InstanceId id : group.out_of_service) {
    if (Instance* const instance = lives_.find(id); instance != nullptr && balancers_ != nullptr) balancers_->register_again(*instance);
  }
  group.out_of_service.clear();
}

}  // namespace streamtwin::delivery
