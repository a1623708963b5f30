#include "models/delivery/pipeline/titus_groups.hpp"

#include <algorithm>

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

/// Application Auto Scaling sets the desired size of a group's job.
class TitusGroups::Scaled final : public auto_scaling::Carrier {
 public:
  Scaled(TitusGroups& groups, rpc::ServerGroup& group) : groups_(groups), group_(group) {}

  int size() const override { return groups_.jobs_[&group_].desired; }
  auto_scaling::Reached reach(int desired) override {
    const int before = size();
    groups_.reach(group_, desired);
    return {.launched = static_cast<std::uint64_t>(std::max(0, desired - before)),
            .terminated = static_cast<std::uint64_t>(std::max(0, before - desired))};
  }
  bool cools_down() const override { return true; }
  bool is_starting() const override {
    const Job& job = groups_.jobs_[&group_];
    return job.program != nullptr && job.program->is_starting();
  }

 private:
  TitusGroups& groups_;
  rpc::ServerGroup& group_;
};

std::unique_ptr<auto_scaling::Carrier> TitusGroups::carrier_of(rpc::ServerGroup& group) { return std::make_unique<Scaled>(*this, group); }

}  // namespace streamtwin::delivery
