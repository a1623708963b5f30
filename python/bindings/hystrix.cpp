#include "models/services/hystrix/collapser.hpp"
#include "models/services/hystrix/command.hpp"
#include "models/services/hystrix/request_cache.hpp"
#include "models/services/hystrix/rolling_number.hpp"
#include "models/services/hystrix/rolling_percentile.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace hystrix;

namespace {

void bind_enums(py::module_& module) {
  bind_enum<CircuitStatus>(module, "CircuitStatus", "State of a circuit.",
                           {{"CLOSED", CircuitStatus::closed}, {"OPEN", CircuitStatus::open}, {"HALF_OPEN", CircuitStatus::half_open}});
  bind_enum<Decision>(module, "Decision", "What becomes of a command that asks to run.",
                      {{"RUN", Decision::run},
                       {"QUEUED", Decision::queued},
                       {"SHORT_CIRCUITED", Decision::short_circuited},
                       {"SEMAPHORE_REJECTED", Decision::semaphore_rejected},
                       {"THREAD_POOL_REJECTED", Decision::thread_pool_rejected}});
  bind_enum<Outcome>(module, "Outcome", "How a command ended, before its fallback.",
                     {{"SUCCESS", Outcome::success},
                      {"FAILURE", Outcome::failure},
                      {"TIMEOUT", Outcome::timeout},
                      {"BAD_REQUEST", Outcome::bad_request},
                      {"CANCELLED", Outcome::cancelled},
                      {"SHORT_CIRCUITED", Outcome::short_circuited},
                      {"SEMAPHORE_REJECTED", Outcome::semaphore_rejected},
                      {"THREAD_POOL_REJECTED", Outcome::thread_pool_rejected}});
  bind_enum<Submission>(module, "Submission", "What becomes of a task that asks a pool for a thread.",
                        {{"STARTED", Submission::started}, {"QUEUED", Submission::queued}, {"REJECTED", Submission::rejected}});
  bind_enum<Fallback>(module, "Fallback", "Whether a fallback may run.",
                      {{"RUN", Fallback::run}, {"REJECTED", Fallback::rejected}, {"DISABLED", Fallback::disabled}});
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
      .def(py::init<const CommandProperties&, Instant>(), "properties"_a, "created"_a = Instant{}, py::keep_alive<1, 2>())
      .def("attempt", &CircuitBreaker::attempt, "now"_a, "Asks to run; may turn an open circuit half open.")
      .def("allows", &CircuitBreaker::allows, "now"_a, "Whether attempt() would be granted, without taking the probe.")
      .def("mark_success", &CircuitBreaker::mark_success, "now"_a, "A run succeeded.")
      .def("mark_non_success", &CircuitBreaker::mark_non_success, "now"_a, "A run did not succeed; a probe re-opens.")
      .def("record", &CircuitBreaker::record, "error"_a, "now"_a, "A command ended: counted in the present bucket.")
      .def("is_open", &CircuitBreaker::is_open, "now"_a, "What dashboards show: true while half open, too.")
      .def("status", &CircuitBreaker::status, "now"_a)
      .def(
          "health", [](CircuitBreaker& self, Instant now) { return HealthCounts(self.health(now)); }, "now"_a,
          "The counts that the last tick published.");
}

using TextCollapser = Collapser<std::string>;

void bind_sharing(py::module_& module) {
  bind_described<CollapserProperties>(module);
  bind_enum<TextCollapser::Joined>(module, "Joined", "How a call joined a batch.",
                                   {{"ADDED", TextCollapser::Joined::added},
                                    {"SHARED", TextCollapser::Joined::shared},
                                    {"DUPLICATE", TextCollapser::Joined::duplicate}});
  py::class_<TextCollapser::Batch>(module, "Batch", "Calls that are sent together.")
      .def_readonly("number", &TextCollapser::Batch::number)
      .def_readonly("arguments", &TextCollapser::Batch::arguments);
  py::class_<TextCollapser>(module, "Collapser",
                            "Gathers calls into batches that a timer sends; a call that finds the batch full sends it.")
      .def(py::init<const CollapserProperties&>(), "properties"_a = CollapserProperties{})
      .def(
          "submit",
          [](TextCollapser& self, const std::string& argument, Instant now) {
            TextCollapser::Submitted submitted = self.submit(argument, now);
            return std::tuple(submitted.how, submitted.batch, std::move(submitted.to_execute));
          },
          "argument"_a, "now"_a, "How it joined, the number of the batch to wait for, and the batch that it pushed out or None.")
      .def("next_tick", &TextCollapser::next_tick, "now"_a, "When the timer fires; None before the first call.")
      .def("tick", &TextCollapser::tick, "The timer has fired: the batch to execute, or None.")
      .def("cancel", &TextCollapser::cancel, "batch"_a, "argument"_a, "A caller went away before its batch was sent.")
      .def("__len__", &TextCollapser::waiting);
  using Cache = RequestCache<py::object>;
  py::class_<Cache>(module, "RequestCache", "Within one request, equal calls of a command share the first one's answer.")
      .def(py::init<>())
      .def("find_or_put", &Cache::find_or_put, "command"_a, "key"_a, "mine"_a, "The answer under way, or None and `mine` is it.")
      .def("clear", &Cache::clear, "command"_a, "key"_a)
      .def("__len__", &Cache::size);
}

void bind_statistics(py::module_& module) {
  using Number = RollingNumber<1>;
  py::class_<Number>(module, "RollingNumber", "A counter over a sliding window of buckets.")
      .def(py::init([](Duration window, int buckets) {
             if (buckets < 1 || !(window > Duration{0})) throw py::value_error("a window and its buckets are above zero");
             return Number(window, buckets);
           }),
           "window"_a = Duration{10}, "buckets"_a = 10)
      .def(
          "add", [](Number& self, std::int64_t amount, Instant now) { self.add(0, amount, now); }, "amount"_a, "now"_a)
      .def(
          "update_max", [](Number& self, std::int64_t value, Instant now) { self.update_max(0, value, now); }, "value"_a, "now"_a)
      .def(
          "rolling_sum", [](Number& self, Instant now) { return self.rolling_sum(0, now); }, "now"_a)
      .def(
          "rolling_max", [](Number& self, Instant now) { return self.rolling_max(0, now); }, "now"_a)
      .def(
          "latest", [](Number& self, Instant now) { return self.latest(0, now); }, "now"_a, "In the bucket being filled.");
  py::class_<RollingPercentile>(module, "RollingPercentile", "Latencies of a sliding window; the bucket being filled is never seen.")
      .def(py::init<Duration, int, int>(), "window"_a = Duration{60}, "buckets"_a = 6, "values_per_bucket"_a = 100)
      .def("add", &RollingPercentile::add, "value"_a, "now"_a)
      .def("percentile", &RollingPercentile::percentile, "percent"_a, "now"_a)
      .def("mean", &RollingPercentile::mean, "now"_a);
  py::class_<TryableSemaphore>(module, "TryableSemaphore", "A counted permission that is refused rather than waited for.")
      .def(py::init<int>(), "permits"_a)
      .def("try_acquire", &TryableSemaphore::try_acquire)
      .def("release",
           [](TryableSemaphore& self) {
             if (self.used() == 0) throw py::value_error("nothing was acquired");
             self.release();
           })
      .def_property_readonly("used", &TryableSemaphore::used);
}

}  // namespace

void bind_hystrix(py::module_& algorithms) {
  auto module = algorithms.def_submodule("hystrix", "Hystrix 1.5.18: circuit breaker, bulkhead, command, fallback.");
  bind_described<CommandProperties>(module);
  bind_described<ThreadPoolProperties>(module);
  bind_enums(module);
  bind_sharing(module);
  bind_statistics(module);
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
      .def(py::init<const CommandProperties&, ThreadPool*, Instant>(), "properties"_a, "pool"_a = nullptr, "created"_a = Instant{},
           py::keep_alive<1, 2>(), py::keep_alive<1, 3>())
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
