// BestAvailableRule: the server with the fewest active requests of those not tripped, the earlier at a tie; when all
// are tripped, round robin.
#pragma once

#include <limits>

#include "models/services/ribbon/rules/round_robin.hpp"

namespace streamtwin::ribbon {

class BestAvailableRule {
 public:
  std::optional<ServerIndex> choose(const Servers& servers, Random&) {
    std::optional<ServerIndex> best;
    int fewest = std::numeric_limits<int>::max();
    for (ServerIndex server : servers.list) {
      ServerStats& stats = servers.stats[server];
      if (stats.tripped(servers.now)) continue;
      const int active = stats.active_requests(servers.now, *servers.properties);
      if (active >= fewest) continue;
      fewest = active;
      best = server;
    }
    return best ? best : round_robin_.next(servers);
  }

 private:
  RoundRobinRule round_robin_;
};

}  // namespace streamtwin::ribbon
