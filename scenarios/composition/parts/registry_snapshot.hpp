// The registry of a living fleet, in which a run begins, and that of a run as a fleet would show it: Eureka's JSON on either side.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/registry/eureka/apps_json.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "models/registry/member.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

/// The snapshot that a scenario names; nothing is listed without one.
class FleetSnapshot {
 public:
  /// Throws std::invalid_argument.
  explicit FleetSnapshot(const Scenario& scenario);

  /// An instance that serves as the run begins takes what is listed of the next of its service and zone.
  void take(registry::Member& member, const std::string& service, const std::string& zone);
  struct Gone {
    InstanceId id;
    std::string name;
    Duration renewed_ago;
  };
  /// Those that nobody has taken, which are listed without being there.
  std::vector<Gone> left(const std::string& service, const std::string& zone);
  /// Of one of those; empty for another.
  std::string name_of(InstanceId id) const;

 private:
  std::map<std::pair<std::string, std::string>, std::deque<eureka::ListedInstance>> listed_;  ///< by service and zone
  std::map<InstanceId, std::string> gone_;
  Instant taken_{};  ///< when somebody last renewed
};

/// That the file that a scenario names can be read, and is about its fleet.
void check_snapshot(const Scenario& scenario, Checker& checker);

/// What a region lists, as JSON.
std::string registry_json(Twin::Parts& parts, registry::EurekaCluster& eureka);

}  // namespace streamtwin
