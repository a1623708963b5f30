#include "models/edge/elb/node_dns.hpp"

#include <algorithm>
#include <iterator>

#include "sim-core/check.hpp"

namespace streamtwin::elb {

bool NodeDns::report(int node, bool passed, const NodeDnsProperties& properties) {
  HealthCheckProperties rule;
  rule.healthy_threshold = rule.unhealthy_threshold = properties.threshold;
  return health_[static_cast<std::size_t>(node)].report(passed, rule);
}

bool NodeDns::publish(const std::vector<int>& registered, Instant now) {
  check(!registered.empty(), "a load balancer has an address");
  std::vector<int> nodes;
  std::copy_if(registered.begin(), registered.end(), std::back_inserter(nodes),
               [&](int node) { return health_[static_cast<std::size_t>(node)].healthy(); });
  if (nodes.empty()) nodes = registered;
  if (!answers_.empty() && answers_.latest() == nodes) return false;
  answers_.publish(now, std::move(nodes));
  return true;
}

}  // namespace streamtwin::elb
