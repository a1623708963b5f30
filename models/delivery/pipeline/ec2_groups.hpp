// Server groups on machines of EC2: each is an auto scaling group over the zones of a region.
#pragma once

#include <vector>

#include "models/cloud/ec2/fleet.hpp"
#include "models/delivery/pipeline/group_carrier.hpp"

namespace streamtwin::delivery {

class Ec2Groups final : public GroupCarrier {
 public:
  Ec2Groups(ec2::Fleet& fleet, rpc::Service& service, const ec2::Image& image, std::vector<ZoneIndex> zones)
      : fleet_(fleet), service_(service), image_(image), zones_(std::move(zones)) {}

  int adopt(rpc::ServerGroup& group) override;
  void reach(rpc::ServerGroup& group, int desired) override;

 private:
  int size(const rpc::ServerGroup& group) const;
  bool launch_one(rpc::ServerGroup& group);
  bool end_one(const rpc::ServerGroup& group);

  ec2::Fleet& fleet_;
  rpc::Service& service_;
  const ec2::Image image_;
  const std::vector<ZoneIndex> zones_;
};

}  // namespace streamtwin::delivery
