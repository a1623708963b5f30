// What a container of a job runs, where that is more than a time that passes: the instance of a service, or work that computes
// and copies on its agent's machine.
#pragma once

#include "models/places/ids.hpp"
#include "models/titus/container_id.hpp"
#include "models/titus/executor/processors.hpp"
#include "models/titus/jobs/job_task.hpp"
#include "models/titus/jobs/task_state.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::titus {

/// Outlives the stack's containers.
class Program {
 public:
  struct Place {
    ContainerId container = 0;
    Slot task = 0;  ///< of its job
    ZoneIndex zone = 0;
    Host& machine;                 ///< its agent's
    const Processors& processors;  ///< of that, as long as it runs
    bool found = false;            ///< running as the run begins
  };

  /// One that is found running, while the platform is built; `run` follows when time begins.
  virtual void found(const Place&) {}
  /// From the container's start until its work is done: how it ended. Cancelled where it is told to end, or loses its agent.
  virtual Task<ReasonCode> run(Place place) = 0;
  /// It gets another part of the processors that it wants. At an instant of which others hear, too: may not call SimGrid.
  virtual void slowed(ContainerId, Fraction /*pace*/) {}
  /// It has been told to end and would be killed after `left`: what it does until it ends.
  virtual Task<> wind_down(ContainerId, Duration /*left*/) { co_return; }
  /// Nothing of it runs any more. Told once for each that was found or has begun to run, also when its agent is lost, at that
  /// instant; may not call SimGrid.
  virtual void ended(ContainerId) {}

 protected:
  ~Program() = default;
};

}  // namespace streamtwin::titus
