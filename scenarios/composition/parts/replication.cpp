// Stores at work: their nodes gossip, and what those of a region take in is copied to those of the others.
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

 private:
  void add_series(Recorder& recorder, const stores::StoreMeasures& measures) {
    recorder.ratio_series("stores.stale_reads", "", measures.stale_reads, measures.reads);
    recorder.quantile_series("stores.staleness.p99", measures.staleness, 0.99);
    recorder.quantile_series("stores.read_latency.p99", measures.read_latency, 0.99);
    recorder.quantile_series("stores.write_latency.p99", measures.write_latency, 0.99);
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
