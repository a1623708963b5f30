// A pipeline: units of one kind of work come, their tasks go to whoever runs them, and what follows from each task's end is done.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "models/work/measures.hpp"
#include "models/work/object_store.hpp"
#include "models/work/pipeline_spec.hpp"
#include "models/work/workers.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::work {

struct PipelineInputs {
  std::string name;  ///< "work.encodes"
  Duration clock;    ///< local time of day when the run begins
  BitRate network;   ///< of a machine, for transfers that nothing holds up
};

class Pipeline final : private Employer {
 public:
  /// `store`: the region's. All but the inputs outlive it.
  Pipeline(PipelineInputs inputs, const PipelineSpec& spec, Workers& workers, ObjectStore& store, PipelineMeasures& measures);
  ~Pipeline();

  /// The run begins in the middle of its life: units that came before, and how far they are if nobody ever had to wait.
  void look_back();
  void start();
  void count_up_to_now();

 private:
  struct Running;

  Task<Outcome> work(Assignment assignment, Place place) override;
  int cores_of(const Assignment& assignment) const override;
  bool wants(const Assignment& assignment) const override;
  void ended(const Assignment& assignment, bool well) override;

  Task<> come_at_random();
  Task<> come_daily();
  Task<> check_deadline(std::uint64_t number);
  /// What units are like, by some that are drawn for that.
  struct Sample {
    Duration longest;
    std::vector<double> tasks;  ///< of a unit, on average, by stage
  };
  Sample sample_of_units() const;
  Rate rate_of_units() const;
  std::vector<Duration> ages(Duration longest) const;
  Pace pace() const;
  void find(std::uint64_t number, Duration age);
  void begin(std::uint64_t number);
  void submit(Running& running, const std::vector<TaskIndex>& tasks);
  void count_task(const TaskPlan& task, double part, bool again);
  void end_unit(std::uint64_t number, bool well);
  void end_of_backlog_title();
  void count_change(std::uint64_t number, bool stopped);

  const PipelineInputs inputs_;
  const PipelineSpec& spec_;
  Workers& workers_;
  ObjectStore& store_;
  PipelineMeasures& measures_;
  std::unique_ptr<Kind> kind_;
  const Builds* builds_ = nullptr;          ///< the kind, where it is that
  const ArrivalsSpec* arrivals_ = nullptr;  ///< null: they come daily
  std::vector<StageSpec> stages_;           ///< by number
  std::map<std::uint64_t, std::unique_ptr<Running>> units_;
  std::uint64_t next_ = 1;
  std::uint64_t backlog_begun_ = 0;
  int backlog_ = 0, backlog_left_ = 0;
  Scope scope_;
};

}  // namespace streamtwin::work
