#include "models/titus/agents/capacity_guarantee.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace streamtwin::titus {
namespace {

using fenzo::Resources;

Resources times(const Resources& base, double factor) {
  return {base.cpus * factor, fenzo::Megabytes{std::ceil(base.memory.value() * factor)},
          fenzo::Megabits{std::ceil(base.network.value() * factor)}, fenzo::Megabytes{std::ceil(base.disk.value() * factor)}};
}

Resources not_below_zero(const Resources& amounts) { return fenzo::larger_of_each(amounts, {}); }

double whole_ratio(double needed, double there) {
  if (needed == 0) return 0;
  if (there == 0) throw std::invalid_argument("an agent without memory, disk or network cannot have any of it reserved");
  return std::floor(needed / there);
}

struct Tiers {
  Tier tier;
  Fraction buffer;
};

// Nothing when all finds room.
std::optional<Resources> allocate(Resources left, Tier tier, std::span<const GuaranteeGroup> groups, CapacityAllocations& result) {
  bool done = false;
  for (const GuaranteeGroup& group : groups) {
    if (group.tier != tier) continue;
    if (done || group.max <= 0) {
      result.min_sizes.emplace_back(group.id, 0);
      continue;
    }
    const long required = agents_for(left, group.agent);
    done = required <= group.max;
    result.min_sizes.emplace_back(group.id, done ? static_cast<int>(required) : group.max);
    if (!done) left = not_below_zero(left - times(group.agent, group.max));
  }
  if (done) return std::nullopt;
  return left;
}

}  // namespace

long agents_for(const Resources& needed, const Resources& agent) {
  if (needed == Resources{}) return 0;
  if (needed.cpus.value() != 0 && agent.cpus.value() == 0)
    throw std::invalid_argument("an agent without CPUs cannot have any of them reserved");
  const double ratio =
      std::max({needed.cpus.value() == 0 ? 0 : needed.cpus / agent.cpus, whole_ratio(needed.memory.value(), agent.memory.value()),
                whole_ratio(needed.disk.value(), agent.disk.value()), whole_ratio(needed.network.value(), agent.network.value())});
  if (ratio == 0) return 0;
  if (ratio <= 1) return 1;
  const long full = static_cast<long>(ratio);
  const Resources used{agent.cpus * static_cast<double>(full), agent.memory * static_cast<double>(full),
                       agent.network * static_cast<double>(full), agent.disk * static_cast<double>(full)};
  return not_below_zero(needed - used) == Resources{} ? full : full + 1;
}

CapacityAllocations guarantee_capacity(std::span<const Reservation> reservations, std::span<const GuaranteeGroup> groups,
                                       Fraction critical_buffer, Fraction flex_buffer) {
  CapacityAllocations result;
  for (const Tiers& of : {Tiers{Tier::critical, critical_buffer}, Tiers{Tier::flex, flex_buffer}}) {
    Resources total;
    std::ptrdiff_t apps = 0;
    for (const Reservation& reservation : reservations) {
      if (reservation.tier != of.tier) continue;
      total += times(reservation.each, reservation.instances);
      ++apps;
    }
    if (apps <= (of.tier == Tier::flex ? 1 : 0)) continue;
    result.shortage[static_cast<std::size_t>(of.tier)] = allocate(times(total, 1 + of.buffer.value()), of.tier, groups, result);
  }
  return result;
}

}  // namespace streamtwin::titus
