#include "models/cloud/ec2/auto_scaling_group.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {

using auto_scaling::Termination;
using rpc::Instance;

AutoScalingGroup::AutoScalingGroup(rpc::Lives& lives, Fleet& fleet, Subject subject, Termination termination)
    : fleet_(fleet),
      subject_(std::move(subject)),
      termination_(termination),
      random_(Simulation::current().stream(subject_.name, "termination")) {
  lives_subscription_ = lives.subscribe(*this);
}

void AutoScalingGroup::started(Instance& instance) {
  const bool is_mine = &instance.service == &subject_.service &&
                       std::find(subject_.zones.begin(), subject_.zones.end(), instance.zone) != subject_.zones.end();
  if (is_mine) serving_.push_back(&instance);
}

int AutoScalingGroup::size() const {
  int size = 0;
  for (const ZoneIndex zone : subject_.zones) size += fleet_.size(subject_.service, zone);
  return size;
}

bool AutoScalingGroup::is_starting() const {
  return std::any_of(subject_.zones.begin(), subject_.zones.end(),
                     [this](ZoneIndex zone) { return fleet_.is_starting(subject_.service, zone); });
}

auto_scaling::Reached AutoScalingGroup::reach(int desired) {
  auto_scaling::Reached reached;
  int missing = desired - size();
  for (; missing > 0 && launch_one(); --missing) ++reached.launched;
  for (; missing < 0 && terminate_one(); ++missing) ++reached.terminated;
  reached.refused = missing > 0;
  return reached;
}

// In the zone with the fewest of those in which EC2 has a machine.
bool AutoScalingGroup::launch_one() {
  std::optional<ZoneIndex> smallest;
  for (const ZoneIndex zone : subject_.zones) {
    if (!fleet_.has_capacity(zone)) continue;
    if (!smallest || fleet_.size(subject_.service, zone) < fleet_.size(subject_.service, *smallest)) smallest = zone;
  }
  if (smallest) fleet_.grow(subject_.service, subject_.image, *smallest);
  return smallest.has_value();
}

// In the zone with the most of those in which one serves.
bool AutoScalingGroup::terminate_one() {
  std::optional<ZoneIndex> largest;
  for (const ZoneIndex zone : subject_.zones) {
    const bool serves = std::any_of(serving_.begin(), serving_.end(), [zone](const Instance* one) { return one->zone == zone; });
    if (serves && (!largest || fleet_.size(subject_.service, zone) > fleet_.size(subject_.service, *largest))) largest = zone;
  }
  return largest && fleet_.terminate(*victim(*largest), true);
}

Instance* AutoScalingGroup::victim(ZoneIndex zone) {
  const auto rank = [this](const Instance& instance) {
    const double age = in_seconds(now() - instance.launched());
    switch (termination_) {
      case Termination::oldest_instance: return age;
      case Termination::newest_instance: return -age;
      case Termination::standard: break;
    }
    return std::fmod(age, in_seconds(Duration{1h}));  // how far it is into an hour of its life
  };
  Instance* chosen = nullptr;
  std::uint64_t equal = 0;
  for (Instance* const one : serving_) {
    if (one->zone != zone) continue;
    const bool better = chosen == nullptr || rank(*one) > rank(*chosen);
    const bool as_good = !better && rank(*one) == rank(*chosen);
    equal = better ? 1 : equal + (as_good ? 1 : 0);
    if (better || (as_good && random_.below(equal) == 0)) chosen = one;
  }
  return chosen;
}

}  // namespace streamtwin::ec2
