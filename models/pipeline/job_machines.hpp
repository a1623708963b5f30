// What keeps a job running on machines of its own: who notices that one is gone, and when the job begins again. What a job does then is
// its own.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "models/pipeline/streams/job_spec.hpp"
#include "models/pipeline/streams/restart.hpp"
#include "models/places/ids.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/metrics.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::pipeline {

/// A machine on which tasks of jobs run.
struct Worker {
  Host* machine;
  ZoneIndex zone;
};

/// A job as those see it who look after its machines: tasks with numbers, spread over them.
class Job {
 public:
  virtual ~Job() = default;
  /// A task begins on a machine, from what was kept of it.
  virtual void begin(std::size_t task, const Worker& on, Scope& life) = 0;
  /// All have begun, or one of them by itself.
  virtual void begun() {}
  /// A task has ended, in failure or since all end; it will begin again, if at all, where it was kept.
  virtual void ended(std::size_t task) = 0;
};

class JobMachines {
 public:
  JobMachines(const streams::MachinesSpec& spec, streams::Engine engine, std::vector<Worker> workers, Job& job, std::size_t tasks,
              Random random, Counter restarts);

  void start();
  /// The job itself has failed.
  void fail();
  bool over() const { return over_; }
  std::span<const Worker> workers() const { return workers_; }

 private:
  struct Place {
    std::optional<std::size_t> worker;  ///< none while it does not run
    Scope life;
  };
  Task<> watch(std::size_t worker);
  Task<> missed();
  Task<> begin_again();
  std::vector<std::size_t> alive() const;
  void spread();
  void end(std::size_t task);
  void end_all();

  const streams::MachinesSpec spec_;
  const streams::Engine engine_;
  std::vector<Worker> workers_;
  Job& job_;
  std::deque<Place> places_;  ///< by task
  streams::RestartStrategy strategy_;
  Counter restarts_;
  bool over_ = false;
  bool waiting_ = false;  ///< to begin again
  Signal changed_{"a machine of a job"};
  Scope scope_;
};

}  // namespace streamtwin::pipeline
