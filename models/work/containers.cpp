#include "models/work/containers.hpp"

#include <algorithm>

#include "models/titus/stack/container_key.hpp"

namespace streamtwin::work {
namespace {

/// A stack that has as many jobs as it may have is asked again after this: assumption.
constexpr Duration ask_again = 60s;

}  // namespace

Containers::Containers(const std::string& name, const PipelineSpec& spec, titus::Stack& stack, int job_size_max)
    : stack_(stack), job_size_max_(static_cast<std::size_t>(job_size_max)) {
  for (const std::string& stage : spec.stage_names()) {
    kinds_.push_back(&stack.add_work(name + "." + stage, spec.container(stage), spec.capacity_group, spec.retry, *this, *this));
  }
}

std::vector<std::vector<Assignment>> Containers::jobs_of(std::vector<Assignment> assignments) const {
  std::vector<std::vector<Assignment>> jobs;
  for (std::size_t first = 0; first < assignments.size(); first += job_size_max_) {
    const std::size_t end = std::min(first + job_size_max_, assignments.size());
    jobs.emplace_back(assignments.begin() + static_cast<std::ptrdiff_t>(first), assignments.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return jobs;
}

void Containers::submit(StageIndex stage, std::vector<Assignment> assignments) {
  for (std::vector<Assignment>& job : jobs_of(std::move(assignments))) submit_job(stage, std::move(job));
}

void Containers::submit_job(StageIndex stage, std::vector<Assignment> assignments) {
  const std::size_t size = assignments.size();
  const std::optional<titus::JobId> job = stack_.jobs().submit(*kinds_[stage], static_cast<int>(size));
  if (!job) {
    refused_ += size;
    scope_.spawn_after(ask_again, "submission of a job that was refused", submit_again(stage, std::move(assignments)));
    return;
  }
  jobs_[*job] = {std::move(assignments), std::vector<bool>(size, false)};
}

Task<> Containers::submit_again(StageIndex stage, std::vector<Assignment> assignments) {
  refused_ -= assignments.size();
  std::erase_if(assignments, [this](const Assignment& assignment) { return !employer().wants(assignment); });
  if (!assignments.empty()) submit_job(stage, std::move(assignments));
  co_return;
}

void Containers::find(StageIndex stage, std::vector<Assignment> assignments) {
  for (std::vector<Assignment>& tasks : jobs_of(std::move(assignments))) {
    const std::size_t size = tasks.size();
    const std::optional<titus::JobId> job = stack_.jobs().find(*kinds_[stage], static_cast<int>(size), Duration{0}, ++found_);
    if (job) jobs_[*job] = {std::move(tasks), std::vector<bool>(size, false)};
  }
}

void Containers::withdraw(std::uint64_t unit) {
  std::vector<titus::JobId> its;
  for (const auto& [id, job] : jobs_) {
    if (job.tasks.front().unit == unit) its.push_back(id);
  }
  for (const titus::JobId id : its) {
    jobs_.erase(id);
    stack_.jobs().end(id);
  }
}

std::size_t Containers::alive() const {
  std::size_t alive = refused_;
  for (const auto& [id, job] : jobs_) alive += static_cast<std::size_t>(std::count(job.done.begin(), job.done.end(), false));
  return alive;
}

// A container whose job was withdrawn on its way has nothing to do.
Task<titus::ReasonCode> Containers::run(Place place) {
  const auto job = jobs_.find(titus::key_of(place.container).job);
  if (job == jobs_.end()) co_return titus::ReasonCode::normal;
  Assignment assignment = job->second.tasks[place.task];
  if (!place.found) assignment.left = 1;
  const Outcome outcome = co_await employer().work(assignment, {place.machine, &place.processors});
  co_return outcome == Outcome::finished ? titus::ReasonCode::normal : titus::ReasonCode::failed;
}

void Containers::task_done(titus::JobId id, titus::Slot task) {
  const auto job = jobs_.find(id);
  if (job == jobs_.end() || job->second.done[task]) return;
  job->second.done[task] = true;
  const Assignment assignment = job->second.tasks[task];
  employer().ended(assignment, true);
}

void Containers::job_ended(titus::JobId id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  const Job job = std::move(found->second);
  jobs_.erase(found);
  for (std::size_t task = 0; task < job.tasks.size(); ++task) {
    if (!job.done[task]) employer().ended(job.tasks[task], false);
  }
}

}  // namespace streamtwin::work
