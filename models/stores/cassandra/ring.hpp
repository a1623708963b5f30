// Which node owns which tokens, and which nodes keep the copies of a key (apache/cassandra locator/TokenMetadata and
// NetworkTopologyStrategy.calculateNaturalEndpoints): a node owns the tokens from the one before its own, without that, to its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/stores/cassandra/murmur3.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::cassandra {

using NodeIndex = std::uint16_t;

/// Where a node stands: a datacenter is a region of the cloud, a rack a zone of it.
struct Location {
  std::uint16_t datacenter = 0;
  std::uint16_t rack = 0;  ///< within its datacenter
  bool operator==(const Location&) const = default;
};

struct TokenOwner {
  Token token = 0;
  NodeIndex node = 0;
};

class Ring {
 public:
  /// Nodes by index; several tokens to a node are its vnodes. Throws where two nodes want the same token, or nobody has any.
  Ring(std::vector<TokenOwner> tokens, std::vector<Location> nodes);

  /// The position among `tokens` of the range that a token lies in: the first that is not below it, the very first after the last.
  std::size_t range_of(Token token) const;
  const std::vector<TokenOwner>& tokens() const { return tokens_; }  ///< in order
  const std::vector<Location>& nodes() const { return nodes_; }
  /// The part of all tokens that lies in a range.
  double share_of(std::size_t range) const;

 private:
  std::vector<TokenOwner> tokens_;
  std::vector<Location> nodes_;
};

/// NetworkTopologyStrategy: the nodes that keep what lies in a range, the one that owns it first. `factors`: copies in each datacenter.
/// On the way round the ring a rack that has none yet gets one; nodes of racks that have one only as far as racks are too few.
std::vector<NodeIndex> natural_endpoints(const Ring& ring, std::size_t range, std::span<const int> factors);

/// The replicas of every range, worked out once.
class Replicas {
 public:
  Replicas(Ring ring, std::span<const int> factors);
  std::span<const NodeIndex> of(Token token) const { return of_range(ring_.range_of(token)); }
  std::span<const NodeIndex> of_range(std::size_t range) const;
  const Ring& ring() const { return ring_; }
  /// The part of a datacenter's data that each node keeps, all copies counted: they sum up to the copies of all datacenters.
  std::vector<double> ownership() const;

 private:
  Ring ring_;
  std::vector<NodeIndex> nodes_;     ///< range after range
  std::vector<std::uint32_t> ends_;  ///< of each range in `nodes_`
};

/// Tokens that a node draws when it joins: num_tokens vnodes.
std::vector<Token> random_tokens(int count, Random& random);

}  // namespace streamtwin::cassandra
