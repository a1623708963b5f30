#include "models/stores/cassandra/topology.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <tuple>

#include "models/stores/cassandra/priam.hpp"

namespace streamtwin::stores {
namespace {

std::vector<int> factors_of(const places::Geography& geography, const rpc::Service& service, const CassandraSpec& spec) {
  std::vector<int> factors;
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    int nodes = 0;
    for (const ZoneIndex zone : geography.zones_in(region)) nodes += service.slots(zone);
    factors.push_back(std::min(nodes, spec.copies_in(geography.zones_of(region))));
  }
  return factors;
}

std::vector<std::size_t> firsts_of(const places::Geography& geography, const rpc::Service& service) {
  std::vector<std::size_t> firsts;
  std::size_t next = 0;
  for (std::size_t zone = 0; zone < geography.zones(); ++zone) {
    firsts.push_back(next);
    next += static_cast<std::size_t>(service.slots(static_cast<ZoneIndex>(zone)));
  }
  return firsts;
}

}  // namespace

Topology::Topology(const places::Geography& geography, const rpc::Service& service, const CassandraSpec& spec)
    : geography_(geography),
      service_(service),
      zones_(geography.zones()),
      nodes_(seats_of(geography, service)),
      first_of_zone_(firsts_of(geography, service)),
      factors_(factors_of(geography, service, spec)),
      copies_(factors_),
      replicas_(make_ring(spec), factors_),
      distances_(make_distances()) {}

std::vector<Topology::Seat> Topology::seats_of(const places::Geography& geography, const rpc::Service& service) {
  std::vector<Seat> seats;
  for (std::size_t z = 0; z < geography.zones(); ++z) {
    const auto zone = static_cast<ZoneIndex>(z);
    for (int number = 0; number < service.slots(zone); ++number) seats.push_back({zone, number});
  }
  return seats;
}

// Zones take turns, so that neighbours on the ring stand in different ones.
std::vector<cassandra::TokenOwner> Topology::priam_tokens() const {
  std::vector<cassandra::TokenOwner> tokens;
  for (std::size_t r = 0; r < geography_.regions(); ++r) {
    const auto region = static_cast<RegionIndex>(r);
    std::vector<NodeIndex> here;
    for (NodeIndex node = 0; node < nodes_.size(); ++node) {
      if (geography_.region_of(nodes_[node].zone) == region) here.push_back(node);
    }
    std::stable_sort(here.begin(), here.end(), [this](NodeIndex a, NodeIndex b) { return nodes_[a].number < nodes_[b].number; });
    for (std::size_t slot = 0; slot < here.size(); ++slot) {
      const auto token = priam::create_token(static_cast<int>(slot), static_cast<int>(here.size()), geography_.region_name(region));
      tokens.push_back({token, here[slot]});
    }
  }
  return tokens;
}

cassandra::Ring Topology::make_ring(const CassandraSpec& spec) const {
  std::vector<cassandra::Location> locations;
  for (const Seat& node : nodes_) {
    const RegionIndex region = geography_.region_of(node.zone);
    locations.push_back({static_cast<std::uint16_t>(region), static_cast<std::uint16_t>(node.zone - geography_.first_zone(region))});
  }
  if (spec.tokens == 1) return cassandra::Ring(priam_tokens(), std::move(locations));
  std::vector<cassandra::TokenOwner> tokens;
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    const std::string name = service_.name + "/" + geography_.zone_name(nodes_[node].zone) + "/" + std::to_string(nodes_[node].number);
    Random random(0, name, "tokens");
    for (const cassandra::Token token : cassandra::random_tokens(spec.tokens, random)) tokens.push_back({token, node});
  }
  return cassandra::Ring(std::move(tokens), std::move(locations));
}

std::vector<int> Topology::make_distances() const {
  std::vector<int> distances(zones_ * zones_);
  std::vector<ZoneIndex> order(zones_);
  for (std::size_t from = 0; from < zones_; ++from) {
    std::iota(order.begin(), order.end(), ZoneIndex{0});
    const auto own = static_cast<ZoneIndex>(from);
    const auto key = [&](ZoneIndex to) {
      const bool elsewhere = geography_.region_of(to) != geography_.region_of(own);
      const int region_zones = geography_.zones_of(geography_.region_of(own));
      const int step = elsewhere ? 0 : (to - own + region_zones) % region_zones;
      return std::tuple(elsewhere, step, elsewhere ? geography_.one_way(own, to) : Duration{0}, to);
    };
    std::sort(order.begin(), order.end(), [&](ZoneIndex a, ZoneIndex b) { return key(a) < key(b); });
    for (std::size_t rank = 0; rank < zones_; ++rank) distances[from * zones_ + order[rank]] = static_cast<int>(rank);
  }
  return distances;
}

void Topology::nearest_first(ZoneIndex from, std::span<NodeIndex> nodes) const {
  const int* const away = &distances_[from * zones_];
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const NodeIndex node = nodes[i];
    std::size_t to = i;
    for (; to > 0 && away[nodes_[nodes[to - 1]].zone] > away[nodes_[node].zone]; --to) nodes[to] = nodes[to - 1];
    nodes[to] = node;
  }
}

}  // namespace streamtwin::stores
