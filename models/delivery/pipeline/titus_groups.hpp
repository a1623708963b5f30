// Server groups in containers: each is a service job of a stack of Titus, like the one that the service has when the run begins.
#pragma once

#include <map>
#include <memory>

#include "models/cloud/auto_scaling/carrier.hpp"
#include "models/delivery/pipeline/group_carrier.hpp"
#include "models/titus/stack/hosted_service.hpp"
#include "models/titus/stack/stack.hpp"

namespace streamtwin::delivery {

class TitusGroups final : public GroupCarrier {
 public:
  /// Of the service that `program` is; both outlive the containers, as this does.
  TitusGroups(titus::Stack& stack, titus::HostedService& program) : stack_(stack), program_(program) {}

  int adopt(rpc::ServerGroup& group) override;
  void reach(rpc::ServerGroup& group, int desired) override;
  /// For auto scaling of a group by itself.
  std::unique_ptr<auto_scaling::Carrier> carrier_of(rpc::ServerGroup& group);

 private:
  class Scaled;
  struct Job {
    std::unique_ptr<titus::HostedService> program;  ///< null: the one that was there
    std::optional<titus::JobId> id;                 ///< nothing as long as it could not be submitted
    int desired = 0;
  };

  titus::Stack& stack_;
  titus::HostedService& program_;
  std::map<const rpc::ServerGroup*, Job> jobs_;  ///< looked up only: an order of addresses decides nothing
};

}  // namespace streamtwin::delivery
