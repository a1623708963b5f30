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

/// A health stream that catches up by itself.
class Stream {
 public:
  Stream(const CommandProperties& properties, Instant phase) : stream_(properties, phase) {}
  void record(bool error, Instant now) {
    advance(now);
    stream_.record(error);
  }
  std::vector<std::tuple<Instant, std::uint32_t, std::uint32_t>> advance(Instant now) {
    std::vector<std::tuple<Instant, std::uint32_t, std::uint32_t>> ticks;
    stream_.advance(now, [&](Instant tick, const HealthCounts& counts) { ticks.emplace_back(tick, counts.total, counts.errors); });
    return ticks;
  }
  void restart(Instant phase) { stream_.restart(phase); }
  HealthCounts snapshot(Instant now) {
    advance(now);
    return stream_.snapshot();
  }
  Instant next_tick() const { return stream_.next_tick(); }

 private:
  HealthStream stream_;
};

void bind_breaker(py::module_& module) {
  py::class_<HealthCounts>(module, "HealthCounts", "What the circuit looks at: the window's requests and errors.")
      .def_readonly("total", &HealthCounts::total)
      .def_readonly("errors", &HealthCounts::errors)
      .def_property_readonly("error_percentage", &HealthCounts::error_percentage, "In whole per cent, truncated.");
  py::class_<Stream>(module, "HealthStream",
                     "The statistics of completed buckets that a circuit looks at: constant between ticks, which come at every\n"
                     "multiple of the bucket after the phase. Times must not go backwards.")
      .def(py::init<const CommandProperties&, Instant>(), "properties"_a = CommandProperties{}, "phase"_a = Instant{})
      .def("record", &Stream::record, "error"_a, "now"_a, "A command ended: counted in the bucket being filled, which is not seen yet.")
      .def("advance", &Stream::advance, "now"_a,
           "Completes the buckets up to now, a tick at exactly now included: (tick, total, errors) after each that can differ from the\n"
           "one before it.")
      .def("restart", &Stream::restart, "phase"_a, "Forgets everything, as a circuit that closes does; ticks have a new phase.")
      .def("snapshot", &Stream::snapshot, "now"_a, "The counts that the last tick published.")
      .def_property_readonly("next_tick", &Stream::next_tick, "s");
  py::class_<CircuitBreaker>(module, "CircuitBreaker",
                             "Hystrix's circuit breaker, of the release that its properties name. That of 1.5.18, the last, judges when\n"
                             "somebody asks, admits one probe per sleep window and closes at any success; that of 1.5.12 opens at a\n"
                             "tick of its health stream, admits one probe after the sleep window, and closes when a call succeeds\n"
                             "while it is half open. Times must not go backwards.")
      .def(py::init<const CommandProperties&, Instant>(), "properties"_a, "created"_a = Instant{}, py::keep_alive<1, 2>())
      .def("attempt", &CircuitBreaker::attempt, "now"_a, "Asks to run; takes the probe of an open circuit.")
      .def("allows", &CircuitBreaker::allows, "now"_a, "Whether attempt() would be granted, without taking the probe.")
      .def("mark_success", &CircuitBreaker::mark_success, "now"_a, "A run succeeded.")
      .def("mark_non_success", &CircuitBreaker::mark_non_success, "now"_a, "A run did not succeed; a half-open circuit re-opens.")
      .def("record", &CircuitBreaker::record, "error"_a, "now"_a, "A command ended: counted in the present bucket.")
      .def("is_open", &CircuitBreaker::is_open, "now"_a, "What dashboards show: true while half open, too. In 1.5.18 it judges.")
      .def("status", &CircuitBreaker::status, "now"_a, "As the last judgement left it.")
      .def(
          "lose_next_close_race", &CircuitBreaker::lose_next_close_race,
          "The fault of Hystrix pull request 1640 in 1.5.12, as CommandProperties.lose_close_race has it for the first close: the next one leaves\n"
          "the circuit open by name; it then allows everything and never opens again.")
      .def(
          "health", [](CircuitBreaker& self, Instant now) { return HealthCounts(self.health(now)); }, "now"_a,
          "The counts that the last tick published.");
}

using TextCollapser = Collapser<std::string>;
constexpr std::size_t shards_max = 100'000;

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
      .def("cancel", &TextCollapser::cancel, "batch"_a, "argument"_a,
           "A caller went away before its batch was sent. True when the argument has left the batch, as it does with the last of\n"
           "its sharers.")
      .def_static("without_response", &TextCollapser::without_response, "batch"_a, "answered"_a,
                  "The arguments of the batch whose callers get an IllegalStateException, because its command has answered only these.")
      .def("__len__", &TextCollapser::waiting);
  module.def(
      "split",
      [](const std::vector<std::string>& arguments, std::size_t shards, const std::function<std::size_t(const std::string&)>& shard_of) {
        if (shards < 1 || shards > shards_max) throw py::value_error(fmt::format("shards: 1 to {}, found {}", shards_max, shards));
        return split(arguments, shards, [&](const std::string& argument) { return checked(shard_of(argument), shards, "shard"); });
      },
      "arguments"_a, "shards"_a, "shard_of"_a,
      "A collapser's batch as the parts that are executed by themselves; `shard_of` gives each argument a shard from 0 on. IndexError\n"
      "for a shard that there is not.");
  using Cache = RequestCache<py::object>;
  py::class_<Cache>(module, "RequestCache", "Within one request, equal calls of a command share the first one's answer.")
      .def(py::init<>())
      .def("find_or_put", &Cache::find_or_put, "command"_a, "key"_a, "mine"_a, "The answer under way, or None and `mine` is it.")
      .def("clear", &Cache::clear, "command"_a, "key"_a)
      .def("__len__", &Cache::size);
}

constexpr int buckets_max = 100'000;

/// As the originals, which count whole milliseconds.
void check_window(Duration window, int buckets) {
  if (buckets < 1 || buckets > buckets_max) throw py::value_error(fmt::format("buckets: 1 to {}, found {}", buckets_max, buckets));
  const std::int64_t milliseconds = to_nanoseconds(window) / 1'000'000;
  if (milliseconds < buckets || milliseconds % buckets != 0)
    throw py::value_error(fmt::format("window: {} buckets of whole milliseconds do not make {} s", buckets, in_seconds(window)));
}

void bind_statistics(py::module_& module) {
  using Number = RollingNumber<1>;
  py::class_<Number>(module, "RollingNumber", "A counter over a sliding window of buckets.")
      .def(py::init([](Duration window, int buckets) {
             check_window(window, buckets);
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
      .def(py::init([](Duration window, int buckets, int values) {
             check_window(window, buckets);
             if (values < 1 || values > buckets_max) throw py::value_error(fmt::format("values_per_bucket: 1 to {}", buckets_max));
             return RollingPercentile(window, buckets, values);
           }),
           "window"_a = Duration{60}, "buckets"_a = 6, "values_per_bucket"_a = 100)
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

/// A permit that was never taken cannot be given back.
void require_running(const Command& command, Outcome outcome) {
  const bool ran = outcome != Outcome::short_circuited && outcome != Outcome::semaphore_rejected;
  if (ran && command.properties().isolation == Isolation::semaphore && command.running() == 0)
    throw py::value_error("no command is running under the semaphore: none can end");
}

}  // namespace

void bind_hystrix(py::module_& algorithms) {
  auto module = algorithms.def_submodule(
      "hystrix",
      "Hystrix 1.5.18: circuit breaker, bulkhead, command, fallback. A run drives all of it but Collapser: a batch would have to\n"
      "cost its server what its members cost, and nobody publishes how much that is.");
  bind_described<CommandProperties>(module);
  bind_described<ThreadPoolProperties>(module);
  bind_enums(module);
  bind_sharing(module);
  bind_statistics(module);
  bind_breaker(module);
  py::class_<ThreadPool>(module, "ThreadPool", "The bulkhead: threads and queue of one Hystrix thread pool.")
      .def(py::init<const ThreadPoolProperties&>(), "properties"_a = ThreadPoolProperties{})
      .def("submit", &ThreadPool::submit, "ticket"_a, "now"_a, "A task asks for a thread.")
      .def(
          "release",
          [](ThreadPool& self, Instant now) {
            if (self.busy() == 0) throw py::value_error("no thread is busy: nothing can be released");
            return self.release(now);
          },
          "now"_a, "A thread is free; the ticket of the task that has it next, or None. ValueError when no thread is busy.")
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
      .def(
          "command_ended",
          [](Command& self, Outcome outcome, Instant now) {
            require_running(self, outcome);
            self.command_ended(outcome, now);
          },
          "outcome"_a, "now"_a, "The command is over, its fallback included. ValueError under semaphore isolation when none is running.")
      .def(
          "on_end",
          [](Command& self, Outcome outcome, Instant now) {
            require_running(self, outcome);
            self.on_end(outcome, now);
          },
          "outcome"_a, "now"_a, "Both, for a command whose fallback takes no time.")
      .def("begin_fallback", &Command::begin_fallback, "Asks to run the fallback; what may run ends with end_fallback().")
      .def(
          "end_fallback",
          [](Command& self) {
            if (self.fallbacks_running() == 0) throw py::value_error("no fallback is running: none can end");
            self.end_fallback();
          },
          "The fallback is over. ValueError when none is running.")
      .def_property_readonly("breaker", &Command::breaker, py::return_value_policy::reference_internal)
      .def_property_readonly("running", &Command::running)
      .def_property_readonly("fallbacks_running", &Command::fallbacks_running);
  module.def("has_fallback", &has_fallback, "outcome"_a, "Whether the fallback answers after this outcome.");
  module.def("counts_in_health", &counts_in_health, "outcome"_a, "Whether the circuit's statistics hear of this outcome.");
}

}  // namespace streamtwin::python
