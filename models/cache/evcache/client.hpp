// EVCache's client on one instance for one cluster (EVCacheClientPool, EVCacheConnectionObserver): every replica is a
// server group of nodes to which it keeps connections. At each refresh of its pool it sees which nodes are up; the order of
// reading goes by that, and a node that is down is not asked at all. Writes go to every replica.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "models/cache/evcache/ketama.hpp"
#include "models/cache/evcache/replicas.hpp"

namespace streamtwin::evcache {

/// To one node: what waits for it. A new connection has nothing that waits.
struct Connection {
  int reads = 0;   ///< that have been sent and not answered
  int writes = 0;  ///< that cannot be sent
  bool closed = false;
};

/// Cost of a choice: O(1) as long as all nodes are up. About 250 bytes, and 64 for each connection.
class Client {
 public:
  /// `properties` must outlive it. `first_refresh`: of the pool, by which nothing is known yet.
  Client(const CacheProperties& properties, std::uint8_t own_zone, Instant first_refresh)
      : properties_(&properties), order_(properties, own_zone), next_refresh_(first_refresh) {}

  bool due(Instant now) const { return now >= next_refresh_; }
  /// Takes the pool as it is now. `nodes` counts those of each replica, which are numbered by their zones, of one that only takes writes
  /// none; `up(group, node)` says whether a connection to a node stands.
  template <class Up>
  void refresh(std::span<const int> nodes, const std::vector<bool>& write_only, Up&& up, Instant now) {
    std::vector<Group> groups;
    down_.clear();
    for (GroupIndex group = 0; group < nodes.size(); ++group) {
      Group& seen =
          groups.emplace_back(Group{.zone = static_cast<std::uint8_t>(group), .write_only = nodes[group] == 0 || write_only[group]});
      for (NodeIndex node = 0; node < static_cast<NodeIndex>(nodes[group]); ++node) {
        if (up(group, node)) {
          ++seen.active_nodes;
        } else {
          ++seen.inactive_nodes;
          down_.emplace_back(group, node);
        }
      }
    }
    order_.update(groups);
    renew_connections(nodes);
    const double passed = std::floor((now - next_refresh_) / properties_->refresh_interval) + 1;  // some that nobody needed
    next_refresh_ += properties_->refresh_interval * std::max(0.0, passed);
  }

  std::optional<GroupIndex> first() { return order_.first(); }
  std::optional<GroupIndex> fallback(GroupIndex tried, int already) { return order_.fallback(tried, already); }
  /// Whether a read is sent to a node: to one that is known to be down none is (ignore.inactive.nodes).
  bool asks(GroupIndex group, NodeIndex node) const;
  /// By which the next operation goes: the clients of a replica take turns.
  std::shared_ptr<Connection> connection(GroupIndex group, NodeIndex node);

 private:
  void renew_connections(std::span<const int> nodes);

  const CacheProperties* properties_;
  ReadOrder order_;
  Instant next_refresh_;
  std::vector<std::pair<GroupIndex, NodeIndex>> down_;
  std::vector<std::vector<std::shared_ptr<Connection>>> connections_;  ///< by replica; of each node as many as the pool has clients
  std::uint32_t turn_ = 0;
};

/// What who writes waits for (EVCacheLatchImpl): so many replicas as its policy says, whatever became of the write there.
class Latch {
 public:
  Latch(LatchPolicy policy, int replicas) : missing_(latch_count(policy, replicas)) {}
  bool open() const { return missing_ <= 0; }
  /// A replica has answered. True for the one that opens it.
  bool count_down() { return --missing_ == 0; }

 private:
  int missing_;
};

}  // namespace streamtwin::evcache
