#include "models/delivery/pipeline/titus_groups.hpp"

namespace streamtwin::delivery {

int TitusGroups::adopt(rpc::ServerGroup& group) {
  program_.join(group);
  const int size = stack_.desired(program_.name());
  jobs_[&group] = {nullptr, stack_.job_of(program_.name()), size};
  return size;
}

// A container image is in the registry as soon as its tag has been pushed: the job names it, and agents pull it.
void TitusGroups::reach(rpc::ServerGroup& group, int desired) {
  Job& job = jobs_[&group];
  if (!job.id) {
    if (desired == 0) return;
    if (!job.program) job.program = std::make_unique<titus::HostedService>(program_, group);
    job.id = stack_.jobs().submit(stack_.like_service(program_.name(), *job.program), desired);
    job.desired = desired;
  } else if (job.desired != desired) {
    job.desired = desired;
    stack_.jobs().desire(*job.id, desired);
  }
}

}  // namespace streamtwin::delivery
