// The ring of a run's store: its nodes in all regions, which of them keep an item, and how near they are to each other.
#pragma once

#include <span>
#include <vector>

#include "models/rpc/network.hpp"
#include "models/rpc/service.hpp"
#include "models/stores/cassandra/consistency.hpp"
#include "models/stores/cassandra/ring.hpp"
#include "models/stores/cassandra/cassandra_spec.hpp"

namespace streamtwin::stores {

using cassandra::NodeIndex;

class Topology {
 public:
  /// Of the slots that a service has by now.
  Topology(const places::Geography& geography, const rpc::Service& service, const CassandraSpec& spec);

  std::size_t size() const { return nodes_.size(); }
  std::span<const NodeIndex> replicas(std::uint64_t key) const { return replicas_.of(token_of(key)); }
  static cassandra::Token token_of(std::uint64_t key) { return cassandra::token_of(static_cast<std::int64_t>(key)); }
  const cassandra::Replicas& ring() const { return replicas_; }
  const cassandra::ByDatacenter& copies() const { return copies_; }

  NodeIndex index_of(ZoneIndex zone, int number) const {
    return static_cast<NodeIndex>(first_of_zone_[zone] + static_cast<std::size_t>(number));
  }
  NodeIndex index_of(const rpc::Instance& node) const { return index_of(node.zone, node.number); }
  ZoneIndex zone(NodeIndex node) const { return nodes_[node].zone; }
  int number(NodeIndex node) const { return nodes_[node].number; }
  std::size_t datacenter(NodeIndex node) const { return replicas_.ring().nodes()[node].datacenter; }
  /// Who is there; null where nobody is.
  rpc::Instance* instance(NodeIndex node) const { return service_.slot(nodes_[node].zone, nodes_[node].number); }
  /// How far another zone is, as snitches that know racks and datacenters see it: the less the nearer.
  int distance(ZoneIndex from, ZoneIndex to) const { return distances_[from * zones_ + to]; }
  /// Sorts nodes, which are few: the nearest first, equals as they were.
  void nearest_first(ZoneIndex from, std::span<NodeIndex> nodes) const;

 private:
  struct Seat {
    ZoneIndex zone;
    int number;
  };
  static std::vector<Seat> seats_of(const places::Geography& geography, const rpc::Service& service);
  cassandra::Ring make_ring(const CassandraSpec& spec) const;
  std::vector<cassandra::TokenOwner> priam_tokens() const;
  std::vector<int> make_distances() const;

  const places::Geography& geography_;
  const rpc::Service& service_;
  std::size_t zones_;
  std::vector<Seat> nodes_;
  std::vector<std::size_t> first_of_zone_;
  std::vector<int> factors_;  ///< copies in each region
  cassandra::ByDatacenter copies_;
  cassandra::Replicas replicas_;
  std::vector<int> distances_;
};

}  // namespace streamtwin::stores
