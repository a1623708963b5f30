// Who takes a region out of the answers of DNS, and names it again: a region that has been silent for a while is
// replaced by the others that answer, in equal shares, until it is back. When none answers nothing is changed, as Route 53
// treats all records as healthy when none is.
#pragma once

#include <vector>

#include "models/edge/dns/geo_dns.hpp"

namespace streamtwin::dns {

class RegionWatch {
 public:
  /// `failover_after`: how long a region must have been silent; 0 takes it out at the first look.
  RegionWatch(std::size_t regions, Duration failover_after) : failover_after_(failover_after), seen_(regions) {}

  struct Change {
    RegionIndex region;
    std::vector<GeoDns::Redirect> to;  ///< empty: the region is named again
  };
  /// What to change after a look at the regions, `alive` by region; times do not fall from call to call.
  std::vector<Change> look(const std::vector<bool>& alive, Instant now);

 private:
  struct Seen {
    Instant silent_since = never;
    bool out = false;
  };
  Duration failover_after_;
  std::vector<Seen> seen_;  ///< by region
};

}  // namespace streamtwin::dns
