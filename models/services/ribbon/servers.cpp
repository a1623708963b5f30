#include "models/services/ribbon/servers.hpp"

#include <bit>
#include <cmath>

namespace streamtwin::ribbon {

std::size_t choose_zone(ZonesSeen zones, ZoneSet from, Random& random) {
  if (from == 0) return zones.size();
  if (std::has_single_bit(from)) return static_cast<std::size_t>(std::countr_zero(from));
  std::uint64_t total = 0;
  for (std::size_t zone = 0; zone < zones.size(); ++zone)
    if (from >> zone & 1) total += static_cast<std::uint64_t>(zones[zone].instances);
  const std::uint64_t drawn = random.below(total) + 1;
  std::uint64_t sum = 0;
  for (std::size_t zone = 0; zone < zones.size(); ++zone) {
    if (!(from >> zone & 1)) continue;
    sum += static_cast<std::uint64_t>(zones[zone].instances);
    if (drawn <= sum) return zone;
  }
  return static_cast<std::size_t>(std::countr_zero(from));
}

ZoneVerdict judge_zones(ZonesSeen zones, double triggering_load, double triggering_blackout) {
  ZoneVerdict verdict{.available = (ZoneSet{1} << zones.size()) - 1};
  if (zones.size() <= 1) return verdict;
  ZoneSet worst = 0;
  double highest = 0;
  bool limited = false;
  for (std::size_t zone = 0; zone < zones.size(); ++zone) {
    const ZoneSnapshot& s = zones[zone];
    const ZoneSet bit = ZoneSet{1} << zone;
    if (s.instances == 0 || static_cast<double>(s.tripped) / s.instances >= triggering_blackout || s.load_per_server < 0) {
      verdict.available &= ~bit;
      limited = true;
    } else if (std::fabs(s.load_per_server - highest) < 0.000001) {
      worst |= bit;
    } else if (s.load_per_server > highest) {
      highest = s.load_per_server;
      worst = bit;
    }
  }
  if (!(highest < triggering_load) || limited) verdict.worst = worst;
  return verdict;
}

}  // namespace streamtwin::ribbon
