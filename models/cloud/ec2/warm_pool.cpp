#include "models/cloud/ec2/warm_pool.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim-core/simulation.hpp"

namespace streamtwin::ec2 {
namespace {

/// gp3 in us-east-1: 0.08 USD a month for a gigabyte. Amazon EBS pricing.
constexpr double usd_per_gigabyte_hour = 0.08 / 730;

}  // namespace

WarmPool::WarmPool(Fleet& fleet, Subject subject, const auto_scaling::WarmPoolSpec& spec, const PoolPrices& prices, PoolMeasures& measures)
    : fleet_(fleet), subject_(std::move(subject)), spec_(spec), prices_(prices), measures_(measures) {
  if (prices_.ledger == nullptr) return;
  for (const ZoneIndex zone : subject_.zones) meters_[zone] = prices_.ledger->meter(*subject_.image.type, zone, {prices_.cost});
}

// One that waits and does not run costs its disk.
void WarmPool::charge(const Member& member, int instances) {
  if (prices_.ledger == nullptr) return;
  if (member.waits && spec_.state != auto_scaling::PoolState::running) return prices_.ledger->pay(prices_.cost, instances * disk_price());
  meters_.at(member.zone).run(instances);
}

double WarmPool::disk_price() const {
  const Bytes disk = spec_.state == auto_scaling::PoolState::hibernated ? spec_.volume + subject_.image.type->memory : spec_.volume;
  return disk.value() / 1e9 * usd_per_gigabyte_hour;
}

WarmPool::Member& WarmPool::add(ZoneIndex zone, Host& machine, bool waits) {
  measures_.waiting.add(now(), 1);
  Member& member = members_.emplace_back(Member{&machine, zone, waits});
  charge(member, 1);
  return member;
}

void WarmPool::remove(std::list<Member>::iterator member) {
  charge(*member, -1);
  measures_.waiting.add(now(), -1);
  members_.erase(member);
}

void WarmPool::find_waiting(int desired, int max) {
  wanted_ = auto_scaling::pool_size(spec_, desired, max);
  ZoneIndex zone{};
  while (size() < wanted_) {
    Host* const machine = find_machine(zone);
    if (machine == nullptr) return;
    add(zone, *machine, true);
  }
}

// Those that died are replaced, too.
void WarmPool::settle(int desired, int max) {
  wanted_ = auto_scaling::pool_size(spec_, desired, max);
  for (auto member = members_.begin(); member != members_.end();) {
    const auto here = member++;
    if (!here->waits || here->machine->is_on()) continue;
    fleet_.give_back(here->zone, *here->machine, subject_.image.type);
    remove(here);
  }
  while (size() > wanted_ && give_up_one()) {
  }
  ZoneIndex zone{};
  while (size() + expected_ < wanted_) {
    Host* const machine = find_machine(zone);
    if (machine == nullptr) return;
    scope_.spawn_service("preparation of an instance", prepare(add(zone, *machine, false)));
  }
}

void WarmPool::close() {
  wanted_ = 0;
  scope_.cancel();
  while (!members_.empty()) {
    fleet_.give_back(members_.front().zone, *members_.front().machine, subject_.image.type);
    remove(members_.begin());
  }
}

Task<> WarmPool::prepare(Member& member) {
  const auto is_member = [&member](const Member& other) { return &other == &member; };
  Random random = Simulation::current().stream(subject_.name, fmt::format("warm pool {}", prepared_++));
  const Outcome outcome = co_await fleet_.boot(subject_.image, member.zone, *member.machine, std::move(random));
  if (outcome == Outcome::finished) {
    charge(member, -1);
    member.waits = true;
    charge(member, 1);
  } else {
    fleet_.give_back(member.zone, *member.machine, subject_.image.type);
    remove(std::find_if(members_.begin(), members_.end(), is_member));
  }
}

// In the zone with the fewest of those in which EC2 has one.
Host* WarmPool::find_machine(ZoneIndex& zone) {
  bool found = false;
  for (const ZoneIndex candidate : subject_.zones) {
    if (!fleet_.has_capacity(candidate, subject_.image.type) || (found && size_in(candidate) >= size_in(zone))) continue;
    zone = candidate;
    found = true;
  }
  return found ? fleet_.take_spare(zone, subject_.image.type) : nullptr;
}

// In the zone with the most; none that is not ready yet.
bool WarmPool::give_up_one() {
  auto chosen = members_.end();
  for (auto member = members_.begin(); member != members_.end(); ++member) {
    if (!member->waits || (chosen != members_.end() && size_in(member->zone) <= size_in(chosen->zone))) continue;
    chosen = member;
  }
  if (chosen == members_.end()) return false;
  fleet_.give_back(chosen->zone, *chosen->machine, subject_.image.type);
  remove(chosen);
  return true;
}

int WarmPool::size_in(ZoneIndex zone) const {
  return static_cast<int>(std::count_if(members_.begin(), members_.end(), [zone](const Member& member) { return member.zone == zone; }));
}

bool WarmPool::has(ZoneIndex zone) const {
  return std::any_of(members_.begin(), members_.end(),
                     [zone](const Member& member) { return member.zone == zone && member.waits && member.machine->is_on(); });
}

Prepared WarmPool::take(ZoneIndex zone) {
  const auto member = std::find_if(members_.begin(), members_.end(), [zone](const Member& candidate) {
    return candidate.zone == zone && candidate.waits && candidate.machine->is_on();
  });
  const Prepared prepared{*member->machine, spec_.state == auto_scaling::PoolState::running, spec_.left_of_boot()};
  remove(member);
  ++measures_.left;
  return prepared;
}

bool WarmPool::keep(ZoneIndex zone, Host& machine) {
  --expected_;
  if (!machine.is_on() || size() >= wanted_) return false;
  add(zone, machine, true);
  return true;
}

}  // namespace streamtwin::ec2
