// What the NameNode of HDFS knows and decides (apache/hadoop blockmanagement/BlockManager, DatanodeManager, HeartbeatManager,
// BlockPlacementPolicyDefault, BlockManagerSafeMode): where each block is, which DataNodes are stale or dead, who gets a new block, and what
// is copied where once replicas are missing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim-core/description.hpp"
#include "sim-core/random.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::hdfs {

using NodeIndex = std::uint32_t;
using BlockIndex = std::uint32_t;

struct HeartbeatProperties {
  Duration interval = 3s;
  Duration recheck = 300s;
  Duration stale = 30s;
  bool avoid_stale = false;

  /// Without a heartbeat for longer than this a DataNode is dead.
  Duration dead_after() const { return recheck * 2 + interval * 10; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.interval, {.name = "interval",
                          .doc = "Time between two heartbeats of a DataNode",
                          .source = "apache/hadoop dfs.heartbeat.interval",
                          .min = 0.1,
                          .max = 3600});
    visit(self.recheck, {.name = "recheck",
                         .doc = "Twice this, and ten intervals, without a heartbeat make a DataNode dead",
                         .source = "apache/hadoop dfs.namenode.heartbeat.recheck-interval",
                         .min = 0,
                         .max = 86400});
    visit(self.stale, {.name = "stale",
                       .doc = "After so long without one it is stale",
                       .source = "apache/hadoop dfs.namenode.stale.datanode.interval: from memory",
                       .min = 0.1,
                       .max = 86400});
    visit(self.avoid_stale, {.name = "avoid_stale",
                             .doc = "Whether a stale DataNode is the last that is read from, and not written to",
                             .source = "apache/hadoop dfs.namenode.avoid.read.stale.datanode, avoid.write.stale.datanode: from memory"});
  }
};

struct ReplicationProperties {
  int replicas = 3;
  Duration interval = 3s;
  int work_multiplier = 2;
  int streams = 2;
  int streams_hard = 4;
  Duration pending_timeout = 300s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.replicas, {.name = "replicas", .doc = "Copies of a block", .source = "apache/hadoop dfs.replication", .min = 1, .max = 9});
    visit(self.interval, {.name = "interval",
                          .doc = "Time between two looks at blocks that lack replicas",
                          .source = "apache/hadoop dfs.namenode.redundancy.interval.seconds",
                          .min = 0.1,
                          .max = 3600});
    visit(self.work_multiplier, {.name = "work_multiplier",
                                 .doc = "Blocks for each living DataNode that are ordered to be copied at a look",
                                 .source = "apache/hadoop dfs.namenode.replication.work.multiplier.per.iteration",
                                 .min = 1,
                                 .max = 1000});
    visit(self.streams, {.name = "streams",
                         .doc = "Copies that a DataNode sends at once",
                         .source = "apache/hadoop dfs.namenode.replication.max-streams",
                         .min = 1,
                         .max = 1000});
    visit(self.streams_hard, {.name = "streams_hard",
                              .doc = "The same of blocks of which one replica is left",
                              .source = "apache/hadoop dfs.namenode.replication.max-streams-hard-limit",
                              .min = 1,
                              .max = 1000});
    visit(self.pending_timeout, {.name = "pending_timeout",
                                 .doc = "After so long a copy that was ordered and has not arrived is ordered again",
                                 .source = "apache/hadoop dfs.namenode.reconstruction.pending.timeout-sec",
                                 .min = 1,
                                 .max = 86400});
  }
  void check(Checker& checker) const { checker.require(streams <= streams_hard, "streams", "expected at most `streams_hard`"); }
};

struct SafemodeProperties {
  Fraction threshold{0.999};
  Duration extension = 30s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.threshold, {.name = "threshold",
                           .doc = "Part of the blocks that must have been reported before a NameNode that has restarted takes writes",
                           .source = "apache/hadoop dfs.namenode.safemode.threshold-pct"});
    visit(self.extension, {.name = "extension",
                           .doc = "How long it waits after that",
                           .source = "apache/hadoop dfs.namenode.safemode.extension",
                           .min = 0,
                           .max = 86400});
  }
};

/// A copy that a DataNode is told to make on another.
struct CopyOrder {
  BlockIndex block;
  NodeIndex from, to;
};

class NameNode {
 public:
  /// `racks`: of the DataNodes, all of which are there.
  NameNode(const HeartbeatProperties& heartbeats, const ReplicationProperties& replication, std::vector<int> racks, Instant now);

  std::size_t nodes() const { return nodes_.size(); }
  int rack(NodeIndex node) const { return nodes_[node].rack; }
  int replicas_wanted() const { return replication_.replicas; }

  /// A block that is there since before the run, or that a client begins now: on the writer's own DataNode, or a random one without any;
  /// then on another rack, and a further one on the second's; then anywhere (BlockPlacementPolicyDefault).
  std::vector<NodeIndex> choose(std::optional<NodeIndex> writer, Instant now, Random& random) const;
  BlockIndex add(std::vector<NodeIndex> replicas);
  std::span<const NodeIndex> replicas(BlockIndex block) const { return blocks_[block]; }
  /// It has been written anew, on these.
  void place(BlockIndex block, std::vector<NodeIndex> replicas) { blocks_[block] = std::move(replicas); }
  std::size_t blocks() const { return blocks_.size(); }
  /// Where to read it, best first: the reader's own DataNode, its rack, the others; those that are avoided last. None that is dead.
  std::vector<NodeIndex> locations(BlockIndex block, std::optional<NodeIndex> reader, int reader_rack, Instant now) const;

  /// Whether it has to report its blocks, since it was taken for dead.
  bool heartbeat(NodeIndex node, Instant now);
  bool stale(NodeIndex node, Instant now) const { return now - nodes_[node].heard > heartbeats_.stale; }
  /// Another NameNode takes over, which has heard of all of them, too.
  void heard_of_all(Instant now);
  bool dead(NodeIndex node) const { return nodes_[node].dead; }
  /// Those that are dead by now; their replicas count no longer.
  int look_for_dead(Instant now);
  /// It reports what it has, as it was dead, or as the NameNode has restarted. Replicas that are too many by now are deleted.
  void report(NodeIndex node, std::span<const BlockIndex> blocks);
  /// It restarts: it knows all blocks, and of none where it is, until that has been reported.
  void forget_replicas();

  /// What is ordered at a look: those blocks first that have the fewest replicas.
  std::vector<CopyOrder> order_copies(Instant now, Random& random);
  void copied(const CopyOrder& order);
  /// Blocks with fewer replicas than they should have, and with none.
  std::size_t under_replicated() const;
  std::size_t missing() const;

 private:
  struct DataNode {
    int rack;
    Instant heard;
    bool dead = false;
    int sends = 0;  ///< copies
  };
  struct Pending {
    CopyOrder order;
    Instant since;
  };
  bool avoided(NodeIndex node, Instant now) const { return heartbeats_.avoid_stale && stale(node, now); }
  enum class Where : std::uint8_t { anywhere, on_rack, off_rack };
  std::optional<NodeIndex> draw(std::span<const NodeIndex> taken, Where where, int rack, Instant now, Random& random) const;
  void expire_pending(Instant now);
  std::optional<CopyOrder> order_for(BlockIndex block, Instant now, Random& random) const;

  HeartbeatProperties heartbeats_;
  ReplicationProperties replication_;
  std::vector<DataNode> nodes_;
  std::vector<std::vector<NodeIndex>> blocks_;  ///< the replicas of each that count
  std::vector<Pending> pending_;
};

/// When a NameNode that has restarted takes writes: the threshold of blocks has been reported, and the extension is over.
class Safemode {
 public:
  Safemode(const SafemodeProperties& properties, std::size_t blocks) : properties_(properties), blocks_(blocks) {}

  /// So many blocks have a replica that has been reported.
  void reported(std::size_t blocks, Instant now);
  bool on(Instant now) const { return !reached_ || now - *reached_ < properties_.extension; }

 private:
  SafemodeProperties properties_;
  std::size_t blocks_;
  std::optional<Instant> reached_;
};

}  // namespace streamtwin::hdfs
