// The network interfaces of an agent and their addresses: which interface the address of the next container is of, and what
// EC2 has to do for it first. A replay of Netflix/titus-executor vpc/service/generate_assignment_id.go (populateAssignment): an
// attached interface of the same subnet and security groups with a free address, the fullest of them; else an attached one that
// nobody uses, whose security groups are changed; else a further one is attached.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/titus/ids.hpp"
#include "models/titus/network/instance_limits.hpp"
#include "models/titus/network/network_spec.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

using SubnetId = std::uint16_t;

/// What interfaces are told apart by.
struct InterfaceKey {
  SubnetId subnet = 0;
  SecurityGroupsId groups = 0;
  bool operator==(const InterfaceKey&) const = default;
};

/// Where an address is of.
struct AddressPlace {
  std::uint16_t interface = 0;
};

/// What must happen before the container has its address.
enum class AddressWay : std::uint8_t {
  ready,          ///< it is of an interface that containers with the same security groups use
  change_groups,  ///< it is of one that nobody used, whose security groups are changed
  attach,         ///< an interface is attached; then one asks again
  back_off,       ///< one is being attached: one asks again in a while
  full,           ///< no address and no room for an interface
};

struct AddressDecision {
  AddressWay way = AddressWay::full;
  AddressPlace place;              ///< of the address that is taken, or of the interface to be attached
  bool further_addresses = false;  ///< EC2 must give the interface further addresses first

  /// Whether the address is the container's already.
  bool has_address() const { return way <= AddressWay::change_groups; }
};

/// An interface as it stands.
struct Interface {
  enum class State : std::uint8_t { detached, attaching, attached };

  State state = State::detached;
  InterfaceKey key;
  int used = 0;         ///< addresses that containers have
  int provisioned = 0;  ///< addresses that EC2 has given it
  Instant attached_at{};
  Instant last_used{};  ///< when the last container left it, or when it was attached

 private:
  friend class AgentNetwork;
  std::vector<Instant> idle_until_;  ///< of the addresses given back, in order; those before the first are free again
  std::size_t idle_first_ = 0;
  int idle(Instant now);
  bool has_room(int addresses, Instant now) { return used + idle(now) < addresses; }
};

/// Asking costs O(interfaces attached), giving back O(1).
class AgentNetwork {
 public:
  AgentNetwork(InterfaceLimits limits, const NetworkSpec& spec);

  /// Decides where the next container's address is of, and takes it (or a place for an interface) if there is one.
  AddressDecision assign(InterfaceKey key, Instant now);
  /// EC2 has given an interface its further addresses.
  void provisioned(AddressPlace place);
  /// The interface for which a place was taken has come, with the security groups that it had.
  void attached(AddressPlace place, InterfaceKey key, Instant now);
  /// It has not come.
  void attach_failed(AddressPlace place);
  /// A container gives its address back. True if the interface has no container left.
  bool release(AddressPlace place, Instant now);
  /// Takes an interface away that no container has had for long; false if it is in use or gone.
  bool detach(AddressPlace place, Instant now);

  const InterfaceLimits& limits() const { return limits_; }
  /// By place; those that are detached are there, too.
  std::span<const Interface> interfaces() const { return interfaces_; }
  int used() const { return used_; }
  int attached_interfaces() const { return attached_; }
  /// Addresses that a container with this key could have now, or after EC2 has done something.
  int free_for(InterfaceKey key, Instant now);

 private:
  Interface* find(InterfaceKey key, Instant now);
  Interface* find_unused(SubnetId subnet, Instant now);
  AddressDecision take(Interface& interface, AddressWay way, Instant now);
  AddressDecision take_place();

  InterfaceLimits limits_;
  Duration idle_, unused_;
  int batch_;
  int used_ = 0, attached_ = 0, attaching_ = 0;
  std::vector<Interface> interfaces_;
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::AddressWay> = std::to_array<EnumName<titus::AddressWay>>({
    {titus::AddressWay::ready, "ready", "An interface that containers with the same security groups use has one"},
    {titus::AddressWay::change_groups, "change_groups", "The security groups of an interface that nobody used are changed"},
    {titus::AddressWay::attach, "attach", "An interface must be attached, then one asks again"},
    {titus::AddressWay::back_off, "back_off", "An interface is being attached, one asks again in a while"},
    {titus::AddressWay::full, "full", "There is neither a free address nor room for an interface"},
});

}  // namespace streamtwin
