#include "models/titus/stack/service_cluster.hpp"

#include <limits>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {
namespace {

/// How often Spinnaker looks whether a step is up. spinnaker/orca WaitForUpInstancesTask
constexpr Duration between_polls = 10s;

}  // namespace

ServiceCluster::ServiceCluster(const JobKindOfStack& kind, const ServiceJobSpec& spec, int desired, JobId job, JobKeeper& jobs,
                               StackMeasures& measures)
    : kind_(kind),
      spec_(spec),
      jobs_(jobs),
      measures_(measures),
      capacity_{.min = 0, .desired = desired, .max = std::numeric_limits<int>::max()},
      job_(job) {}

void ServiceCluster::desire(int size) {
  const ServiceProcesses processes{.increase_desired_disabled = spec_.increase_desired_disabled,
                                   .decrease_desired_disabled = spec_.decrease_desired_disabled};
  switch (change(capacity_, {.min = {}, .desired = size, .max = {}}, processes)) {
    case CapacityAnswer::changed: return jobs_.desire(job_, capacity_.desired);
    case CapacityAnswer::unchanged: return;
    case CapacityAnswer::invalid:
    case CapacityAnswer::disabled: ++measures_.sizes_refused; return;
  }
}

int ServiceCluster::started() const {
  const JobTasks* const tasks = jobs_.find_job(job_);
  return tasks == nullptr ? 0 : tasks->started();
}

void ServiceCluster::roll_out() {
  if (updating_) return;
  updating_ = true;
  scope_.spawn_service("rolling update of a service", update());
}

// The new job begins empty; both follow what the update says until it has ended.
Task<> ServiceCluster::update() {
  const std::optional<JobId> next = jobs_.submit(kind_, 0);
  if (!next) {
    updating_ = false;
    co_return;
  }
  const JobId old = job_;
  RollingUpdate update(spec_.rolling_update, capacity_, capacity_, now());
  for (;;) {
    const auto up = [&] {
      const JobTasks* const growing = jobs_.find_job(*next);
      return growing == nullptr ? 0 : growing->started();
    };
    do {
      jobs_.desire(*next, update.new_capacity().desired);
      jobs_.desire(old, update.old_capacity().desired);
      jobs_.take_out_of_service(old, update.old_disabled());
    } while (update.advance(up(), now()));
    if (update.ended()) break;
    co_await delay(between_polls);
  }
  if (update.phase() == RollingUpdate::Phase::completed) {
    job_ = *next;
    capacity_.desired = update.new_capacity().desired;
    if (update.old_capacity().desired == 0) jobs_.end(old);
    ++measures_.updates_done;
  } else {
    ++measures_.updates_failed;
  }
  updating_ = false;
}

}  // namespace streamtwin::titus
