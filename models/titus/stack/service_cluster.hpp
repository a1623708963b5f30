// A service of a stack over its versions: the job that serves, its size, and the job that takes its place in a rolling update.
// Drives jobs/capacity and jobs/rolling_update.
#pragma once

#include <optional>

#include "models/titus/jobs/rolling_update.hpp"
#include "models/titus/stack/job_keeper.hpp"
#include "models/titus/stack/workload_spec.hpp"

namespace streamtwin::titus {

class ServiceCluster {
 public:
  /// `job`: that is found running as the run begins.
  ServiceCluster(const JobKindOfStack& kind, const ServiceJobSpec& spec, int desired, JobId job, JobKeeper& jobs, StackMeasures& measures);

  /// Another desired size, unless the service's processes forbid that.
  void desire(int size);
  int desired() const { return capacity_.desired; }
  JobId job() const { return job_; }
  /// Of the job that serves.
  int started() const;
  /// A new job takes the place of the one that serves, in steps. Nothing while another update goes on.
  void roll_out();

 private:
  Task<> update();

  const JobKindOfStack& kind_;
  const ServiceJobSpec& spec_;
  JobKeeper& jobs_;
  StackMeasures& measures_;
  Capacity capacity_;
  JobId job_;
  bool updating_ = false;
  Scope scope_;
};

}  // namespace streamtwin::titus
