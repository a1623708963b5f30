// Work that runs on Titus, or on virtual machines: pipelines, each with who runs its tasks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/work/containers.hpp"
#include "models/work/machines.hpp"
#include "models/work/pipeline.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {

class WorkPart final : public TwinPart {
 public:
  explicit WorkPart(Twin::Parts& parts);
  void start() override;
  void window_ends(Instant) override;
  void measurement_begins(Instant) override;
  void add_results(RunResult& result) override;

  /// Null for a region whose pipelines, if there are any, are elsewhere.
  work::ObjectStore* store_in(RegionIndex region);

 private:
  std::unique_ptr<work::Workers> workers_of(const std::string& name, const work::PipelineSpec& spec);
  std::unique_ptr<work::Workers> machines_of(const std::string& name, const work::PipelineSpec& spec);
  void count_up_to_now();

  Twin::Parts& parts_;
  std::map<RegionIndex, work::ObjectStore> stores_;
  std::vector<std::unique_ptr<work::Workers>> workers_;
  std::vector<std::unique_ptr<work::Pipeline>> pipelines_;
};

}  // namespace streamtwin
