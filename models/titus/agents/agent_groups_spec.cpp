#include "models/titus/agents/agent_groups_spec.hpp"

#include <algorithm>
#include <cmath>

namespace streamtwin::titus {
namespace {

constexpr double mebibyte = 1 << 20;

}  // namespace

int AgentGroupSpec::slots_in_zone(int zones_there) const {
  const double fair = std::ceil(static_cast<double>(max) / std::max(1, zones_there));
  return static_cast<int>(std::min<double>(max, std::max(fair, std::ceil(zone_room.value() * max - 1e-9))));
}

void AgentGroupSpec::check(Checker& checker) const {
  const std::vector<std::string> types = agent_type_names();
  checker.one_of("type", type, "instance type", types);
  checker.require(min <= max, "min", "is above `max`");
  checker.require(desired >= min && desired <= max, "desired", "is not between `min` and `max`");
}

fenzo::Resources CapacityGroupSpec::each() const {
  return {fenzo::Cores{cpus}, fenzo::Megabytes{std::ceil(memory.value() / mebibyte)}, fenzo::Megabits{std::ceil(network.value() / 1e6)},
          fenzo::Megabytes{std::ceil(disk.value() / mebibyte)}};
}

}  // namespace streamtwin::titus
