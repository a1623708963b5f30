#include <nlohmann/json.hpp>

#include "models/titus/fenzo/calculators.hpp"
#include "models/titus/fenzo/scheduler.hpp"
#include "models/titus/fenzo/tiered_queue.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "scenarios/fenzo/rounds.hpp"
#include "scenarios/language/nearest_name.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace fenzo;

namespace {

std::string name_of_function(const py::object& function) {
  return py::str(py::getattr(function, "__name__", py::type::of(function).attr("__name__")));
}

/// A function of Python that says why a task may not run on a host, or None.
class FunctionConstraint : public Constraint {
 public:
  explicit FunctionConstraint(py::object function) : function_(std::move(function)) {}
  std::string name() const override { return name_of_function(function_); }
  std::optional<std::string> failure(const TaskRequest& task, const Host& host, const TaskTracker& tasks) const override {
    const py::object said = function_(py::cast(task), py::cast(&host, py::return_value_policy::reference),
                                      py::cast(&tasks, py::return_value_policy::reference));
    if (said.is_none()) return std::nullopt;
    return py::cast<std::string>(said);
  }

 private:
  py::object function_;
};

/// A function of Python that gives a host's fitness.
class FunctionFitness : public Fitness {
 public:
  explicit FunctionFitness(py::object function) : function_(std::move(function)) {}
  std::string name() const override { return name_of_function(function_); }
  double score(const TaskRequest& task, const Host& host, const TaskTracker& tasks) const override {
    return py::cast<double>(function_(py::cast(task), py::cast(&host, py::return_value_policy::reference),
                                      py::cast(&tasks, py::return_value_policy::reference)));
  }

 private:
  py::object function_;
};

Calculator calculator_from(const py::object& object) {
  if (py::isinstance<py::str>(object)) {
    const std::string name = object.cast<std::string>();
    if (const BuiltIn* const found = find_built_in(name)) return *found;
    const auto names = built_in_names();
    throw py::value_error(fmt::format("there is no calculator `{}`{}", name, language::did_you_mean(name, names)));
  }
  if (PyCallable_Check(object.ptr())) return std::make_shared<const FunctionFitness>(object);
  std::vector<std::pair<Calculator, double>> parts;
  for (const auto& [part, weight] : object.cast<std::vector<std::pair<py::object, double>>>())
    parts.emplace_back(calculator_from(part), weight);
  return std::make_shared<const WeightedAverage>(std::move(parts));
}

HardConstraint hard_from(const py::object& object) {
  if (py::isinstance<UniqueValue>(object)) return object.cast<UniqueValue>();
  if (py::isinstance<ExclusiveHost>(object)) return ExclusiveHost{};
  if (py::isinstance<BalancedValues>(object)) return object.cast<BalancedValues>();
  if (py::isinstance<RequiredValue>(object)) return object.cast<RequiredValue>();
  if (PyCallable_Check(object.ptr())) return std::make_shared<const FunctionConstraint>(object);
  throw py::type_error("hard: expected constraints, or functions of (task, host, tasks) that return why not, or None");
}

SoftConstraint soft_from(const py::object& object) {
  if (py::isinstance<BalancedValues>(object)) return BalanceScore{object.cast<BalancedValues>()};
  if (py::isinstance<Satisfied>(object)) return object.cast<Satisfied>();
  if (py::isinstance<py::str>(object) || PyCallable_Check(object.ptr())) return calculator_from(object);
  return Satisfied{hard_from(object)};
}

TaskIds ids_from(std::vector<std::string> ids) { return std::make_shared<const std::vector<std::string>>(std::move(ids)); }

void refuse_below_zero(const Resources& amounts) {
  if (!within({}, amounts)) throw py::value_error("amounts are not below zero");
}

/// Tasks are shared with the scheduler: Python sees them, and cannot change them.
std::shared_ptr<TaskRequest> make_task(const std::string& id, const Resources& needs, int ports, const Scalars& scalars,
                                       const std::string& group, const std::vector<std::tuple<std::string, std::string, int>>& sets,
                                       const std::vector<py::object>& hard, const std::vector<py::object>& soft, int tier,
                                       const std::string& bucket, Instant ready_at) {
  if (ports < 0 || tier < 0) throw py::value_error("ports, tier: not below zero");
  refuse_below_zero(needs);
  auto task = std::make_shared<TaskRequest>(TaskRequest{id, needs, ports, scalars, group, {}, {}, {}, tier, bucket, ready_at});
  for (const auto& [set, value, count] : sets) task->sets.push_back({set, value, count});
  for (const py::object& object : hard) task->hard.push_back(hard_from(object));
  for (const py::object& object : soft) task->soft.push_back(soft_from(object));
  return task;
}

Lease make_lease(const std::string& id, const std::string& host, const Resources& amounts, const std::vector<std::pair<int, int>>& ports,
                 const Scalars& scalars, const std::map<std::string, std::string>& attributes,
                 const std::vector<std::tuple<std::string, int, int>>& sets, Instant offered) {
  refuse_below_zero(amounts);
  Lease lease{id, host, amounts, {}, scalars, attributes, {}, offered};
  for (const auto& [first, last] : ports) {
    if (last < first) throw py::value_error("ports: the last is before the first");
    lease.ports.push_back({first, last});
  }
  for (const auto& [name, resources, sub_resources] : sets) {
    if (resources < 1 || sub_resources < 0) throw py::value_error("sets: a set has one resource at least");
    lease.sets.push_back({name, resources, sub_resources});
  }
  return lease;
}

void bind_values(py::module_& module) {
  py::class_<Resources>(module, "Resources", "Cores, megabytes of memory, megabits per second, megabytes of disk.")
      .def(py::init([](Cores cpus, Megabytes memory, Megabits network, Megabytes disk) {
             return Resources{cpus, memory, network, disk};
           }),
           "cpus"_a = Cores{}, "memory"_a = Megabytes{}, "network"_a = Megabits{}, "disk"_a = Megabytes{})
      .def_readonly("cpus", &Resources::cpus)
      .def_readonly("memory", &Resources::memory)
      .def_readonly("network", &Resources::network)
      .def_readonly("disk", &Resources::disk);
  py::class_<UniqueValue>(module, "UniqueValue",
                          "No two of these tasks on hosts with one value of the attribute; without one, on one host.")
      .def(py::init([](std::vector<std::string> among, const std::string& attribute) {
             return UniqueValue{ids_from(std::move(among)), attribute};
           }),
           "among"_a, "attribute"_a = "");
  py::class_<ExclusiveHost>(module, "ExclusiveHost", "A host for itself.").def(py::init<>());
  py::class_<BalancedValues>(module, "BalancedValues",
                             "As many of these tasks on each value of the attribute, of which so many are expected. As a wish: the\n"
                             "constraint's own score.")
      .def(py::init([](std::vector<std::string> among, const std::string& attribute, int expected) {
             return BalancedValues{ids_from(std::move(among)), attribute, expected};
           }),
           "among"_a, "attribute"_a, "expected"_a);
  py::class_<RequiredValue>(module, "RequiredValue", "A host with this value of the attribute; without one, of this name.")
      .def(py::init([](const std::string& value, const std::string& attribute) {
             return RequiredValue{attribute, value};
           }),
           "value"_a, "attribute"_a = "");
  py::class_<Satisfied>(module, "Satisfied", "A constraint as a wish: 1 where it holds, 0 where it does not.")
      .def(py::init([](const py::object& constraint) { return Satisfied{hard_from(constraint)}; }), "constraint"_a);
  py::class_<TaskRequest, std::shared_ptr<TaskRequest>>(module, "Task",
                                                        "What is to run, and what it needs. ValueError for amounts below zero.")
      .def(py::init(&make_task), "id"_a, "needs"_a = Resources{}, "ports"_a = 0, "scalars"_a = Scalars{}, "group"_a = "default",
           "sets"_a = std::vector<std::tuple<std::string, std::string, int>>{}, "hard"_a = std::vector<py::object>{},
           "soft"_a = std::vector<py::object>{}, "tier"_a = 0, "bucket"_a = "", "ready_at"_a = Instant{})
      .def_readonly("id", &TaskRequest::id)
      .def_readonly("needs", &TaskRequest::needs)
      .def_readonly("ports", &TaskRequest::ports)
      .def_readonly("group", &TaskRequest::group)
      .def_readonly("tier", &TaskRequest::tier)
      .def_readonly("bucket", &TaskRequest::bucket);
  py::class_<Lease>(module, "Lease",
                    "What a host has to give for now: (first, last) of ports, (name, resources, sub-resources of each) of sets.")
      .def(py::init(&make_lease), "id"_a, "host"_a, "amounts"_a = Resources{}, "ports"_a = std::vector<std::pair<int, int>>{},
           "scalars"_a = Scalars{}, "attributes"_a = std::map<std::string, std::string>{},
           "sets"_a = std::vector<std::tuple<std::string, int, int>>{}, "offered"_a = Instant{})
      .def_readonly("id", &Lease::id)
      .def_readonly("host", &Lease::host)
      .def_readonly("amounts", &Lease::amounts);
}

void bind_views(py::module_& module) {
  py::class_<Host>(module, "Host", "A host, as functions of fitness and constraints see it. Not to be kept.")
      .def_property_readonly("name", &Host::name)
      .def_property_readonly("attributes", &Host::attributes)
      .def_property_readonly("total", &Host::total, "What its leases give; running tasks are not in it.")
      .def_property_readonly("assigned", &Host::assigned, "What this iteration has assigned of it.")
      .def_property_readonly("running", &Host::running, "What its running tasks use.")
      .def_property_readonly("running_tasks",
                             [](const Host& self) {
                               std::vector<std::string> ids;
                               for (const auto& [id, task] : self.running_tasks()) ids.push_back(id);
                               return ids;
                             })
      .def_property_readonly("assigned_tasks", [](const Host& self) {
        std::vector<std::string> ids;
        for (const Task& task : self.assigned_tasks()) ids.push_back(task->id);
        return ids;
      });
  py::class_<TaskTracker>(module, "Tasks", "Which task is where. Not to be kept.")
      .def(
          "host_of",
          [](const TaskTracker& self, const std::string& id) -> std::optional<std::string> {
            const Host* const host = self.host_of(id);
            return host ? std::optional(host->name()) : std::nullopt;
          },
          "task"_a, "The name of the host on which it runs or to which this iteration has assigned it, or None.");
}

/// Hosts by name, since those of a result live no longer than until the next iteration.
struct NamedCause {
  std::string reason;
  std::map<std::string, double> missing;
  std::vector<std::string> hosts;
};
struct NamedFailure {
  std::string task;
  std::vector<NamedCause> causes;
};
struct Iteration : IterationResult {
  explicit Iteration(IterationResult result) : IterationResult(std::move(result)) {
    for (const TaskFailure& failure : failures) {
      named.push_back({failure.task->id, {}});
      for (const Cause& cause : failure.causes) {
        NamedCause& told = named.back().causes.emplace_back(NamedCause{name_of(cause), {}, {}});
        for (const Shortage& s : cause.shortages) told.missing[s.what == Lack::scalar ? s.scalar : fenzo::name_of(s.what)] = s.missing;
        for (const Host* const host : cause.hosts) told.hosts.push_back(host->name());
      }
    }
    failures.clear();
  }
  std::vector<NamedFailure> named;
};

void bind_results_of_an_iteration(py::module_& module) {
  py::class_<Assignment>(module, "Assignment", "A task has got a host.")
      .def_property_readonly("task", [](const Assignment& self) { return self.task->id; })
      .def_readonly("host", &Assignment::host)
      .def_readonly("fitness", &Assignment::fitness)
      .def_readonly("ports", &Assignment::ports)
      .def_property_readonly(
          "sets",
          [](const Assignment& self) {
            std::vector<std::tuple<std::string, int, std::string>> sets;
            for (const SetUse& use : self.sets) sets.emplace_back(use.set, use.index, use.value);
            return sets;
          },
          "(set, index, value) for each set of the host.");
  py::class_<NamedCause>(module, "Cause", "Why a task got none of these hosts; no hosts: it was not tried on any.")
      .def_readonly("reason", &NamedCause::reason)
      .def_readonly("missing", &NamedCause::missing, "How much more the nearest of the hosts would have to have.")
      .def_readonly("hosts", &NamedCause::hosts);
  py::class_<NamedFailure>(module, "TaskFailure", "A task has got no host.")
      .def_readonly("task", &NamedFailure::task)
      .def_readonly("causes", &NamedFailure::causes);
  py::class_<ScaleAction>(module, "ScaleAction", "Hosts to start, or to stop.")
      .def_readonly("rule", &ScaleAction::rule)
      .def_readonly("add", &ScaleAction::add)
      .def_readonly("remove", &ScaleAction::remove);
  py::class_<Iteration>(module, "Iteration", "What came of an iteration.")
      .def_readonly("assigned", &Iteration::assigned)
      .def_readonly("failures", &Iteration::named)
      .def_readonly("leases_used", &Iteration::leases_used)
      .def_readonly("leases_rejected", &Iteration::leases_rejected)
      .def_readonly("actions", &Iteration::actions)
      .def_readonly("hosts", &Iteration::hosts)
      .def_readonly("idle_hosts", &Iteration::idle_hosts)
      .def_readonly("trials", &Iteration::trials)
      .def_readonly("exception", &Iteration::exception, "What a constraint or calculator threw; nothing was assigned then.");
}

using Guarantees = std::map<int, std::pair<std::optional<Resources>, std::map<std::string, Resources>>>;

void bind_queue(py::module_& module) {
  py::class_<TieredQueue>(module, "TieredQueue", "Tasks that wait, in tiers of buckets, who has used least of its share first.")
      .def(py::init([](int tiers) {
             if (tiers < 1) throw py::value_error("tiers: one at least");
             return std::make_unique<TieredQueue>(tiers);
           }),
           "tiers"_a)
      .def(
          "queue", [](TieredQueue& self, const std::shared_ptr<TaskRequest>& task) { self.queue(task); }, "task"_a,
          "From the next iteration on. ValueError for a tier that there is not.")
      .def(
          "remove", [](TieredQueue& self, const std::shared_ptr<TaskRequest>& task) { self.remove(task); }, "task"_a)
      .def(
          "set_guarantees",
          [](TieredQueue& self, const Guarantees& guarantees) {
            std::map<int, TierGuarantees> tiers;
            for (const auto& [number, given] : guarantees) tiers[number] = {given.first, given.second};
            self.set_guarantees(std::move(tiers));
          },
          "guarantees"_a, "By tier: (capacity or None for the sum, amounts by bucket).");
}

ScaleRule make_rule(const std::string& name, int min_idle, int max_idle, Duration cool_down, int min_size, int max_size,
                    std::optional<std::function<bool(const Host&)>> too_small, std::optional<std::function<int(int)>> hosts_for) {
  return {name,
          min_idle,
          max_idle,
          cool_down,
          min_size,
          max_size,
          std::move(too_small).value_or(nullptr),
          std::move(hosts_for).value_or(nullptr)};
}

std::unique_ptr<Scheduler> make_scheduler(const py::object& fitness, std::optional<double> good_enough, std::optional<std::size_t> batch,
                                          const std::map<std::string, Resources>& group_limits, Duration lease_expiry,
                                          int rejected_hosts_max, bool single_offer, const std::string& group_attribute,
                                          const std::optional<std::vector<ScaleRule>>& rules, const std::string& balanced_by,
                                          Duration up_delay, Duration down_delay, bool shortfall, bool optimising_shortfall) {
  SchedulerProperties properties{.fitness = calculator_from(fitness), .good_enough = good_enough};
  if (batch) properties.batch = *batch;
  properties.group_limits = group_limits;
  properties.fleet = {lease_expiry, rejected_hosts_max, single_offer, group_attribute};
  properties.optimising_shortfall = optimising_shortfall;
  if (rules) {
    properties.autoscaler = AutoscalerProperties{
        .rules = *rules, .balanced_by = balanced_by, .up_delay = up_delay, .down_delay = down_delay, .shortfall = shortfall};
  }
  return std::make_unique<Scheduler>(std::move(properties));
}

Iteration schedule(Scheduler& self, Instant now, const std::vector<std::shared_ptr<TaskRequest>>& tasks, std::vector<Lease> leases) {
  return Iteration(self.schedule(now, std::vector<Task>(tasks.begin(), tasks.end()), std::move(leases)));
}

Iteration schedule_queue(Scheduler& self, Instant now, TieredQueue& queue, std::vector<Lease> leases) {
  self.tell_usage(&queue);
  queue.begin_iteration();
  Iteration result(self.schedule(now, queue, std::move(leases)));
  queue.end_iteration();
  return result;
}

void bind_scheduler(py::module_& module) {
  py::class_<ScaleRule>(
      module, "ScaleRule",
      "Hosts of one value of the attribute that the autoscaler goes by: below `min_idle` idle ones as many are asked for as\n"
      "make `max_idle`, beyond those they are given up. `too_small` says of an idle host that it does not count, `hosts_for`\n"
      "how many hosts so many tasks without a place take.")
      .def(py::init(&make_rule), "name"_a, "min_idle"_a, "max_idle"_a, "cool_down"_a = Duration{0}, "min_size"_a = 0,
           "max_size"_a = INT_MAX, "too_small"_a = py::none(), "hosts_for"_a = py::none());
  py::class_<Scheduler>(
      module, "Scheduler",
      "Netflix's Fenzo: the best host for each task, one after another, by constraints, fitness and wishes. Fitness is the name\n"
      "of a calculator, a list of (calculator, weight), or a function of (task, host, tasks).")
      .def(py::init(&make_scheduler), "fitness"_a = "none", "good_enough"_a = py::none(), "batch"_a = py::none(),
           "group_limits"_a = std::map<std::string, Resources>{}, "lease_expiry"_a = Duration{120}, "rejected_hosts_max"_a = 4,
           "single_offer"_a = false, "group_attribute"_a = "", "rules"_a = py::none(), "balanced_by"_a = "", "up_delay"_a = Duration{0},
           "down_delay"_a = Duration{0}, "shortfall"_a = true, "optimising_shortfall"_a = false)
      .def("schedule", &schedule, "now"_a, "tasks"_a, "leases"_a = std::vector<Lease>{}, "An iteration over a list of tasks.")
      .def("schedule", &schedule_queue, "now"_a, "queue"_a, "leases"_a = std::vector<Lease>{}, py::keep_alive<1, 3>(),
           "An iteration over a queue, which is told of use from then on.")
      .def(
          "run", [](Scheduler& self, const std::shared_ptr<TaskRequest>& task, const std::string& host) { self.run(task, host); }, "task"_a,
          "host"_a, "The task has begun to run. ValueError if it runs already.")
      .def("end", &Scheduler::end, "task"_a, "host"_a, "The task of this id leaves at the next iteration.")
      .def(
          "expire_lease", [](Scheduler& self, const std::string& id) { self.fleet().expire_lease(id); }, "id"_a)
      .def("expire_all_leases", [](Scheduler& self) { self.fleet().expire_all_leases(); })
      .def(
          "disable", [](Scheduler& self, const std::string& host, Instant until) { self.fleet().disable(host, until); }, "host"_a,
          "until"_a)
      .def(
          "set_active_groups",
          [](Scheduler& self, const std::string& attribute, const std::vector<std::string>& groups, Instant now) {
            self.fleet().set_active_groups(attribute, groups, now);
          },
          "attribute"_a, "groups"_a, "now"_a, "Only hosts of these values get tasks; none: all.");
}

py::object answer(const py::object& problem) {
  const py::module_ json = py::module_::import("json");
  try {
    const auto cases = problems_of("problem", json.attr("dumps")(problem).cast<std::string>());
    if (cases.size() != 1) throw py::value_error("expected one problem; a file of cases is for `streamtwin fenzo`");
    return json.attr("loads")(answer_of(cases.front().problem).dump());
  } catch (const ProblemError& error) {
    throw py::value_error(error.what());
  }
}

}  // namespace

void bind_fenzo(py::module_& algorithms) {
  auto module = algorithms.def_submodule(
      "fenzo",
      "Netflix/Fenzo: tasks on hosts by bin packing, constraints, resource sets and group limits; a queue of tiers; an autoscaler. Amounts\n"
      "are cores, megabytes and megabits per second. In a simulation the master of a stack of Titus places by it.");
  bind_values(module);
  bind_views(module);
  bind_results_of_an_iteration(module);
  bind_queue(module);
  bind_scheduler(module);
  bind_fenzo_autoscaler(module);
  module.def("answer", &answer, "problem"_a,
             "The rounds of a problem, as `streamtwin fenzo` reads and answers it. ValueError says what is wrong with it, and where.");
}

}  // namespace streamtwin::python
