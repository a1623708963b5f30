// The cluster of one region at run time: which of the store's instances there are its nodes, what is on their disks, who is master and what
// it decides when nodes are lost and come back. The others hear of that at once.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/elasticsearch/allocation.hpp"
#include "models/stores/elasticsearch/elasticsearch_spec.hpp"
#include "models/stores/elasticsearch/measures.hpp"
#include "models/stores/elasticsearch/searchable.hpp"
#include "sim-core/process.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::elasticsearch {

class Cluster {
 public:
  Cluster(rpc::Network& network, const rpc::Service& service, const ElasticsearchSpec& spec, RegionIndex region, Measures& measures);

  void start();
  void started(rpc::Instance& self);
  void stopped(const rpc::Instance& self);

  std::size_t nodes() const { return nodes_.size(); }
  NodeIndex index_of(const rpc::Instance& node) const;
  /// Who is there; null where nobody is.
  rpc::Instance* instance(NodeIndex node) const { return service_.slot(nodes_[node].zone, nodes_[node].number); }
  ZoneIndex zone(NodeIndex node) const { return nodes_[node].zone; }
  /// A connection is refused at once: the machine is there, without a process that listens.
  bool refuses(NodeIndex node) const;
  const Allocation& allocation() const { return allocation_; }
  /// The copy of a shard on a node's disk.
  Searchable& copy(NodeIndex node, int shard) { return nodes_[node].copies[static_cast<std::size_t>(shard)]; }
  /// The node has not taken a write that the others have.
  void failed(int shard, NodeIndex node);
  /// Answers of a node that has left do not come.
  Task<std::optional<rpc::Reply>> answer_of(NodeIndex node, Future<rpc::Reply> answer, Instant deadline);
  /// Until something has changed, or for so long.
  Task<> wait_for_change(Duration longest);

 private:
  struct Node {
    ZoneIndex zone;
    int number;
    std::deque<Searchable> copies;  ///< by shard
    const Host* machine = nullptr;  ///< that it has, or had last
    Checks checks;
  };
  static std::vector<Node> nodes_of(const places::Geography& geography, const rpc::Service& service, RegionIndex region);
  std::vector<int> zones_of_nodes() const;
  void empty(NodeIndex node);

  bool connected(NodeIndex from, NodeIndex to);
  bool up(NodeIndex node) const;
  bool reaches_majority(NodeIndex node);
  bool answers(NodeIndex node);
  void leave(NodeIndex node);
  void join(NodeIndex node, bool with_disk);
  void elect();
  Task<> watch(NodeIndex node);
  Task<> make_copies();
  void fill(Allocation::Place place);

  rpc::Network& network_;
  const rpc::Service& service_;
  const ElasticsearchSpec spec_;
  Measures& measures_;
  std::vector<Node> nodes_;
  Allocation allocation_;
  NodeIndex master_ = 0;
  Signal changed_{"a change of the cluster"};
  Scope scope_;
};

}  // namespace streamtwin::elasticsearch
