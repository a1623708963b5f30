// Load balancers before the instances of a service, which know who is registered with them and ask no Eureka. A server group that is
// disabled is taken out of them, and none of its instances is added: spinnaker/clouddriver EnableDisableAsgDescription, AddToLoadBalancer.
#pragma once

#include "models/rpc/instance.hpp"

namespace streamtwin::delivery {

class Balancers {
 public:
  virtual ~Balancers() = default;
  /// It gets no further requests; those that it has may end.
  virtual void deregister(const rpc::Instance& instance) = 0;
  /// It is in service again when it has passed its checks.
  virtual void register_again(rpc::Instance& instance) = 0;
  virtual bool in_service(const rpc::Instance& instance) const = 0;
};

}  // namespace streamtwin::delivery
