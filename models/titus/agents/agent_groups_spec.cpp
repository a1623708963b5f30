#include "models/titus/agents/agent_groups_spec.hpp"

#include <algorithm>
#include <cmath>

#include "models/titus/agents/sizes.hpp"

namespace streamtwin::titus {

int AgentGroupSpec::slots_in_zone(int zones_there) const {
  const double fair = std::ceil(static_cast<double>(max) / std::max(1, zones_there));
  return static_cast<int>(std::min<double>(max, std::max(fair, std::ceil(zone_room.value() * max - 1e-9))));
}

fenzo::Resources AgentGroupSpec::offered(const AgentType& agent) const {
  fenzo::Resources offered = agent.resources;
  offered.cpus *= cpu_overcommit;
  return offered;
}

void AgentGroupSpec::check(Checker& checker) const {
  const std::vector<std::string> types = agent_type_names();
  checker.one_of("type", type, "instance type", types);
  checker.require(min <= max, "min", "is above `max`");
  checker.require(desired >= min && desired <= max, "desired", "is not between `min` and `max`");
}

fenzo::Resources CapacityGroupSpec::each() const { return counted(cpus, memory, disk, network); }

}  // namespace streamtwin::titus
