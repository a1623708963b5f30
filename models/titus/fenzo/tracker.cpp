#include "models/titus/fenzo/tracker.hpp"

namespace streamtwin::fenzo {
namespace {

// Never below nothing.
void subtract(Resources& usage, const Resources& amount) {
  usage -= amount;
  usage = larger_of_each(usage, {});
}

}  // namespace

const Host* TaskTracker::host_of(const std::string& task) const {
  for (const auto* tasks : {&running_, &assigned_}) {
    const auto found = tasks->find(task);
    if (found != tasks->end()) return found->second.host;
  }
  return nullptr;
}

void TaskTracker::assigned(const Task& task, Host& host) {
  if (!assigned_.emplace(task->id, Active{task, &host}).second) return;
  usage_[task->group] += task->needs;
  if (listener_) listener_->assigned(task);
}

bool TaskTracker::launched(const Task& task, Host& host) {
  const bool added = running_.insert_or_assign(task->id, Active{task, &host}).second;
  if (!added) return false;
  usage_[task->group] += task->needs;
  if (listener_) listener_->launched(task);
  return true;
}

void TaskTracker::ended(const std::string& id) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  const Task task = found->second.task;
  running_.erase(found);
  subtract(usage_[task->group], task->needs);
  if (listener_) listener_->removed(task);
}

void TaskTracker::clear_assigned() {
  for (const auto& [id, active] : assigned_) subtract(usage_[active.task->group], active.task->needs);
  assigned_.clear();
}

const Resources* TaskTracker::usage(const std::string& group) const {
  const auto found = usage_.find(group);
  return found == usage_.end() ? nullptr : &found->second;
}

std::optional<GroupLimits::Excess> GroupLimits::exceeded(const TaskRequest& task, const TaskTracker& tasks) {
  if (limits_.empty()) return std::nullopt;
  const auto found = limits_.find(task.group);
  if (found == limits_.end()) return Excess{};
  const Resources& limit = found->second;
  const Resources* const usage = tasks.usage(task.group);
  if (!usage) {
    const bool any = limit.cpus.value() > 0 || limit.memory.value() > 0 || limit.network.value() > 0 || limit.disk.value() > 0;
    if (any) return std::nullopt;
    refused_.insert(task.group);
    return Excess{};
  }
  const auto beyond = [](auto used, auto asked, auto most) -> std::optional<Excess> {
    return used + asked > most ? std::optional(Excess{asked.value(), used.value(), most.value()}) : std::nullopt;
  };
  if (auto excess = beyond(usage->cpus, task.needs.cpus, limit.cpus)) return excess;
  if (auto excess = beyond(usage->memory, task.needs.memory, limit.memory)) return excess;
  if (auto excess = beyond(usage->network, task.needs.network, limit.network)) return excess;
  return beyond(usage->disk, task.needs.disk, limit.disk);
}

}  // namespace streamtwin::fenzo
