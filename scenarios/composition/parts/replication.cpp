// What the stores of a region take in is copied to those of the others.
#include "models/stores/replication.hpp"
#include "scenarios/composition/parts/cloud.hpp"

namespace streamtwin {
namespace {

class ReplicationPart final : public TwinPart {
 public:
  explicit ReplicationPart(Twin::Parts& parts)
      : replication_(
            parts.scenario.replication, parts.get<CloudPart>().gateways(),
            [&mesh = parts.mesh](RegionIndex region) { return mesh.data.take_written(region); }, parts.recorder) {}
  void start() override { replication_.start(); }

 private:
  stores::Replication replication_;
};

}  // namespace

extern const PartKind replication_part;
const PartKind replication_part{.build = build_part<ReplicationPart>};

}  // namespace streamtwin
