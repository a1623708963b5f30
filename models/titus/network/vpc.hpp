// The VPC of a stack: the interfaces that are attached to no agent, and those that lie unused on agents, which are detached one
// after the other, the longest unused first. A replay of Netflix/titus-executor vpc/service (getUnattachedBranchENIV3,
// doDetatchUnusedBranchENI).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "models/titus/network/agent_network.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// An agent's place in the VPC; a place that another agent has by now is recognised by its generation.
struct NetworkSlot {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  bool operator==(const NetworkSlot&) const = default;
};

/// An address that a container has.
struct Address {
  NetworkSlot agent;
  AddressPlace place;
};

/// Agents come and go in O(their interfaces); everything else costs O(1), but for the choice among sets of security groups.
class Vpc {
 public:
  /// The security groups of interfaces that are there when the run begins.
  static constexpr SecurityGroupsId nobodys_groups = UINT32_MAX;

  explicit Vpc(const NetworkSpec& spec) : spec_(spec) {}
  Vpc(const Vpc&) = delete;
  Vpc& operator=(const Vpc&) = delete;

  NetworkSlot add_agent(InterfaceLimits limits, SubnetId subnet);
  /// The agent is gone: its interfaces are free, what its containers give back later is nobody's.
  void remove_agent(NetworkSlot agent);
  /// Null for one that is gone.
  AgentNetwork* agent(NetworkSlot slot);
  SubnetId subnet(NetworkSlot slot) const { return slots_[slot.index].subnet; }

  /// A free interface of the subnet, one with these security groups rather than another; none if one must be created.
  std::optional<InterfaceKey> take_free(InterfaceKey key);
  void give_free(InterfaceKey key);
  int free_interfaces(SubnetId subnet);

  /// A container gives back its address; nothing happens when its agent is gone. True if it was taken back.
  bool release(Address address, Instant now);

  /// Detaches the interface of the subnet that is unused for the longest time, if that is long enough. Says when to come again.
  Instant detach_one(SubnetId subnet, Instant now);

  /// An interface has come to the agent, for which a place was taken there.
  void attached(Address place, InterfaceKey key, Instant now);

  const NetworkSpec& spec() const { return spec_; }
  std::uint64_t detached() const { return detached_; }

 private:
  struct Slot {
    std::optional<AgentNetwork> network;
    SubnetId subnet = 0;
    std::uint32_t generation = 0;
  };
  struct Unused {
    Address interface;
    Instant since;
  };
  struct Subnet {
    std::map<SecurityGroupsId, int> free;
    int free_total = 0;
    std::deque<Unused> unused;  ///< in the order in which they became so; some are in use again
  };
  Subnet& subnet_of(SubnetId subnet);

  const NetworkSpec spec_;
  std::deque<Slot> slots_;
  std::vector<std::uint32_t> vacant_;
  std::vector<Subnet> subnets_;
  std::uint64_t detached_ = 0;
};

}  // namespace streamtwin::titus
