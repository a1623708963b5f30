// Who carries server groups of a service in a region: a fleet of EC2, or a stack of Titus; where it scales, each with auto scaling of
// its own.
#pragma once

#include <cstdint>

#include "models/rpc/server_group.hpp"
#include "models/titus/jobs/capacity.hpp"

namespace streamtwin::delivery {

/// What of a group's size auto scaling may not change until the delivery is over: that it is no smaller, or any of it.
enum class Pin : std::uint8_t { min, both };

class GroupCarrier {
 public:
  virtual ~GroupCarrier() = default;
  /// The instances that are there when the run begins are this group's: how many those are.
  virtual int adopt(rpc::ServerGroup& group) = 0;
  /// Launches what is missing, or gives up what is too much, as far as it can; asked again until it is so.
  virtual void reach(rpc::ServerGroup& group, int desired) = 0;

  /// A delivery says how large it is to be.
  virtual void resize(rpc::ServerGroup& group, int desired, Pin) { reach(group, desired); }
  /// And that it is done with it.
  virtual void unpin(rpc::ServerGroup&) {}
  /// What it is to be, where a delivery has wanted so many.
  virtual titus::Capacity capacity(const rpc::ServerGroup&, int desired) const { return {desired, desired, desired}; }
  /// Nothing is left of it.
  virtual void forget(rpc::ServerGroup&) {}
};

}  // namespace streamtwin::delivery
