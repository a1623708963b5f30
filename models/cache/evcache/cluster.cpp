#include "models/cache/evcache/cluster.hpp"

#include <fmt/format.h>

#include <utility>

namespace streamtwin::evcache {

// A node keeps its name when its machine is replaced, and its address goes by the names of service and zone: what else runs
// moves no key to another node.
void Cluster::take_in(const rpc::Instance& node) {
  const ZoneIndex zone = node.zone;
  if (copies_.size() <= zone) copies_.resize(zone + 1u);
  Copy& copy = copies_[zone];
  if (copy.nodes >= slots(zone)) return;
  std::vector<NodeName> names;
  const std::uint64_t network = mix(nodes_.identity + hash_text(node.machine.zone_name()));
  for (int number = 0; number < slots(zone); ++number) {
    names.push_back(
        {fmt::format("{}-{}", nodes_.name, number), fmt::format("10.{}.{}.{}", network % 256, network / 256 % 256, number + 1)});
  }
  copy.nodes = slots(zone);
  copy.ring = KetamaRing::of_group(names, properties_.bucket_size);
}

std::optional<NodeIndex> Cluster::node_of(ZoneIndex zone, std::uint32_t hash) const {
  if (!has_copy(zone)) return std::nullopt;
  return copies_[zone].ring->node_at(hash);
}

void Cluster::read_from(ZoneIndex zone, bool yes) {
  if (has_copy(zone)) copies_[zone].read = yes;
}

void Cluster::remember(RegionIndex region, std::uint64_t first_key, std::vector<bool> asked_for) {
  remembered_.push_back({region, first_key, std::move(asked_for)});
}

bool Cluster::had(RegionIndex region, std::uint64_t key) const {
  for (const Remembered& keys : remembered_) {
    const std::uint64_t position = key - keys.first_key;
    if (keys.region == region && position < keys.asked_for.size() && keys.asked_for[position]) return true;
  }
  return false;
}

rpc::Instance* Cluster::instance_of(ZoneIndex zone, std::uint32_t hash) const {
  const std::optional<NodeIndex> node = node_of(zone, hash);
  return node ? instance(zone, *node) : nullptr;
}

}  // namespace streamtwin::evcache
