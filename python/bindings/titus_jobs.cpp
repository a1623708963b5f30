#include "models/titus/eviction/system_quota.hpp"
#include "models/titus/jobs/job_tasks.hpp"
#include "models/titus/jobs/rolling_update.hpp"
#include "models/titus/jobs/scale_down.hpp"
#include "models/titus/relocation/descheduler.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/titus.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace titus;

namespace {

int checked_size(int size) {
  if (size < 0) throw py::value_error("a job's size is not below zero");
  return size;
}

Slot task_of(const JobTasks& job, Slot slot) {
  if (!job.occupied(slot)) throw py::index_error(fmt::format("no task in slot {}", slot));
  return slot;
}

Slot live_task_of(const JobTasks& job, Slot slot) {
  if (job.task(task_of(job, slot)).state == TaskState::finished)
    throw py::value_error(fmt::format("the task in slot {} has finished", slot));
  return slot;
}

void move_task(JobTasks& self, Slot slot, TaskState state, ReasonCode reason, Instant now) {
  if (!may_move(self.task(live_task_of(self, slot)).state, state))
    throw py::value_error("a task's state goes forwards, or to Disconnected and back");
  self.move(slot, state, reason, now);
}

void bind_tasks(py::module_& module) {
  py::class_<JobTask>(module, "Task", "A task of a job: the last of a chain of replacements.")
      .def_readonly("state", &JobTask::state)
      .def_readonly("reason", &JobTask::reason, "Of the present state.")
      .def_readonly("kill_reason", &JobTask::kill_reason, "Why it was first killed, or None.")
      .def_readonly("since", &JobTask::since, "When it came to the present state.")
      .def_readonly("agent", &JobTask::agent)
      .def_readonly("zone", &JobTask::zone)
      .def_readonly("resubmits", &JobTask::resubmits, "Replacements before it.")
      .def_readonly("system_resubmits", &JobTask::system_resubmits)
      .def_readonly("eviction_resubmits", &JobTask::eviction_resubmits)
      .def_property_readonly("retry_at", [](const JobTask& self) -> std::optional<Instant> {
        return self.retry_at == never ? std::nullopt : std::optional(self.retry_at);
      });
  py::class_<JobTasks::Turn>(module, "Turn", "What a turn of the reconciler decided, and has done to the tasks already.")
      .def_readonly("created", &JobTasks::Turn::created, "Slots of tasks that are accepted now.")
      .def_readonly("killed", &JobTasks::Turn::killed, "Slots of tasks in KillInitiated now.")
      .def_readonly("completed", &JobTasks::Turn::completed, "The job is finished as of this turn.")
      .def_readonly("more", &JobTasks::Turn::more, "A limit was met: another turn would do more.");
}

void bind_job(py::module_& module) {
  py::class_<JobTasks>(module, "Job", "A batch job or a service: which of its tasks are created, replaced and killed.")
      .def(py::init([](JobKind kind, int size, const RetrySpec& retry, bool retry_on_runtime_limit, const JobManagerSpec& manager) {
             return JobTasks({kind, checked_size(size), retry, retry_on_runtime_limit}, manager);
           }),
           "kind"_a = JobKind::batch, "size"_a = 1, "retry"_a = RetrySpec{}, "retry_on_runtime_limit"_a = false,
           "manager"_a = JobManagerSpec{}, "ValueError for a size below zero.")
      .def("reconcile", &JobTasks::reconcile, "now"_a, py::return_value_policy::copy, "Brings the tasks nearer to what is wanted.")
      .def(
          "desire",
          [](JobTasks& self, int size) {
            if (self.terms().kind != JobKind::service) throw py::value_error("a batch job's size is fixed; a service has a desired one");
            self.desire(checked_size(size));
          },
          "size"_a, "A service's new size. ValueError for a batch job, and for a size below zero.")
      .def("kill", py::overload_cast<>(&JobTasks::kill), "Creates nothing from now on; reconcile() kills what is there.")
      .def(
          "launch",
          [](JobTasks& self, Slot slot, AgentId agent, std::uint32_t zone, Instant now) {
            if (self.task(task_of(self, slot)).state != TaskState::accepted) throw py::value_error("an accepted task is launched");
            self.launch(slot, agent, zone, now);
          },
          "slot"_a, "agent"_a, "zone"_a, "now"_a, "The scheduler has placed an accepted task.")
      .def("move", &move_task, "slot"_a, "state"_a, "reason"_a = ReasonCode::normal, "now"_a = Instant{},
           "To a later state, or to Disconnected and back. IndexError for an empty slot, ValueError for another way.")
      .def(
          "kill_task",
          [](JobTasks& self, Slot slot, ReasonCode reason, Instant now) { return self.kill(task_of(self, slot), reason, now); }, "slot"_a,
          "reason"_a = ReasonCode::killed, "now"_a = Instant{}, "False if it is on its way out already.")
      .def(
          "finish", [](JobTasks& self, Slot slot, ReasonCode reason, Instant now) { self.finish(live_task_of(self, slot), reason, now); },
          "slot"_a, "reason"_a = ReasonCode::normal, "now"_a = Instant{}, "The end of a task; the reason decides whether it is replaced.")
      .def(
          "task", [](const JobTasks& self, Slot slot) { return self.task(task_of(self, slot)); }, "slot"_a,
          "As it is now. IndexError for an empty slot.")
      .def_property_readonly("state", &JobTasks::state)
      .def_property_readonly("desired", &JobTasks::desired)
      .def_property_readonly("slots",
                             [](const JobTasks& self) {
                               std::vector<Slot> slots;
                               for (Slot slot = 0; slot < self.slots(); ++slot) {
                                 if (self.occupied(slot)) slots.push_back(slot);
                               }
                               return slots;
                             })
      .def_property_readonly("started", &JobTasks::started)
      .def_property_readonly("active_not_started", &JobTasks::active_not_started)
      .def_property_readonly("waiting", &JobTasks::waiting, "Ended, and to be replaced.")
      .def_property_readonly("done", &JobTasks::done, "Of a batch job: ended for good.");
  module.def(
      "tasks_to_give_up",
      [](const std::vector<std::tuple<TaskState, std::uint32_t, AgentId, Instant>>& tasks, std::size_t size) {
        std::vector<ScaleDownCandidate> candidates;
        for (const auto& [state, zone, agent, since] : tasks)
          candidates.push_back({static_cast<Slot>(candidates.size()), state, zone, agent, since});
        return tasks_to_give_up(candidates, size);
      },
      "tasks"_a, "size"_a, "Of tasks as (state, zone, agent, since): the indices of those that a service gives up to be left with `size`.");
}

void bind_quotas(py::module_& module) {
  py::class_<WeekClock>(module, "WeekClock", "Where in the week a run begins.")
      .def(py::init<Duration>(), "at_start"_a = Duration{0}, "Time since Monday 00:00 UTC.");
  py::class_<RollingCount>(module, "RollingCount", "Events of a window that moves on in steps.")
      .def(py::init([](Duration window, int steps, Instant start) {
             if (steps > 10000) throw py::value_error("steps: 10,000 at most");
             return RollingCount(window, steps, start);
           }),
           "window"_a, "steps"_a = 20, "start"_a = Instant{}, "ValueError for steps shorter than a millisecond, and more than 10,000.")
      .def(
          "add", [](RollingCount& self, std::int64_t number, Instant now) { return self.add(number, now); }, "number"_a, "now"_a,
          "What the window holds with it. Time never goes backwards.");
  py::class_<JobQuota>(module, "JobQuota", "How many of a job's tasks may be evicted.")
      .def(py::init([](const DisruptionBudgetSpec& budget, int desired, Instant now) {
             return JobQuota(budget, self_managed_fallback(), checked_size(desired), now);
           }),
           "budget"_a, "desired"_a, "now"_a = Instant{})
      .def(
          "update",
          [](JobQuota& self, const DisruptionBudgetSpec& budget, int desired, Instant now) {
            self.update(budget, self_managed_fallback(), checked_size(desired), now);
          },
          "budget"_a, "desired"_a, "now"_a, "Another budget or size; a rate of the same kind keeps its history.")
      .def(
          "quota",
          [](JobQuota& self, Instant now, int healthy, int relocatable, const WeekClock& clock) {
            return self.quota({healthy, relocatable}, clock, now);
          },
          "now"_a, "healthy"_a, "relocatable"_a = 0, "clock"_a = WeekClock{},
          "The smallest of what policy, windows and rate allow. `relocatable`: tasks below their relocation limit.")
      .def(
          "consume",
          [](JobQuota& self, Instant now, int healthy, int relocatable, std::uint32_t evictions, const WeekClock& clock) {
            return std::string(name_of(self.consume({healthy, relocatable}, evictions, clock, now)));
          },
          "now"_a, "healthy"_a, "relocatable"_a = 0, "evictions"_a = 0, "clock"_a = WeekClock{},
          "'approved', or why not. `evictions`: how often this task has been evicted before.")
      .def("give_back", &JobQuota::give_back, "now"_a);
  py::class_<SystemQuota>(module, "SystemQuota", "How many evictions the whole stack allows.")
      .def(py::init<const SystemBudgetSpec&, Instant>(), "budget"_a = SystemBudgetSpec{}, "now"_a = Instant{})
      .def("quota", &SystemQuota::quota, "clock"_a, "now"_a)
      .def(
          "consume", [](SystemQuota& self, const WeekClock& clock, Instant now) { return std::string(name_of(self.consume(clock, now))); },
          "clock"_a, "now"_a, "'approved', or why not.")
      .def("give_back", &SystemQuota::give_back);
}

using Bounds = std::tuple<int, int, int>;

Capacity capacity_of(const Bounds& bounds) {
  const auto [min, desired, max] = bounds;
  if (min < 0 || desired < min || max < desired) throw py::value_error("a capacity is (min, desired, max), none below the one before it");
  return {min, desired, max};
}
Bounds bounds_of(const Capacity& capacity) { return {capacity.min, capacity.desired, capacity.max}; }

void bind_rolling_update(py::module_& module) {
  bind_described<RollingUpdateSpec>(module);
  py::enum_<RollingUpdate::Phase>(module, "UpdatePhase", "How far a rolling update is.")
      .value("GROWS", RollingUpdate::Phase::grows)
      .value("WAITS", RollingUpdate::Phase::waits)
      .value("COMPLETED", RollingUpdate::Phase::completed)
      .value("FAILED", RollingUpdate::Phase::failed);
  py::class_<RollingUpdate>(module, "RollingUpdate",
                            "A service's next version grows in steps, and the old one leaves. Capacities are (min, desired, max).")
      .def(py::init([](const RollingUpdateSpec& spec, const Bounds& old, const Bounds& wanted, Instant now) {
             return RollingUpdate(spec, capacity_of(old), capacity_of(wanted), now);
           }),
           "spec"_a, "old"_a, "wanted"_a, "now"_a = Instant{}, "ValueError for a capacity that is none.")
      .def("advance", &RollingUpdate::advance, "up"_a, "now"_a, "So many new tasks are up. True if something has changed: ask again.")
      .def_property_readonly("phase", &RollingUpdate::phase)
      .def_property_readonly("new_capacity", [](const RollingUpdate& self) { return bounds_of(self.new_capacity()); })
      .def_property_readonly("old_capacity", [](const RollingUpdate& self) { return bounds_of(self.old_capacity()); })
      .def_property_readonly("old_disabled", &RollingUpdate::old_disabled, "Old tasks that are to be out of service.");
}

/// (id, kept, why) of each task that has to leave; the whole view is given by value.
std::vector<std::tuple<std::uint64_t, bool, std::string>> descheduled(
    const std::vector<RelocationAgent>& agents, const std::vector<RelocationJob>& jobs, const std::vector<RelocationTask>& tasks,
    RelocationPlans& plans, std::int64_t system_quota, const std::vector<std::int64_t>& job_quotas, bool window_open, Instant now) {
  if (job_quotas.size() != jobs.size()) throw py::value_error("job_quotas: one for each job");
  for (const RelocationTask& task : tasks) {
    checked(task.job, jobs.size(), "job");
    checked(task.agent, agents.size(), "agent");
  }
  const RelocationView view{agents, jobs, tasks};
  plans.collect(view, now);
  std::vector<std::tuple<std::uint64_t, bool, std::string>> told;
  for (const Descheduling& decision : deschedule(view, plans, {system_quota, window_open, job_quotas}, now))
    told.emplace_back(decision.task, decision.held == Held::no, std::string(name_of(decision.held)));
  return told;
}

void bind_relocation(py::module_& module) {
  py::class_<RelocationAgent>(module, "RelocationAgent", "An agent, and whether tasks have to leave it.")
      .def(py::init([](bool group_leaves, bool leaves, bool leaves_now, bool stays) {
             return RelocationAgent{0, group_leaves, leaves, leaves_now, stays};
           }),
           "group_leaves"_a = false, "leaves"_a = false, "leaves_now"_a = false, "stays"_a = false);
  py::class_<RelocationJob>(module, "RelocationJob", "A job, as relocation sees it.")
      .def(
          py::init([](std::optional<Duration> relocation_time, bool exempt, bool stays, std::optional<Instant> leave_by,
                      std::optional<Instant> leave_by_now) {
            return RelocationJob{relocation_time.has_value(), relocation_time.value_or(Duration{0}), exempt, stays, leave_by, leave_by_now};
          }),
          "relocation_time"_a = py::none(), "exempt"_a = false, "stays"_a = false, "leave_by"_a = py::none(), "leave_by_now"_a = py::none(),
          "With a relocation time it is self-managed.");
  py::class_<RelocationTask>(module, "RelocationTask", "A task on an agent: `job` and `agent` are indices in the lists beside it.")
      .def(py::init([](std::uint64_t id, std::uint32_t job, std::uint32_t agent, Instant created, bool leaves, bool leaves_now,
                       bool stays) { return RelocationTask{id, job, agent, created, true, leaves, leaves_now, stays}; }),
           "id"_a, "job"_a, "agent"_a, "created"_a = Instant{}, "leaves"_a = false, "leaves_now"_a = false, "stays"_a = false);
  py::class_<RelocationPlans>(module, "RelocationPlans", "Until when the owners of self-managed jobs may move their tasks away.")
      .def(py::init<>())
      .def(
          "relocate_at",
          [](const RelocationPlans& self, std::uint64_t task) -> std::optional<Instant> {
            const RelocationPlan* const plan = self.find(task);
            return plan != nullptr ? std::optional(plan->relocate_at) : std::nullopt;
          },
          "task"_a, "The deadline of a task's plan, or None.")
      .def("__len__", &RelocationPlans::size);
  module.def(
      "deschedule", &descheduled, "agents"_a, "jobs"_a, "tasks"_a, "plans"_a, "system_quota"_a, "job_quotas"_a, "window_open"_a = true,
      "now"_a = Instant{},
      "A turn of the relocation service, plans first: (task, whether it is evicted, 'evicted' or why it is held) for each that has to "
      "leave.");
}

}  // namespace

void bind_titus_jobs(py::module_& algorithms) {
  auto module = titus_module(algorithms);
  bind_described<RetrySpec>(module);
  bind_described<JobManagerSpec>(module);
  bind_described<JobLimitsSpec>(module);
  bind_described<DisruptionBudgetSpec>(module);
  bind_described<SystemBudgetSpec>(module);
  bind_described<RelocationSpec>(module);
  bind_tasks(module);
  bind_job(module);
  bind_quotas(module);
  bind_rolling_update(module);
  bind_relocation(module);
}

}  // namespace streamtwin::python
