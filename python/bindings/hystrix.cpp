#include "models/services/hystrix/command.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace hystrix;

namespace {

void bind_enums(py::module_& module) {
  py::enum_<CircuitStatus>(module, "CircuitStatus", "State of a circuit.")
      .value("CLOSED", CircuitStatus::closed)
      .value("OPEN", CircuitStatus::open)
      .value("HALF_OPEN", CircuitStatus::half_open);
  py::enum_<Decision>(module, "Decision", "What becomes of a command that asks to run.")
      .value("RUN", Decision::run)
      .value("QUEUED", Decision::queued)
      .value("SHORT_CIRCUITED", Decision::short_circuited)
      .value("SEMAPHORE_REJECTED", Decision::semaphore_rejected)
      .value("THREAD_POOL_REJECTED", Decision::thread_pool_rejected);
  py::enum_<Outcome>(module, "Outcome", "How a command ended, before its fallback.")
      .value("SUCCESS", Outcome::success)
      .value("FAILURE", Outcome::failure)
      .value("TIMEOUT", Outcome::timeout)
      .value("BAD_REQUEST", Outcome::bad_request)
      .value("CANCELLED", Outcome::cancelled)
      .value("SHORT_CIRCUITED", Outcome::short_circuited)
      .value("SEMAPHORE_REJECTED", Outcome::semaphore_rejected)
      .value("THREAD_POOL_REJECTED", Outcome::thread_pool_rejected);
  py::enum_<Submission>(module, "Submission", "What becomes of a task that asks a pool for a thread.")
      .value("STARTED", Submission::started)
      .value("QUEUED", Submission::queued)
      .value("REJECTED", Submission::rejected);
  py::enum_<Fallback>(module, "Fallback", "Whether a fallback may run.")
      .value("RUN", Fallback::run)
      .value("REJECTED", Fallback::rejected)
      .value("DISABLED", Fallback::disabled);
}

void bind_breaker(py::module_& module) {
  py::class_<HealthCounts>(module, "HealthCounts", "What the circuit looks at: the window's requests and errors.")
      .def_readonly("total", &HealthCounts::total)
      .def_readonly("errors", &HealthCounts::errors)
      .def_property_readonly("error_percentage", &HealthCounts::error_percentage, "In whole per cent, truncated.");
  py::class_<CircuitBreaker>(module, "CircuitBreaker",
                             "Hystrix's circuit breaker. It opens at a tick of its health stream, admits one probe "
                             "after the sleep window, and closes when a call succeeds while it is half open. Times "
                             "must not go backwards.")
      .def(py::init<const CommandProperties&, Instant>(), "properties"_a, "created"_a = Instant{},
           py::keep_alive<1, 2>())
      .def("attempt", &CircuitBreaker::attempt, "now"_a, "Asks to run; may turn an open circuit half open.")
      .def("allows", &CircuitBreaker::allows, "now"_a, "Whether attempt() would be granted, without taking the probe.")
      .def("mark_success", &CircuitBreaker::mark_success, "now"_a, "A run succeeded.")
      .def("mark_non_success", &CircuitBreaker::mark_non_success, "now"_a, "A run did not succeed; a probe re-opens.")
      .def("record", &CircuitBreaker::record, "error"_a, "now"_a, "A command ended: counted in the present bucket.")
      .def("is_open", &CircuitBreaker::is_open, "now"_a, "What dashboards show: true while half open, too.")
      .def("status", &CircuitBreaker::status, "now"_a)
      .def("health", [](CircuitBreaker& self, Instant now) { return HealthCounts(self.health(now)); }, "now"_a,
           "The counts that the last tick published.");
}

}  // namespace

void bind_hystrix(py::module_& algorithms) {
  auto module = algorithms.def_submodule("hystrix", "Hystrix 1.5.18: circuit breaker, bulkhead, command, fallback.");
  bind_described<CommandProperties>(module);
  bind_described<ThreadPoolProperties>(module);
  bind_enums(module);
  bind_breaker(module);
  py::class_<ThreadPool>(module, "ThreadPool", "The bulkhead: threads and queue of one Hystrix thread pool.")
      .def(py::init<const ThreadPoolProperties&>(), "properties"_a = ThreadPoolProperties{})
      .def("submit", &ThreadPool::submit, "ticket"_a, "now"_a, "A task asks for a thread.")
      .def("release", &ThreadPool::release, "now"_a, "A thread is free; the ticket of the task that has it next, or None.")
      .def("cancel", &ThreadPool::cancel, "ticket"_a, "A queued task leaves the queue; False when it was not queued.")
      .def("threads", &ThreadPool::threads, "now"_a, "Threads that exist, idle ones included.")
      .def_property_readonly("busy", &ThreadPool::busy)
      .def_property_readonly("queued", &ThreadPool::queued)
      .def_property_readonly("most_busy", &ThreadPool::most_busy);
  py::class_<Command>(module, "Command",
                      "One command key: breaker, isolation and fallback in the order of "
                      "AbstractCommand.applyHystrixSemantics.")
      .def(py::init<const CommandProperties&, ThreadPool*, Instant>(), "properties"_a, "pool"_a = nullptr,
           "created"_a = Instant{}, py::keep_alive<1, 2>(), py::keep_alive<1, 3>())
      .def("decide", &Command::decide, "now"_a, "ticket"_a = Ticket{0}, "Asks to run: breaker, then semaphore, then pool.")
      .def("run_ended", &Command::run_ended, "outcome"_a, "now"_a, "The run is over; answers the breaker's probe.")
      .def("command_ended", &Command::command_ended, "outcome"_a, "now"_a, "The command is over, its fallback included.")
      .def("on_end", &Command::on_end, "outcome"_a, "now"_a, "Both, for a command whose fallback takes no time.")
      .def("begin_fallback", &Command::begin_fallback)
      .def("end_fallback", &Command::end_fallback)
      .def_property_readonly("breaker", &Command::breaker, py::return_value_policy::reference_internal)
      .def_property_readonly("running", &Command::running)
      .def_property_readonly("fallbacks_running", &Command::fallbacks_running);
  module.def("has_fallback", &has_fallback, "outcome"_a, "Whether the fallback answers after this outcome.");
  module.def("counts_in_health", &counts_in_health, "outcome"_a, "Whether the circuit's statistics hear of this outcome.");
}

}  // namespace streamtwin::python
