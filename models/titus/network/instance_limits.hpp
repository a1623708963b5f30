// How many network interfaces and addresses an agent has for containers, by its instance type.
#pragma once

#include <string_view>

namespace streamtwin::titus {

/// What containers can have of an agent's network: without the interface that is the host's own, and without the address that
/// belongs to each interface itself.
struct InterfaceLimits {
  int interfaces = 0;
  int addresses = 0;  ///< of each interface

  int all() const { return interfaces * addresses; }
  bool operator==(const InterfaceLimits&) const = default;
};

/// Of an instance with so many interfaces with so many addresses each (m4.16xlarge: 8 and 30, which is 7 and 29 for containers).
/// Where it can carry branch interfaces on a trunk, they count in place of the others. Netflix/titus-executor
/// vpc/service/assign_addresses_v3.go.
InterfaceLimits limits_for_containers(int interfaces, int addresses_each, int branches);

/// Branch interfaces that an instance of this type can carry on its trunk; 0 where it has no trunk or is not listed.
/// Netflix/titus-executor vpc/instance_limits.go.
int branch_interfaces(std::string_view instance_type);

}  // namespace streamtwin::titus
