// When orchestrator takes a primary for dead, and whom it puts in its place (openark/orchestrator go/inst/analysis_dao.go DeadMaster,
// go/logic/topology_recovery.go): it goes by what each server said when it was last asked.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/stores/mysql/semi_sync.hpp"

namespace streamtwin::mysql {

/// A server as it was found when it was last asked.
struct Polled {
  bool reachable = true;
  bool replicates = true;  ///< its connection to the primary stands
  bool restored = true;    ///< it has the data: one that is being filled cannot take over
  Position received = 0;
};

class Recovery {
 public:
  Recovery(std::size_t servers, Duration block) : servers_(servers), block_(block) {}

  void polled(std::size_t server, const Polled& found) { servers_[server] = found; }
  const Polled& last_poll(std::size_t server) const { return servers_[server]; }
  /// It cannot be reached, and of the replicas that can be none replicates from it.
  bool is_dead(std::size_t primary) const {
    bool replicas = false;
    for (std::size_t server = 0; server < servers_.size(); ++server) {
      if (server == primary || !servers_[server].reachable) continue;
      if (servers_[server].replicates) return false;
      replicas = true;
    }
    return replicas && !servers_[primary].reachable;
  }
  /// The most advanced of the others; of several the first in `order`.
  std::optional<std::size_t> successor(std::size_t primary, const std::vector<std::size_t>& order) const {
    std::optional<std::size_t> best;
    for (const std::size_t server : order) {
      const Polled& found = servers_[server];
      if (server == primary || !found.reachable || !found.restored) continue;
      if (!best || found.received > servers_[*best].received) best = server;
    }
    return best;
  }
  /// Whether the last recovery is long enough ago.
  bool may_recover(Instant now) const { return !last_ || now - *last_ >= block_; }
  void recovered(Instant now) { last_ = now; }

 private:
  std::vector<Polled> servers_;
  Duration block_;
  std::optional<Instant> last_;
};

}  // namespace streamtwin::mysql
