// Stores at work: their nodes gossip, and what those of a region take in is copied to those of the others.
#include <fmt/format.h>

#include <algorithm>

#include "models/stores/cassandra/node.hpp"
#include "models/stores/replication.hpp"
#include "scenarios/composition/parts/cloud.hpp"

namespace streamtwin {
namespace {

class ReplicationPart final : public TwinPart {
 public:
  explicit ReplicationPart(Twin::Parts& parts)
      : mesh_(parts.mesh),
        replication_(
            parts.scenario.replication, parts.get<CloudPart>().gateways(),
            [&mesh = parts.mesh](RegionIndex region) { return mesh.data.take_written(region); }, parts.recorder) {
    const Measures& measures = parts.measures;
    if (has_cassandra()) add_series(parts.recorder, measures.stores);
    for (const auto& [name, index] : measures.indexes) elasticsearch::add_series(parts.recorder, "stores." + name + ".", index);
    for (const auto& [name, bucket] : measures.buckets) s3::add_series(parts.recorder, "stores." + name + ".", bucket);
    for (const auto& [name, files] : measures.file_systems) hdfs::add_series(parts.recorder, "stores." + name + ".", files);
  }
  void start() override {
    replication_.start();
    for (const auto& store : mesh_.stores()) store->start();
  }
  void add_results(RunResult& result) override {
    for (const services::Service& service : mesh_.services()) {
      if (service.cluster) add_rings_of(service, result.ownership);
    }
    for (const auto& store : mesh_.stores()) {
      if (auto* const nodes = dynamic_cast<stores::Node*>(store.get())) add_ring_of(*nodes, result.ownership);
    }
  }

 private:
  using Ownership = std::vector<OwnershipResult>;

  OwnershipResult owner(const std::string& cluster, ZoneIndex zone, int number, double share) const {
    const std::string name(mesh_.geography.zone_name(zone));
    return {.cluster = cluster, .node = fmt::format("{}/{}/{}", cluster, name, number), .zone = name, .share = share};
  }
  void add_ring_of(stores::Node& nodes, Ownership& into) const {
    const stores::Topology& topology = nodes.topology();
    const std::vector<double> shares = topology.ring().ownership();
    for (stores::NodeIndex node = 0; node < topology.size(); ++node) {
      into.push_back(owner(nodes.name(), topology.zone(node), topology.number(node), shares[node]));
    }
  }
  // Of hashes that are spread evenly: two points of a ring lie on average further apart than two of these.
  void add_rings_of(const services::Service& cache, Ownership& into) const {
    constexpr std::uint32_t hashes = 1 << 14;
    constexpr std::uint64_t apart = (std::uint64_t{1} << 32) / hashes;
    for (std::size_t z = 0; z < mesh_.geography.zones(); ++z) {
      const auto zone = static_cast<ZoneIndex>(z);
      if (!cache.cluster->has_copy(zone)) continue;
      std::vector<int> kept(static_cast<std::size_t>(cache.cluster->slots(zone)), 0);
      for (std::uint32_t i = 0; i < hashes; ++i) ++kept[*cache.cluster->node_of(zone, static_cast<std::uint32_t>(i * apart))];
      for (std::size_t node = 0; node < kept.size(); ++node) {
        into.push_back(owner(cache.name, zone, static_cast<int>(node), static_cast<double>(kept[node]) / hashes));
      }
    }
  }
  void add_series(Recorder& recorder, const stores::StoreMeasures& measures) {
    recorder.ratio_series("stores.stale_reads", "", measures.stale_reads, measures.reads);
    recorder.quantile_series("stores.staleness.p99", measures.staleness, 0.99);
    for (const auto& store : mesh_.stores()) {
      const auto* const nodes = dynamic_cast<const stores::Node*>(store.get());
      if (nodes == nullptr) continue;
      const stores::StalenessMeasures& of = nodes->staleness();
      recorder.ratio_series(fmt::format("stores.{}.stale_reads", nodes->name()), "", of.stale_reads, of.reads);
      recorder.quantile_series(fmt::format("stores.{}.staleness.p99", nodes->name()), of.staleness, 0.99);
    }
    recorder.quantile_series("stores.read_latency.p99", measures.read_latency, 0.99);
    recorder.quantile_series("stores.write_latency.p99", measures.write_latency, 0.99);
    recorder.quantile_series("stores.transactions.latency.p99", measures.transaction_latency, 0.99);
    recorder.rate_series("stores.transactions.unknown", "/s", measures.unknown);
    recorder.rate_series("stores.unavailable", "/s", measures.unavailable);
    recorder.rate_series("stores.timed_out", "/s", measures.timed_out);
    recorder.sampled_series("stores.hinted", "B", [this] {
      Bytes waiting{0};
      for (const auto& store : mesh_.stores()) {
        if (const auto* const nodes = dynamic_cast<const stores::Node*>(store.get())) waiting += nodes->hinted();
      }
      return waiting.value();
    });
  }

  bool has_cassandra() const {
    const auto& stores = mesh_.stores();
    return std::any_of(stores.begin(), stores.end(),
                       [](const auto& store) { return dynamic_cast<const stores::Node*>(store.get()) != nullptr; });
  }

  services::Mesh& mesh_;
  stores::Replication replication_;
};

}  // namespace

extern const PartKind replication_part;
const PartKind replication_part{.build = build_part<ReplicationPart>};

}  // namespace streamtwin
