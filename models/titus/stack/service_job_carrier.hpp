// A service job that Application Auto Scaling makes larger and smaller: it sets the desired size, and which containers come and go is
// the master's matter. Netflix/titus-control-plane titus-server-master appscale, a custom resource of Application Auto Scaling.
#pragma once

#include <string>

#include "models/cloud/auto_scaling/carrier.hpp"
#include "models/titus/stack/hosted_service.hpp"
#include "models/titus/stack/stack.hpp"

namespace streamtwin::titus {

class ServiceJobCarrier final : public auto_scaling::Carrier {
 public:
  ServiceJobCarrier(Stack& stack, const HostedService& service) : stack_(stack), service_(service) {}

  int size() const override { return stack_.desired(service_.name()); }
  auto_scaling::Reached reach(int desired) override;
  bool cools_down() const override { return true; }
  bool is_starting() const override { return service_.is_starting() || stack_.waiting(service_.name()) > 0; }

 private:
  Stack& stack_;
  const HostedService& service_;
};

}  // namespace streamtwin::titus
