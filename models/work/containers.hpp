// Tasks as containers of batch jobs of Titus: those of a unit's stage that can be begun together are one job.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "models/titus/stack/stack.hpp"
#include "models/work/pipeline_spec.hpp"
#include "models/work/workers.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::work {

class Containers final : public Workers, private titus::Program, private titus::JobObserver {
 public:
  /// `name`: "work.encodes".
  Containers(const std::string& name, const PipelineSpec& spec, titus::Stack& stack, int job_size_max);

  void submit(StageIndex stage, std::vector<Assignment> assignments) override;
  void find(StageIndex stage, std::vector<Assignment> assignments) override;
  void have_run(StageIndex stage, Rate tasks) override { stack_.warm_image_of(*kinds_[stage], tasks); }
  void withdraw(std::uint64_t unit) override;
  Duration lead() const override { return Duration{0}; }
  std::size_t alive() const override;

 private:
  struct Job {
    std::vector<Assignment> tasks;
    std::vector<bool> done;
  };

  Task<titus::ReasonCode> run(Place place) override;
  void task_done(titus::JobId job, titus::Slot task) override;
  void job_ended(titus::JobId job) override;
  void submit_job(StageIndex stage, std::vector<Assignment> assignments);
  Task<> submit_again(StageIndex stage, std::vector<Assignment> assignments);
  std::vector<std::vector<Assignment>> jobs_of(std::vector<Assignment> assignments) const;

  titus::Stack& stack_;
  const std::size_t job_size_max_;
  std::vector<const titus::JobKindOfStack*> kinds_;  ///< by stage
  std::map<titus::JobId, Job> jobs_;
  std::size_t refused_ = 0;  ///< tasks that are submitted again
  std::uint64_t found_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::work
