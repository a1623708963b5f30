#include "models/work/machines.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::work {

Machines::Machines(const PipelineSpec& spec, Duration noticed, MachinesMeasures& measures)
    : spec_(*spec.machines),
      retry_after_(std::max(spec.retry.delay, Duration{1s})),
      retries_(spec.retry.retries),
      noticed_(noticed),
      measures_(measures) {
  for (std::size_t group = 0; group < spec_.groups.size(); ++group) groups_.push_back(std::make_unique<Group>());
  for (const std::string& stage : spec.stage_names()) group_of_.push_back(spec_.group_of(stage));
}

void Machines::add_machine(std::size_t group, Host& host) {
  auto machine = std::make_unique<Machine>(host, *groups_[group]);
  machine->subscription = host.while_held([this, there = machine.get()](Host&) { machine_changed(*there); });
  measures_.there.add(now(), host.cores());
  groups_[group]->machines.push_back(std::move(machine));
}

bool Machines::has_room(const Machine& machine) const {
  return machine.host.is_on() && machine.running.size() < static_cast<std::size_t>(spec_.at_once);
}

void Machines::submit(StageIndex stage, std::vector<Assignment> assignments) {
  Group& group = *groups_[group_of_[stage]];
  group.queue.insert(group.queue.end(), assignments.begin(), assignments.end());
  fill(group);
}

void Machines::find(StageIndex stage, std::vector<Assignment> assignments) {
  Group& group = *groups_[group_of_[stage]];
  for (Assignment& assignment : assignments) {
    const auto free = std::find_if(group.machines.begin(), group.machines.end(), [this](const auto& m) { return has_room(*m); });
    if (free != group.machines.end()) {
      begin(**free, assignment, true);
    } else {
      assignment.left = 1;
      group.queue.push_back(assignment);
    }
  }
}

// First come, first served, on the first machine that has room.
void Machines::fill(Group& group) {
  for (const auto& machine : group.machines) {
    while (!group.queue.empty() && has_room(*machine)) {
      const Assignment next = group.queue.front();
      group.queue.pop_front();
      begin(*machine, next, false);
    }
    if (group.queue.empty()) return;
  }
}

void Machines::begin(Machine& machine, const Assignment& assignment, bool found) {
  if (machine.running.empty()) measures_.busy.add(now(), machine.host.cores());
  machine.running.push_back({assignment, {}});
  machine.running.back().process = machine.scope.spawn("a task on a machine", run(machine, assignment, found));
}

Task<> Machines::run(Machine& machine, Assignment assignment, bool found) {
  const bool sets_up = !found && (spec_.fresh || !machine.is_set_up);
  if (sets_up) {
    co_await delay(spec_.boot);
    machine.is_set_up = true;
    ++measures_.boots;
  }
  const Outcome outcome = co_await employer().work(assignment, {machine.host});
  if (outcome != Outcome::finished) {
    if (!machine.host.is_on()) co_return;  // lost with it
    co_await delay(retry_after_);
  }
  leave(machine, assignment);
  if (outcome == Outcome::finished || assignment.failed == retries_) {
    employer().ended(assignment, outcome == Outcome::finished);
  } else {
    machine.group.queue.push_front({assignment.unit, assignment.task, 1, assignment.failed + 1});
  }
  fill(machine.group);
}

void Machines::leave(Machine& machine, const Assignment& assignment) {
  std::erase_if(machine.running, [&assignment](const Running& running) {
    return running.assignment.unit == assignment.unit && running.assignment.task == assignment.task;
  });
  if (machine.running.empty()) measures_.busy.add(now(), -machine.host.cores());
}

void Machines::withdraw(std::uint64_t unit) {
  for (const auto& group : groups_) {
    std::erase_if(group->queue, [unit](const Assignment& assignment) { return assignment.unit == unit; });
    for (const auto& machine : group->machines) {
      const std::vector<Running> running = machine->running;
      for (const Running& task : running) {
        if (task.assignment.unit != unit) continue;
        leave(*machine, task.assignment);
        Process process = task.process;
        process.cancel();
      }
    }
    fill(*group);
  }
}

// What ran there is gone at once; that it is takes a while to be seen.
void Machines::machine_changed(Machine& machine) {
  measures_.there.add(now(), machine.host.is_on() ? machine.host.cores() : -machine.host.cores());
  if (machine.host.is_on()) return fill(machine.group);
  machine.is_set_up = false;
  machine.scope.cancel();
  std::vector<Assignment> gone;
  for (const Running& running : machine.running)
    gone.push_back({running.assignment.unit, running.assignment.task, 1, running.assignment.failed});
  if (gone.empty()) return;
  machine.running.clear();
  measures_.busy.add(now(), -machine.host.cores());
  measures_.lost.add(gone.size());
  missing_ += gone.size();
  scope_.spawn_after(noticed_, "loss of a machine is noticed", begin_again(machine.group, std::move(gone)));
}

Task<> Machines::begin_again(Group& group, std::vector<Assignment> lost) {
  missing_ -= lost.size();
  std::erase_if(lost, [this](const Assignment& assignment) { return !employer().wants(assignment); });
  group.queue.insert(group.queue.begin(), lost.begin(), lost.end());
  fill(group);
  co_return;
}

std::size_t Machines::alive() const {
  std::size_t alive = missing_;
  for (const auto& group : groups_) {
    alive += group->queue.size();
    for (const auto& machine : group->machines) alive += machine->running.size();
  }
  return alive;
}

void Machines::count_up_to_now() {
  measures_.there.add(now(), 0);
  measures_.busy.add(now(), 0);
}

}  // namespace streamtwin::work
