// ZoneAvoidanceRule: available servers of the zones that are not left out, then available ones, then all, in turn.
// The zones are decided anew for every server tested, so that with several worst zones the list can mix zones.
#pragma once

#include <limits>

#include "models/services/ribbon/rules/predicates.hpp"

namespace streamtwin::ribbon {

class ZoneAvoidanceRule {
 public:
  std::optional<ServerIndex> choose(const Servers& servers, Random& random) {
    const auto available = [&](ServerIndex s) { return servers.available(s); };
    const ZonesSeen zones = servers.zones;
    if (zones.size() <= 1) return choose_in_turn(servers, turn_, available);
    const ZoneVerdict verdict = judge_zones(zones, servers.properties->triggering_load, servers.properties->triggering_blackout.value());
    if (everybody_is_eligible(servers, verdict)) return servers.list[turn_.next(servers.list.size())];
    const auto in_zone = [&](ServerIndex s) { return (verdict.draw(zones, random) >> servers.stats[s].zone_position & 1) != 0; };
    return choose_in_turn(
        servers, turn_, [&](ServerIndex s) { return in_zone(s) && available(s); }, available);
  }

 private:
  /// The snapshots show that nobody would be filtered out: the list itself is what is eligible.
  static bool everybody_is_eligible(const Servers& servers, const ZoneVerdict& verdict) {
    const ZonesSeen zones = servers.zones;
    if (servers.list.empty() || verdict.worst != 0) return false;
    if (servers.properties->active_connections_limit != std::numeric_limits<int>::max()) return false;
    for (std::size_t zone = 0; zone < zones.size(); ++zone)
      if (zones[zone].tripped > 0 || !(verdict.available >> zone & 1)) return false;
    return true;
  }

  EligibleInTurn turn_;
};

}  // namespace streamtwin::ribbon
