// Hosts and tasks as the original's tests make them, and a cluster that offers what is left of its hosts.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/titus/fenzo/scheduler.hpp"

namespace streamtwin::fenzo {

inline Resources amounts(double cpus, double memory, double network = 0, double disk = 0) {
  return {Cores{cpus}, Megabytes{memory}, Megabits{network}, Megabytes{disk}};
}

inline Lease lease_of(const std::string& host, const Resources& amounts) {
  return {.id = "lease of " + host, .host = host, .amounts = amounts, .ports = {{1, 10}}};
}

inline TaskRequest request(const std::string& id, const Resources& needs) {
  TaskRequest task{.id = id};
  task.needs = needs;
  return task;
}

inline Task shared(TaskRequest task) { return std::make_shared<const TaskRequest>(std::move(task)); }

inline std::vector<Task> tasks_of(const std::string& prefix, int count, const Resources& needs) {
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(shared(request(prefix + std::to_string(i), needs)));
  return tasks;
}

inline std::vector<Lease> leases_of(const std::string& prefix, int count, const Resources& amounts) {
  std::vector<Lease> leases;
  for (int i = 0; i < count; ++i) leases.push_back(lease_of(fmt::format("{}{:03}", prefix, i), amounts));
  return leases;
}

inline std::vector<Lease> joined(std::vector<Lease> a, const std::vector<Lease>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline std::set<std::string> hosts_used(const IterationResult& result) {
  std::set<std::string> hosts;
  for (const Assignment& assignment : result.assigned) hosts.insert(assignment.host);
  return hosts;
}

inline std::string host_of(const IterationResult& result, const std::string& task) {
  for (const Assignment& assignment : result.assigned) {
    if (assignment.task->id == task) return assignment.host;
  }
  return "";
}

/// What the tasks of the failures lack: the reasons, each once.
inline std::set<std::string> reasons(const IterationResult& result) {
  std::set<std::string> all;
  for (const TaskFailure& failure : result.failures) {
    for (const Cause& cause : failure.causes) all.insert(name_of(cause));
  }
  return all;
}

/// Tells the scheduler that all that was assigned runs.
inline void run_all(Scheduler& scheduler, const IterationResult& result) {
  for (const Assignment& assignment : result.assigned) scheduler.run(assignment.task, assignment.host);
}

/// What is left of the hosts that an iteration has used.
inline std::vector<Lease> left_of(const std::vector<Lease>& leases, const IterationResult& result) {
  std::vector<Lease> left;
  for (Lease lease : leases) {
    if (!hosts_used(result).contains(lease.host)) continue;
    for (const Assignment& assignment : result.assigned) {
      if (assignment.host == lease.host) lease.amounts -= assignment.task->needs;
    }
    lease.id += ", again";
    left.push_back(std::move(lease));
  }
  return left;
}

inline TaskIds ids_of(const std::vector<Task>& tasks) {
  std::vector<std::string> ids;
  for (const Task& task : tasks) ids.push_back(task->id);
  return std::make_shared<const std::vector<std::string>>(std::move(ids));
}

}  // namespace streamtwin::fenzo
