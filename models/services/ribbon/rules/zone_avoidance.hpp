// ZoneAvoidanceRule: available servers of the zones that are not left out, then available ones, then all, in turn.
// The zones are decided anew for every server tested, so that with several worst zones the list can mix zones.
#pragma once

#include "models/services/ribbon/rules/predicates.hpp"

namespace streamtwin::ribbon {

class ZoneAvoidanceRule {
 public:
  std::optional<ServerIndex> choose(const Servers& servers, Random& random) {
    const auto available = [&](ServerIndex s) { return servers.available(s); };
    const ZoneSnapshots& zones = *servers.snapshots;
    if (zones.count <= 1) return choose_in_turn(servers, turn_, available);
    const ZoneVerdict verdict =
        judge_zones(zones, servers.properties->triggering_load, servers.properties->triggering_blackout.value());
    const auto in_zone = [&](ServerIndex s) {
      return (verdict.draw(zones, random) >> servers.zone_position[s] & 1) != 0;
    };
    return choose_in_turn(servers, turn_, [&](ServerIndex s) { return in_zone(s) && available(s); }, available);
  }

 private:
  EligibleInTurn turn_;
};

}  // namespace streamtwin::ribbon
