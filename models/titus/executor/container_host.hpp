// What the executor of one agent has: the agent's network, its images, its metadata proxy.
#pragma once

#include "models/titus/images/registry.hpp"
#include "models/titus/network/addresses.hpp"
#include "models/titus/network/metadata_proxy.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// An agent's shape, as far as containers meet it.
struct HostShape {
  InterfaceLimits interfaces;
  Bytes disk;
  BitRate network;
  SubnetId subnet = 0;
};

/// Made when an agent registers, dies with it; then its network is out of the VPC. Ends after the processes that start and stop
/// containers on it, and after the containers.
class ContainerHost {
 public:
  ContainerHost(const HostShape& shape, Addresses& addresses, Registry& registry)
      : addresses_(addresses),
        slot_(addresses.vpc().add_agent(shape.interfaces, shape.subnet)),
        images(registry, shape.disk, shape.network) {}
  ~ContainerHost() { addresses_.vpc().remove_agent(slot_); }
  ContainerHost(const ContainerHost&) = delete;
  ContainerHost& operator=(const ContainerHost&) = delete;

  NetworkSlot slot() const { return slot_; }
  AgentNetwork& network() { return *addresses_.vpc().agent(slot_); }

 private:
  Addresses& addresses_;
  NetworkSlot slot_;

 public:
  AgentImages images;
  MetadataProxy proxy;
  Fraction local_errors{0};  ///< of this agent, besides those of all agents: a bad one
};

}  // namespace streamtwin::titus
