#include "models/failover/reserve.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::failover {

using rpc::Instance;

Reserve::Reserve(rpc::Lives& lives, ec2::Fleet& fleet, Subject subject, Rate attach_rate, FailoverMeasures& measures)
    : lives_(lives), fleet_(fleet), subject_(std::move(subject)), attach_rate_(attach_rate), measures_(measures) {
  follow(rpc::ServerGroup("", "", {}));
  lives_subscription_ = lives.subscribe(*this);
}

void Reserve::add_dark(ZoneIndex zone, int number, Host& machine) {
  fleet_.launch(subject_.service, subject_.image, zone, number, machine, &shadows_.back());
}

ServiceStrength Reserve::strength() const {
  ServiceStrength strength{.visits = subject_.visits, .each_instance = subject_.each_instance, .dark = static_cast<int>(dark_.size())};
  for (const Instance& instance : subject_.service.instances()) {
    const bool here = std::find(subject_.zones.begin(), subject_.zones.end(), instance.zone) != subject_.zones.end();
    const bool takes_traffic = !instance.dark() && (instance.group() == nullptr || !instance.group()->disabled);
    if (here && instance.alive() && takes_traffic && instance.stage() == rpc::LifeStage::started) ++strength.instances;
  }
  return strength;
}

void Reserve::count_dark(int instances) {
  measures_.dark.add(now(), instances);
  measures_.cost_per_hour.add(now(), instances * subject_.usd_per_hour);
}

void Reserve::started(Instance& instance) {
  if (is_further(instance.group())) {
    launched_.push_back(&instance);
    last_up_ = now();
  }
  if (!is_shadow(instance.group())) return;
  dark_.push_back(&instance);
  count_dark(1);
  if (!complete()) scope_.spawn("attachment of instances", attach_all());  // in the place of one that has been lost
}

void Reserve::attached(Instance& instance) {
  if (std::erase(dark_, &instance) == 0) return;
  count_dark(-1);
  attached_.push_back(&instance);
  last_up_ = now();
  ++measures_.attached;
}

void Reserve::leave(Instance& instance) {
  if (std::erase(dark_, &instance) > 0) count_dark(-1);
  std::erase(attached_, &instance);
  std::erase(launched_, &instance);
}

bool Reserve::is_shadow(const rpc::ServerGroup* group) const {
  return std::any_of(shadows_.begin(), shadows_.end(), [group](const rpc::ServerGroup& shadow) { return &shadow == group; });
}

bool Reserve::is_further(const rpc::ServerGroup* group) const {
  return std::any_of(further_.begin(), further_.end(), [group](const rpc::ServerGroup& further) { return &further == group; });
}

void Reserve::follow(const rpc::ServerGroup& serving) {
  shadows_.emplace_back(subject_.service.name + "-dark", serving.build, serving.spec).dark = true;
  further_.emplace_back(subject_.service.name + "-failover", serving.build, serving.spec);
  for (rpc::ServerGroup* group : {&shadows_.back(), &further_.back()}) group->harmed = serving.harmed;
  if (!dark_.empty() && !replacing_) scope_.spawn_service("replacement of dark instances", replace_dark());
}

// Some at a time, so that the others are there for an evacuation; while one goes on nobody is touched.
Task<> Reserve::replace_dark() {
  constexpr std::size_t part = 4;
  constexpr Duration period = 10s;
  replacing_ = true;
  const std::size_t whole = dark_.size();
  for (;;) {
    const auto old = std::find_if(dark_.begin(), dark_.end(), [this](const Instance* one) { return one->group() != &shadows_.back(); });
    if (old == dark_.end()) break;
    const bool many = dark_.size() > whole - std::max<std::size_t>(1, whole / part);
    if (!(to_attach_ == 0 && many && fleet_.regroup(**old, shadows_.back()))) co_await delay(period);
  }
  replacing_ = false;
}

void Reserve::attach(int instances) {
  to_attach_ = attached_.size() + std::min(static_cast<std::size_t>(instances), dark_.size());
  scope_.spawn("attachment of instances", attach_all());
}

Task<> Reserve::attach_all() {
  if (attaching_) co_return;
  attaching_ = true;
  while (attached_.size() < to_attach_ && !dark_.empty()) {
    lives_.attach(*next_dark());
    co_await delay(Duration{1 / attach_rate_.value()});
  }
  attaching_ = false;
}

// In the zone with the most of them, the one that has been there longest.
Instance* Reserve::next_dark() const {
  const auto in_zone = [this](ZoneIndex zone) {
    return std::count_if(dark_.begin(), dark_.end(), [zone](const Instance* one) { return one->zone == zone; });
  };
  return *std::max_element(dark_.begin(), dark_.end(),
                           [&](const Instance* a, const Instance* b) { return in_zone(a->zone) < in_zone(b->zone); });
}

void Reserve::launch(int instances) {
  for (; instances > 0 && launch_one(); --instances) {
    ++to_launch_;
    ++measures_.launched;
  }
  measures_.refused.add(static_cast<std::uint64_t>(std::max(0, instances)));
}

bool Reserve::launch_one() {
  const ZoneIndex* smallest = nullptr;
  for (const ZoneIndex& zone : subject_.zones) {
    if (fleet_.has_capacity(zone, subject_.image.type) &&
        (smallest == nullptr || fleet_.size(further_.back(), zone) < fleet_.size(further_.back(), *smallest)))
      smallest = &zone;
  }
  if (smallest != nullptr) fleet_.grow(subject_.service, subject_.image, *smallest, &further_.back());
  return smallest != nullptr;
}

void Reserve::give_back() {
  to_attach_ = to_launch_ = 0;
  for (const Instance* instance : std::vector(attached_)) fleet_.regroup(*instance, shadows_.back());
  for (const ZoneIndex zone : subject_.zones) {
    for (const rpc::ServerGroup& group : further_) {
      while (fleet_.give_up_one(group, zone)) {
      }
    }
  }
  for (const Instance* instance : std::vector(launched_)) fleet_.terminate(*instance, true);
}

}  // namespace streamtwin::failover
