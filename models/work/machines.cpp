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
  for (const auto& [name, group] : spec_.groups) groups_.push_back(std::make_unique<Group>(*this, group.borrows));
  for (const std::string& stage : spec.stage_names()) group_of_.push_back(spec_.group_of(stage));
}

void Machines::add_machine(std::size_t group, Host& host, ec2::Ledger::Meter meter) {
  Machine& machine = include(std::make_unique<Machine>(host, *groups_[group], host.cores(), false));
  machine.meter = meter;
  meter.run(1);
}

Machines::Machine& Machines::include(std::unique_ptr<Machine> machine) {
  Machine& there = *machine;
  there.subscription = there.host.while_held([this, &there](Host&) { machine_changed(there); });
  measures_.there.add(now(), there.cores);
  there.group.machines.push_back(std::move(machine));
  return there;
}

ec2::Borrower& Machines::borrower(std::size_t group, int cores) {
  groups_[group]->cores = cores;
  return *groups_[group];
}

// As many as its tasks would fill that find no room; those that it has are full then.
int Machines::Group::wants() const {
  const auto has = std::count_if(machines.begin(), machines.end(), [](const auto& machine) { return machine->borrowed; });
  const int full = static_cast<int>(queue.size() + static_cast<std::size_t>(all.spec_.at_once) - 1) / all.spec_.at_once;
  return std::min(borrows - static_cast<int>(has), full);
}

void Machines::borrow(Group& group, Host& host) {
  include(std::make_unique<Machine>(host, group, group.cores, true));
  measures_.borrowed.add(now(), 1);
  fill(group);
}

Machines::PlaceOfMachine Machines::borrowed_at(const Group& group, const Host& host) {
  return std::find_if(group.machines.begin(), group.machines.end(), [&host](const auto& machine) { return &machine->host == &host; });
}

// What runs there is begun again from its start, before all that waits.
void Machines::take_away(Group& group, Host& host) {
  const PlaceOfMachine place = borrowed_at(group, host);
  Machine& machine = **place;
  for (const Running& running : machine.running) {
    ++measures_.reclaimed;
    measures_.reclaimed_work.add((now() - running.since) * employer().cores_of(running.assignment));
  }
  std::vector<Assignment> lost = drop_tasks(machine);
  if (host.is_on()) measures_.there.add(now(), -machine.cores);
  measures_.borrowed.add(now(), -1);
  group.machines.erase(place);
  put_first(group, std::move(lost));
}

bool Machines::has_room(const Machine& machine) const {
  return machine.host.is_on() && !machine.closed && machine.running.size() < static_cast<std::size_t>(spec_.at_once);
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
  if (machine.running.empty()) measures_.busy.add(now(), machine.cores);
  machine.running.push_back({assignment, {}, now()});
  machine.running.back().process = machine.scope.spawn("a task on a machine", run(machine, assignment, found));
}

Task<> Machines::run(Machine& machine, Assignment assignment, bool found) {
  const bool sets_up = !found && (spec_.fresh || !machine.is_set_up);
  if (sets_up) {
    co_await delay(spec_.boot);
    machine.is_set_up = true;
    ++measures_.boots;
  }
  const Instant began = now();
  const Outcome outcome = co_await employer().work(assignment, {machine.host});
  if (outcome != Outcome::finished) {
    if (!machine.host.is_on()) co_return;  // lost with it
    co_await delay(retry_after_);
  }
  leave(machine, assignment);
  if (outcome == Outcome::finished && machine.borrowed) {
    ++measures_.borrowed_tasks;
    measures_.borrowed_work.add((now() - began) * employer().cores_of(assignment));
  }
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
  if (machine.running.empty()) measures_.busy.add(now(), -machine.cores);
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
  measures_.there.add(now(), machine.host.is_on() ? machine.cores : -machine.cores);
  machine.meter.run(machine.host.is_on() ? 1 : -1);
  if (machine.host.is_on()) return fill(machine.group);
  machine.is_set_up = false;
  std::vector<Assignment> gone = drop_tasks(machine);
  if (gone.empty()) return;
  measures_.lost.add(gone.size());
  missing_ += gone.size();
  scope_.spawn_after(noticed_, "loss of a machine is noticed", begin_again(machine.group, std::move(gone)));
}

std::vector<Assignment> Machines::drop_tasks(Machine& machine) {
  machine.scope.cancel();
  std::vector<Assignment> dropped;
  for (const Running& running : machine.running)
    dropped.push_back({running.assignment.unit, running.assignment.task, 1, running.assignment.failed});
  if (!dropped.empty()) measures_.busy.add(now(), -machine.cores);
  machine.running.clear();
  return dropped;
}

Task<> Machines::begin_again(Group& group, std::vector<Assignment> lost) {
  missing_ -= lost.size();
  put_first(group, std::move(lost));
  co_return;
}

void Machines::put_first(Group& group, std::vector<Assignment> lost) {
  std::erase_if(lost, [this](const Assignment& assignment) { return !employer().wants(assignment); });
  group.queue.insert(group.queue.begin(), lost.begin(), lost.end());
  fill(group);
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
  measures_.borrowed.add(now(), 0);
}

}  // namespace streamtwin::work
