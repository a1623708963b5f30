// The agents of a stack as a scenario describes them: instance groups, and what is reserved for whom.
#pragma once

#include <array>
#include <map>
#include <string>

#include "models/titus/agents/agent_types.hpp"
#include "models/titus/ids.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// Netflix/titus-control-plane InstanceGroupLifecycleState
enum class GroupState : std::uint8_t { inactive, active, phased_out, removable };

struct AgentGroupSpec {
  Tier tier = Tier::flex;
  std::string type = "r4.16xlarge";
  GroupState state = GroupState::active;
  int zones = 0;
  Fraction zone_room{0.5};
  int min = 0;
  int desired = 10;
  int max = 100;
  Duration boot = 90s;
  double boot_sigma = 0.25;
  Duration registration = 15s;
  double cpu_overcommit = 1;

  /// Slots that a group of so many zones has in each.
  int slots_in_zone(int zones_there) const;
  /// What an agent of the type has for containers.
  fenzo::Resources offered(const AgentType& agent) const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.tier, {.name = "tier", .doc = "Whose tasks its agents run"});
    visit(self.type, {.name = "type", .doc = "Instance type of its agents", .source = "Netflix/titus-control-plane AwsInstanceType"});
    visit(self.state, {.name = "state",
                       .doc = "Whether its agents take tasks and how it scales",
                       .source = "Netflix/titus-control-plane InstanceGroupLifecycleState"});
    visit(self.zones, {.name = "zones",
                       .doc = "Zones of the region over which it is spread, the first ones; 0: all",
                       .source = assumption,
                       .min = 0,
                       .max = 26});
    visit(self.zone_room,
          {.name = "zone_room", .doc = "Which part of `max` one zone can take when others have no capacity", .source = assumption});
    visit(self.min, {.name = "min",
                     .doc = "Agents that are never scaled down; a capacity guarantee may ask for more",
                     .source = assumption,
                     .min = 0,
                     .max = 100000});
    visit(self.desired, {.name = "desired", .doc = "Agents when the run begins", .source = assumption, .min = 0, .max = 100000});
    visit(self.max, {.name = "max", .doc = "Agents at most", .source = assumption, .min = 1, .max = 100000});
    visit(self.boot, {.name = "boot",
                      .doc = "Median of the time from a running instance to an agent that starts: the image's boot",
                      .source = assumption,
                      .min = 0,
                      .max = 7200});
    visit(self.boot_sigma,
          {.name = "boot_sigma", .doc = "Deviation of the logarithm of that time", .source = assumption, .min = 0, .max = 3});
    visit(self.registration, {.name = "registration",
                              .doc = "From the agent's start to its first offer at the master",
                              .source = assumption,
                              .min = 0,
                              .max = 7200});
    visit(self.cpu_overcommit,
          {.name = "cpu_overcommit",
           .doc = "Processors that an agent offers for each that it has. Above 1 its containers may want more than there are, and are "
                  "slower then; below, some are kept free",
           .source = assumption,
           .min = 0.1,
           .max = 20});
  }
  void check(Checker& checker) const;
};

/// Netflix/titus-control-plane ApplicationSLA: so many instances of a size.
struct CapacityGroupSpec {
  Tier tier = Tier::flex;
  double cpus = 2;
  Bytes memory{4096.0 * 1048576};
  Bytes disk{10000.0 * 1048576};
  BitRate network{128e6};
  int instances = 10;

  fenzo::Resources each() const;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view defaults = "Netflix/titus-control-plane CapacityManagementConfiguration, of the default group";
    visit(self.tier, {.name = "tier", .doc = "In whose queue its tasks wait, and whose agents run them"});
    visit(self.cpus, {.name = "cpus", .doc = "CPUs of an instance", .source = defaults, .min = 0, .max = 1000});
    visit(self.memory, {.name = "memory", .doc = "Memory of an instance; Titus counts MiB", .source = defaults});
    visit(self.disk, {.name = "disk", .doc = "Disk of an instance; Titus counts MiB", .source = defaults});
    visit(self.network, {.name = "network", .doc = "Network of an instance", .source = defaults});
    visit(self.instances, {.name = "instances", .doc = "Instances that are reserved", .source = defaults, .min = 0, .max = 1e6});
  }
};

struct CapacitySpec {
  std::map<std::string, CapacityGroupSpec> groups;
  Fraction critical_buffer{0.05};
  Fraction flex_buffer{0.05};
  bool guarantee = true;

  Fraction buffer(Tier tier) const { return tier == Tier::critical ? critical_buffer : flex_buffer; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/titus-control-plane CapacityManagementConfiguration";
    visit(self.groups,
          {.name = "groups", .doc = "What is reserved for whom, by name; all others share the group `DEFAULT` of the tier flex"});
    visit(self.critical_buffer,
          {.name = "critical_buffer", .doc = "What the tier critical has beyond its reservations", .source = source, .max = 10});
    visit(self.flex_buffer, {.name = "flex_buffer", .doc = "What the tier flex has beyond its reservations", .source = source, .max = 10});
    visit(self.guarantee, {.name = "guarantee",
                           .doc = "Whether reservations of the tier critical raise the `min` of its instance groups",
                           .source = "Netflix/titus-control-plane DefaultCapacityMonitoringService, which leaves the tier flex as it is"});
  }
};

/// The group of those that have none.
inline constexpr const char* default_capacity_group = "DEFAULT";

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::GroupState> = std::to_array<EnumName<titus::GroupState>>({
    {titus::GroupState::inactive, "inactive", "No tasks, not scaled"},
    {titus::GroupState::active, "active", "Takes tasks, scales"},
    {titus::GroupState::phased_out, "phased_out", "Takes tasks where no active group can, is scaled up last and down first"},
    {titus::GroupState::removable, "removable", "No tasks, may go"},
});

}  // namespace streamtwin
