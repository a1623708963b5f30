// Which node has which copy of which shard, as the master decides (elastic/elasticsearch cluster/routing/RoutingNodes,
// allocation/AllocationService). When a node leaves, a copy in sync becomes primary at once where it had that; its other copies are made
// anew elsewhere, after a delay in which it may come back with what is on its disk. A shard without a primary has to wait for a node that
// had a copy in sync.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/stores/elasticsearch/replica_selection.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::elasticsearch {

enum class Health : std::uint8_t { green, yellow, red };

struct AllocationProperties {
  Duration delay = 1min;
  Bytes recovery_throughput{40 * 1024 * 1024};
  int recoveries = 2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.delay, {.name = "delay",
                       .doc = "How long the copies of a node that has left wait for it before they are made anew elsewhere",
                       .source = "elastic/elasticsearch index.unassigned.node_left.delayed_timeout",
                       .min = 0,
                       .max = 86400});
    visit(self.recovery_throughput, {.name = "recovery_throughput",
                                     .doc = "Bytes per second that a node sends or takes in for copies that are made anew",
                                     .source = "elastic/elasticsearch indices.recovery.max_bytes_per_sec 40 MB: from memory",
                                     .min = 1e3,
                                     .max = 1e12});
    visit(self.recoveries, {.name = "recoveries",
                            .doc = "Copies that a node sends at once, and that it takes in",
                            .source = "elastic/elasticsearch cluster.routing.allocation.node_concurrent_recoveries: from memory",
                            .min = 1,
                            .max = 100});
  }
};

class Allocation {
 public:
  enum class State : std::uint8_t { unassigned, initializing, started };
  struct Copy {
    State state = State::unassigned;
    NodeIndex node = 0;     ///< where it is; of one that is unassigned, where it was
    bool on_disk = false;   ///< of one that is unassigned: that node has it, as it was when it left
    bool in_sync = false;   ///< of one that is on the disk: it has all that was ever acknowledged
    Instant waits_until{};  ///< of one that is unassigned, before it is made anew
    double sent = 0;        ///< bytes, of one that initializes
    Instant since{};        ///< of one that initializes: when it began
  };
  /// Which copy of which shard.
  struct Place {
    int shard, copy;
  };

  /// `zones`: of the nodes. Copies of a shard are in different zones as far as that can be, and as evenly on nodes.
  Allocation(const AllocationProperties& properties, int shards, int replicas, Bytes shard, std::vector<int> zones);

  int shards() const { return static_cast<int>(shards_.size()); }
  std::span<const Copy> copies(int shard) const { return shards_[static_cast<std::size_t>(shard)].copies; }
  /// The node of the primary, if it has started.
  std::optional<NodeIndex> primary(int shard) const;
  /// Nodes that have a copy which has started: those that searches may go to.
  std::vector<NodeIndex> searchable(int shard) const;
  /// Nodes besides the primary's that each write has to reach: in sync, or getting there.
  std::vector<NodeIndex> written(int shard) const;
  bool member(NodeIndex node) const { return members_[node]; }
  int members() const;
  Health health() const;

  /// It is out. Says how many primaries others have taken over.
  int left(NodeIndex node, Instant now);
  /// It is back, with its disk as it was or with an empty one. What another node has not been given is its again, of which only what came
  /// since has to be sent (by sequence numbers), which takes no time to speak of. Gives the copies that have started by that.
  std::vector<Place> joined(NodeIndex node, bool with_disk, Instant now);
  /// Another master: delays begin again.
  void master_changed(Instant now);
  /// A copy did not take a write: it is no longer in sync.
  void failed(int shard, NodeIndex node, Instant now);
  /// Begins what can be made anew; what has begun is sent for so long. Gives those copies that have started by that.
  std::vector<Place> advance(Duration time, Instant now);

 private:
  struct Shard {
    std::vector<Copy> copies;
    std::optional<std::size_t> primary;
  };
  static void unassign(Shard& shard, std::size_t copy, Instant waits_until, bool on_disk);
  static void promote(Shard& shard);
  void begin(Instant now);
  std::optional<NodeIndex> place_for(std::size_t shard, std::size_t copy, bool throttled) const;
  int recoveries_to(NodeIndex node) const;
  int recoveries_from(NodeIndex node) const;
  int load(NodeIndex node) const;

  AllocationProperties properties_;
  Bytes shard_;
  std::vector<int> zones_;
  std::vector<std::size_t> turns_;  ///< the place of each node among all, of which neighbours are in different zones
  std::vector<char> members_;
  std::vector<Shard> shards_;
};

}  // namespace streamtwin::elasticsearch
