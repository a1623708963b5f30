// The file system of one region at run time: which of the store's instances there are its DataNodes, what is on their disks, which of them
// are NameNodes and which of these serves.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/hdfs/hdfs_spec.hpp"
#include "models/stores/hdfs/measures.hpp"
#include "sim-core/process.hpp"
#include "sim-core/servers/processor_sharing.hpp"

namespace streamtwin::hdfs {

class Volume {
 public:
  Volume(rpc::Network& network, const rpc::Service& service, const HdfsSpec& spec, RegionIndex region, Measures& measures);

  void start();
  void started(rpc::Instance& self);
  void stopped(const rpc::Instance& self);

  NodeIndex index_of(const rpc::Instance& node) const;
  /// Who is there; null where nobody is.
  rpc::Instance* instance(NodeIndex node) const { return service_.slot(nodes_[node].zone, nodes_[node].number); }
  ZoneIndex zone(NodeIndex node) const { return nodes_[node].zone; }
  /// A connection is refused at once: the machine is there, without a process that listens.
  bool refuses(NodeIndex node) const { return !up(node) && nodes_[node].machine != nullptr && nodes_[node].machine->is_on(); }
  ProcessorSharing& disk(NodeIndex node) { return nodes_[node].disk; }
  Duration disk_time(Bytes bytes) const { return seconds(bytes / spec_.throughput); }
  bool has(NodeIndex node, BlockIndex block) const { return nodes_[node].blocks.contains(block); }

  /// Where NameNodes run, in the order in which clients are told of them.
  const std::vector<NodeIndex>& name_nodes() const { return name_nodes_; }
  /// Whether the NameNode that runs on a node serves.
  bool serves(NodeIndex node) const { return node == name_nodes_[active_] && !lost_ && !restarting_ && now() >= loaded_; }
  bool takes_writes() const { return !safemode_ || !safemode_->on(now()); }
  NameNode& names() { return names_; }
  Random& random() { return random_; }
  /// A file has been written anew, on these.
  void place(BlockIndex block, const std::vector<NodeIndex>& pipeline);

 private:
  struct Node {
    Node(ZoneIndex its_zone, int its_number) : zone(its_zone), number(its_number), disk(1) {}
    ZoneIndex zone;
    int number;
    ProcessorSharing disk;
    std::set<BlockIndex> blocks;    ///< on the disk
    const Host* machine = nullptr;  ///< that it has, or had last
  };
  static std::deque<Node> nodes_of(const places::Geography& geography, const rpc::Service& service, RegionIndex region);
  std::vector<int> racks() const;
  void fill();

  bool up(NodeIndex node) const;
  bool reaches(NodeIndex from, NodeIndex to);
  bool reaches_majority(NodeIndex node);
  Task<> beat();
  Task<> watch_name_node();
  Task<> look();
  Task<> copy(CopyOrder order);
  void restart();
  void look_at_name_node();

  rpc::Network& network_;
  const rpc::Service& service_;
  const HdfsSpec spec_;
  Measures& measures_;
  std::deque<Node> nodes_;
  NameNode names_;
  std::vector<NodeIndex> name_nodes_;
  std::size_t active_ = 0;
  std::optional<Instant> lost_;  ///< since when nobody hears from the one that serves
  bool restarting_ = false;      ///< its process has ended, and its memory with it
  Instant loaded_{};
  std::optional<Safemode> safemode_;
  std::size_t under_replicated_ = 0, missing_ = 0;  ///< as they are in the gauges
  Random random_;
  Scope scope_;
};

}  // namespace streamtwin::hdfs
