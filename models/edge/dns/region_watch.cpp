#include "models/edge/dns/region_watch.hpp"

#include <algorithm>

#include "sim-core/check.hpp"

namespace streamtwin::dns {
namespace {

std::vector<GeoDns::Redirect> others_alive(const std::vector<bool>& alive, RegionIndex region) {
  std::vector<GeoDns::Redirect> others;
  for (RegionIndex other = 0; other < alive.size(); ++other) {
    if (other != region && alive[other]) others.push_back({other, Fraction{1}});
  }
  for (GeoDns::Redirect& redirect : others) redirect.weight = Fraction{1.0 / static_cast<double>(others.size())};
  return others;
}

}  // namespace

std::vector<RegionWatch::Change> RegionWatch::look(const std::vector<bool>& alive, Instant now) {
  check(alive.size() == seen_.size(), "every region is looked at");
  std::vector<Change> changes;
  for (RegionIndex region = 0; region < alive.size(); ++region) {
    Seen& seen = seen_[region];
    if (alive[region]) {
      if (seen.out) changes.push_back({region, {}});
      seen = {};
      continue;
    }
    seen.silent_since = std::min(seen.silent_since, now);
    if (seen.out || now - seen.silent_since < failover_after_) continue;
    std::vector<GeoDns::Redirect> to = others_alive(alive, region);
    if (to.empty()) continue;  // nobody to send them to: as good as where they are
    seen.out = true;
    changes.push_back({region, std::move(to)});
  }
  return changes;
}

}  // namespace streamtwin::dns
