#include "models/cloud/ec2/auto_scaling_group.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

/// "Can temporarily exceed the maximum capacity by 10 percent or by one instance, whichever is greater": availability zone
/// rebalancing.
constexpr double margin_of_rebalancing = 0.1;

}  // namespace

using auto_scaling::Termination;
using rpc::Instance;

AutoScalingGroup::AutoScalingGroup(rpc::Lives& lives, Fleet& fleet, Subject subject, Termination termination)
    : fleet_(fleet),
      subject_(std::move(subject)),
      termination_(termination),
      random_(Simulation::current().stream(subject_.name, "termination")) {
  lives_subscription_ = lives.subscribe(*this);
}

void AutoScalingGroup::add_warm_pool(const auto_scaling::WarmPoolSpec& spec, const PoolPrices& prices, PoolMeasures& measures) {
  pool_ = std::make_unique<WarmPool>(fleet_, WarmPool::Subject{subject_.image, subject_.name, subject_.zones}, spec, prices, measures);
}

void AutoScalingGroup::limit(int max) {
  const bool found = !max_ && (subject_.group == nullptr || size() > 0);  // when the run begins
  if (pool_ && found) pool_->find_waiting(size(), max);
  max_ = max;
}

void AutoScalingGroup::started(Instance& instance) {
  const bool is_mine = &instance.service == &subject_.service && (subject_.group == nullptr || instance.group() == subject_.group) &&
                       std::find(subject_.zones.begin(), subject_.zones.end(), instance.zone) != subject_.zones.end();
  if (is_mine) serving_.push_back(&instance);
}

int AutoScalingGroup::size() const {
  int size = 0;
  for (const ZoneIndex zone : subject_.zones) size += size_in(zone);
  return size;
}

bool AutoScalingGroup::is_starting() const {
  return std::any_of(subject_.zones.begin(), subject_.zones.end(),
                     [this](ZoneIndex zone) { return fleet_.is_starting(subject_.service, zone, subject_.group); });
}

auto_scaling::Reached AutoScalingGroup::reach(int desired) {
  auto_scaling::Reached reached;
  replace_lost();
  if (surplus_ > 0 && !is_starting()) surplus_ = 0;
  int missing = desired + surplus_ - size();
  for (; missing > 0 && launch_one(); --missing) count_launch(reached);
  for (; missing < 0 && (give_up_one() || terminate_one()); ++missing) ++reached.terminated;
  reached.refused = missing > 0;
  fleet_.ask_back(subject_.image, subject_.zones, missing);
  if (missing <= 0) lost_ = 0;
  if (missing == 0 && surplus_ == 0 && !is_starting()) even_out(desired, reached);
  const bool ends = subject_.group != nullptr && desired == 0;  // its server group is about to be destroyed
  if (pool_) ends ? pool_->close() : pool_->settle(desired, max_.value_or(0));
  return reached;
}

void AutoScalingGroup::replace_lost() {
  for (const ZoneIndex zone : subject_.zones) lost_ += fleet_.give_up_lost(subject_.service, zone, subject_.group);
}

// One that takes the place of a dead one is no more than there was.
void AutoScalingGroup::count_launch(auto_scaling::Reached& reached) {
  if (lost_ > 0) {
    --lost_;
  } else {
    ++reached.launched;
  }
}

void AutoScalingGroup::even_out(int desired, auto_scaling::Reached& reached) {
  const int margin = std::max(1, static_cast<int>(margin_of_rebalancing * desired));
  const int at_once = std::min(too_many_in_a_zone(), std::max(max_.value_or(0) - desired, margin));
  for (; surplus_ < at_once; ++surplus_) {
    const std::optional<ZoneIndex> zone = smallest_zone(false);
    if (!zone) return;
    launch_in(*zone);
    ++reached.launched;
  }
}

// How many the zones with the most would have to give to those with the fewest.
int AutoScalingGroup::too_many_in_a_zone() const {
  const std::optional<ZoneIndex> smallest = smallest_zone(false);
  if (!smallest) return 0;
  int most = 0;
  for (const ZoneIndex zone : subject_.zones) most = std::max(most, size_in(zone));
  return (most - size_in(*smallest)) / 2;
}

// Where one waits in the pool that is taken, before EC2 is asked for another.
bool AutoScalingGroup::launch_one() {
  std::optional<ZoneIndex> zone = smallest_zone(true);
  if (!zone) zone = smallest_zone(false);
  if (zone) launch_in(*zone);
  return zone.has_value();
}

void AutoScalingGroup::launch_in(ZoneIndex zone) {
  if (pool_ && pool_->has(zone)) {
    fleet_.grow(subject_.service, subject_.image, zone, pool_->take(zone), subject_.group);
  } else {
    fleet_.grow(subject_.service, subject_.image, zone, subject_.group);
  }
}

// The zone with the fewest of those in which there is one to be had.
std::optional<ZoneIndex> AutoScalingGroup::smallest_zone(bool with_one_that_waits) const {
  std::optional<ZoneIndex> smallest;
  for (const ZoneIndex zone : subject_.zones) {
    if (!fleet_.api_answers(zone) || (with_one_that_waits ? !(pool_ && pool_->has(zone)) : !fleet_.has_capacity(zone, subject_.image.type)))
      continue;
    if (!smallest || size_in(zone) < size_in(*smallest)) smallest = zone;
  }
  return smallest;
}

// Of a build that does not come up there may be nobody that serves. Without builds one that has no instance yet gets it first.
bool AutoScalingGroup::give_up_one() {
  if (subject_.group == nullptr) return false;
  std::vector<ZoneIndex> zones = subject_.zones;
  std::stable_sort(zones.begin(), zones.end(), [this](ZoneIndex a, ZoneIndex b) { return size_in(a) > size_in(b); });
  return std::any_of(zones.begin(), zones.end(), [this](ZoneIndex zone) { return fleet_.give_up_one(*subject_.group, zone); });
}

// In the zone with the most of those in which one serves.
bool AutoScalingGroup::terminate_one() {
  std::optional<ZoneIndex> largest;
  for (const ZoneIndex zone : subject_.zones) {
    const bool serves = std::any_of(serving_.begin(), serving_.end(), [zone](const Instance* one) { return one->zone == zone; });
    if (serves && (!largest || size_in(zone) > size_in(*largest))) largest = zone;
  }
  MachineKeeper* const keeper = pool_ ? pool_->keeper() : nullptr;
  if (!largest || !fleet_.terminate(*victim(*largest), true, keeper)) return false;
  if (keeper != nullptr) pool_->expect_one();
  return true;
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
