// How a container comes by its address: the calls of the VPC service and of EC2, in time.
#pragma once

#include <string>
#include <utility>

#include "models/titus/network/vpc.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

struct NetworkMeasures {
  NetworkMeasures() = default;
  explicit NetworkMeasures(Recorder& recorder, const std::string& prefix = "titus.network.");

  Counter assigned, given_back, timed_out;
  Counter interfaces_attached, interfaces_created, interfaces_detached;
  Histogram wait;  ///< for an address
};

class Addresses;

/// An address as long as a container has it; its death gives it back. May outlive the agent, not the Addresses.
class [[nodiscard]] AddressLease {
 public:
  AddressLease() = default;
  AddressLease(AddressLease&& other) noexcept : addresses_(std::exchange(other.addresses_, nullptr)), address_(other.address_) {}
  AddressLease& operator=(AddressLease&& other) noexcept {
    AddressLease old = std::move(*this);
    addresses_ = std::exchange(other.addresses_, nullptr);
    address_ = other.address_;
    return *this;
  }
  ~AddressLease() { give_back(); }
  void give_back();
  explicit operator bool() const { return addresses_ != nullptr; }
  const Address& address() const { return address_; }

 private:
  friend class Addresses;
  AddressLease(Addresses& addresses, Address address) : addresses_(&addresses), address_(address) {}
  Addresses* addresses_ = nullptr;
  Address address_;
};

/// Of a stack.
class Addresses {
 public:
  /// How often an assignment is tried again on an agent that is full. Upstream it fails at once, and its caller tries again: assumption.
  static constexpr Duration look_again = 1s;

  Addresses(const NetworkSpec& spec, NetworkMeasures& measures) : vpc_(spec), measures_(measures) {}

  /// Begins to detach what lies unused in these subnets (0 to `subnets` - 1).
  void start(int subnets);

  Vpc& vpc() { return vpc_; }
  const NetworkSpec& spec() const { return vpc_.spec(); }

  /// An address on this agent; an empty lease if none came within spec().assign_timeout, or the agent is gone. Draws of `random`.
  Task<AddressLease> assign(NetworkSlot agent, SecurityGroupsId groups, Random& random);
  /// The address of a container that runs when the run begins: there at once, with its interface. Empty on an agent that is full.
  AddressLease found(NetworkSlot agent, SecurityGroupsId groups);

 private:
  friend class AddressLease;
  class Attachment;
  Task<AddressLease> take(NetworkSlot agent, InterfaceKey key, Random& random);
  Task<> attach(Address place, InterfaceKey key, Random& random);
  Task<> detach_unused(SubnetId subnet);
  Duration takes(Duration median, Random& random) const;

  Vpc vpc_;
  NetworkMeasures& measures_;
  Scope scope_;
};

}  // namespace streamtwin::titus
