#include "models/titus/fenzo/bucket.hpp"

#include <algorithm>
#include <stdexcept>

namespace streamtwin::fenzo {

double dominant_share(const Resources& usage, const Resources& total) {
  const auto share = [](auto used, auto of) { return of.value() > 0 ? used / of : used.value(); };
  return std::max({share(usage.cpus, total.cpus), share(usage.memory, total.memory), share(usage.network, total.network),
                   share(usage.disk, total.disk)});
}

void Bucket::queue(const Task& task) {
  if (place_.contains(task->id) || launched_.contains(task->id))
    throw std::invalid_argument("task " + task->id + " is in the queue already");
  queued_.push_back(task);
  place_[task->id] = std::prev(queued_.end());
}

Task Bucket::next(Instant now) {
  if (!passed_) passed_ = queued_.begin();
  while (*passed_ != queued_.end()) {
    const Task task = *(*passed_)++;
    if (task->ready_at <= now) return task;
  }
  return nullptr;
}

void Bucket::assign(const Task& task) {
  assigned_[task->id] = task;
  usage_ += task->needs;
}

void Bucket::unqueue(const std::string& id) {
  const auto found = place_.find(id);
  if (found == place_.end()) return;
  queued_.erase(found->second);
  place_.erase(found);
}

bool Bucket::launch(const Task& task) {
  unqueue(task->id);
  const bool was_assigned = assigned_.erase(task->id) > 0;
  launched_[task->id] = task;
  if (!was_assigned) usage_ += task->needs;
  return !was_assigned;
}

Resources Bucket::abandon() {
  Resources given_back;
  for (const auto& [id, task] : assigned_) given_back += task->needs;
  usage_ -= given_back;
  assigned_.clear();
  return given_back;
}

bool Bucket::remove(const Task& task) {
  const bool waits = place_.contains(task->id) && !assigned_.contains(task->id);
  unqueue(task->id);
  if (waits) return true;
  if (assigned_.erase(task->id) + launched_.erase(task->id) == 0) return false;
  usage_ -= task->needs;
  return true;
}

}  // namespace streamtwin::fenzo
