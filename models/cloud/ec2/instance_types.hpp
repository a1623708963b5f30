// What EC2's machines are and cost. Sources: models/data/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::ec2 {

struct InstanceType {
  std::string name;  ///< "m5.2xlarge"
  int vcpus = 0;     ///< a hyperthread each
  Bytes memory;
  BitRate network;          ///< baseline
  int interfaces = 0;       ///< elastic network interfaces
  int addresses_each = 0;   ///< IPv4 addresses of each of them
  double usd_per_hour = 0;  ///< on demand
};

/// By name.
const std::vector<InstanceType>& instance_types();
/// Null for one that is not listed.
const InstanceType* instance_type(std::string_view name);
std::vector<std::string> instance_type_names();

}  // namespace streamtwin::ec2
