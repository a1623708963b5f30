#include "models/edge/elb/node_dns.hpp"

#include <algorithm>
#include <iterator>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"

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
  if (!answers_.empty() && answers_.back().nodes == nodes) return false;
  answers_.push_back({now, std::move(nodes)});
  return true;
}

const std::vector<int>& NodeDns::answer(Instant now, Duration age) const {
  const Instant then = now - age;
  const auto later = std::upper_bound(answers_.begin(), answers_.end(), then, [](Instant time, const Answer& a) { return time < a.since; });
  return later == answers_.begin() ? answers_.front().nodes : std::prev(later)->nodes;
}

Duration age_of_answer(const NodeDnsProperties& properties, const std::array<double, 2>& uniform) {
  const double extenders = properties.extenders.value();
  if (!(uniform[0] < extenders)) return properties.ttl * uniform[1];
  // The age of what is kept for ttl and an exponential time: its density falls as what has been kept so long.
  const Duration mean = properties.ttl + properties.extended_by;
  const Duration into = mean * (uniform[0] / extenders);
  if (into <= properties.ttl) return into;
  return properties.ttl - properties.extended_by * math::log(1 - uniform[1]);
}

}  // namespace streamtwin::elb
