// What an agent has to give, as Titus knows instance types; what it costs and its network interfaces, as EC2 lists them.
// Source: Netflix/titus-control-plane com.netflix.titus.common.aws.AwsInstanceType, whose network bandwidths are partly guesses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/titus/fenzo/resources.hpp"

namespace streamtwin::titus {

struct AgentType {
  std::string name;            ///< "r4.16xlarge"
  fenzo::Resources resources;  ///< a gigabyte is 1024 megabytes, also of disk: Titus's ResourceDimensions
  int gpus = 0;
  // Of EC2; 0 where its price is not listed.
  int interfaces = 0;       ///< elastic network interfaces
  int addresses_each = 0;   ///< IPv4 addresses of each of them
  double usd_per_hour = 0;  ///< on demand
};

/// In the order of Titus's list.
const std::vector<AgentType>& agent_types();
/// Null for one that is not listed.
const AgentType* agent_type(std::string_view name);
/// Of those that EC2's price is known of, which can be run.
std::vector<std::string> agent_type_names();

}  // namespace streamtwin::titus
