#include <set>

#include "models/rpc/limits/limiter.hpp"
#include "python/bindings/described.hpp"
#include "python/bindings/helpers.hpp"
#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace limits;

namespace {

/// A copy of whichever limit the object is.
template <class... Kinds>
std::optional<std::variant<Kinds...>> copied(py::handle object, std::variant<Kinds...>*) {
  std::optional<std::variant<Kinds...>> limit;
  ((py::isinstance<Kinds>(object) ? void(limit.emplace(object.cast<const Kinds&>())) : void()), ...);
  return limit;
}

Limit limit_from(py::handle object) {
  if (auto limit = copied(object, static_cast<Limit*>(nullptr))) return std::move(*limit);
  throw py::type_error("limit: expected a FixedLimit, AimdLimit, VegasLimit, GradientLimit or Gradient2Limit");
}

AnyLimit any_limit_from(py::handle object) {
  if (py::isinstance<WindowedLimit>(object)) return object.cast<const WindowedLimit&>();
  return limit_from(object);
}

// As VegasLimit has it; the others would learn nonsense.
Sample checked_sample(Duration round_trip, int in_flight, bool dropped, Instant start) {
  if (to_nanoseconds(round_trip) <= 0) throw py::value_error("a round trip takes a nanosecond at least");
  if (in_flight < 0) throw py::value_error("in_flight: not below zero");
  return {start, round_trip, in_flight, dropped};
}

/// One limit: all of them learn and answer alike.
template <class L, class Properties>
void bind_limit(py::module_& module, const char* name, const char* doc) {
  bind_described<Properties>(module);
  py::class_<L>(module, name, doc)
      .def(py::init<const Properties&>(), "properties"_a = Properties{})
      .def_property_readonly("limit", &L::limit, "How many requests may be in flight.")
      .def(
          "on_sample",
          [](L& self, Random& random, Duration round_trip, int in_flight, bool dropped, Instant start) {
            self.on_sample(checked_sample(round_trip, in_flight, dropped, start), random);
          },
          "random"_a, "round_trip"_a, "in_flight"_a, "dropped"_a = false, "start"_a = Instant{},
          "A request has ended. ValueError for a round trip of no time.");
}

void bind_all_limits(py::module_& module) {
  py::class_<FixedLimit>(module, "FixedLimit", "A limit that learns nothing.")
      .def(py::init<int>(), "limit"_a)
      .def_property_readonly("limit", &FixedLimit::limit);
  bind_limit<AimdLimit, AimdProperties>(module, "AimdLimit", "One more while at least half used, a tenth less after a drop or a time-out.");
  bind_limit<VegasLimit, VegasProperties>(module, "VegasLimit",
                                          "Keeps the queue that the fastest round trip implies between alpha and beta.");
  bind_limit<GradientLimit, GradientProperties>(module, "GradientLimit", "Shrinks by the ratio of the fastest to the present round trip.");
  bind_limit<Gradient2Limit, Gradient2Properties>(module, "Gradient2Limit",
                                                  "As GradientLimit, against a long average; does not look at drops.");
  bind_described<WindowProperties>(module);
  py::class_<WindowedLimit>(module, "WindowedLimit", "Gives the (copied) limit under it one sample per window.")
      .def(py::init(
               [](const WindowProperties& properties, const py::object& limit) { return WindowedLimit(properties, limit_from(limit)); }),
           "properties"_a, "limit"_a)
      .def_property_readonly("limit", &WindowedLimit::limit)
      .def(
          "on_sample",
          [](WindowedLimit& self, Random& random, Duration round_trip, int in_flight, bool dropped, Instant start) {
            self.on_sample(checked_sample(round_trip, in_flight, dropped, start), random);
          },
          "random"_a, "round_trip"_a, "in_flight"_a, "dropped"_a = false, "start"_a = Instant{},
          "A request has ended. ValueError for a round trip of no time.");
}

/// A grant that is known again when it comes back.
struct NumberedGrant : Grant {
  std::uint64_t number = 0;
};

/// A limiter that knows its grants, so that none comes back twice or to another limiter.
class GrantingLimiter {
 public:
  GrantingLimiter(AnyLimit limit, std::vector<Partition> partitions, int delayed_max)
      : limiter_(std::move(limit), std::move(partitions), delayed_max) {}

  std::optional<NumberedGrant> acquire(Instant now, std::uint32_t partition, bool bypass) {
    return noted(limiter_.acquire(now, partition, bypass));
  }
  std::optional<NumberedGrant> noted(const std::optional<Grant>& grant) {
    static std::uint64_t grants = 0;
    if (!grant) return std::nullopt;
    held_.insert(++grants);
    return NumberedGrant{*grant, grants};
  }
  void release(const NumberedGrant& grant, Ending ending, Instant now, Random& random) {
    if (!held_.contains(grant.number)) throw py::value_error("this limiter does not hold the grant, or no longer");
    if (!grant.bypass && ending != Ending::ignored && to_nanoseconds(now - grant.start) <= 0)
      throw py::value_error("a request takes a nanosecond at least: `now` is not after its start; Ending.IGNORED teaches nothing");
    held_.erase(grant.number);
    limiter_.release(grant, ending, now, random);
  }
  void delay_over() {
    if (limiter_.delayed() == 0) throw py::value_error("no refusal is being held back");
    limiter_.delay_over();
  }
  Limiter& itself() { return limiter_; }
  const Limiter& itself() const { return limiter_; }

 private:
  Limiter limiter_;
  std::set<std::uint64_t> held_;
};

void bind_functions(py::module_& module) {
  module.def(
      "log10_root", [](int n) { return log10_root(n); }, "n"_a, "Whole part of the decimal logarithm, at least 1: what Vegas steps by.");
  module.def(
      "square_root", [](int n, int least) { return square_root(n, least); }, "n"_a, "least"_a = 4,
      "Whole part of the square root, at least `least`: the queue that GradientLimit allows.");
  py::class_<ExponentialAverage>(module, "ExponentialAverage", "The mean of the first samples, then an exponential average over a window.")
      .def(py::init([](int window, int warm_up) {
             if (window < 0 || warm_up < 0) throw py::value_error("window and warm_up: not below zero");
             return ExponentialAverage(window, warm_up);
           }),
           "window"_a, "warm_up"_a)
      .def("add", &ExponentialAverage::add, "sample"_a, "The average with the sample.")
      .def("scale", &ExponentialAverage::scale, "by"_a, "Multiplies the average: GradientLimit's way out of a drift.")
      .def_property_readonly("value", &ExponentialAverage::value, "0 before the first sample.");
  py::class_<SampleWindow>(module, "SampleWindow", "What WindowedLimit gathers of the requests of one window.")
      .def(py::init<const WindowProperties&>(), "properties"_a = WindowProperties{})
      .def(
          "add",
          [](SampleWindow& self, Duration round_trip, int in_flight, bool dropped) {
            const Sample sample = checked_sample(round_trip, in_flight, dropped, Instant{});
            self.add(sample.round_trip, sample.in_flight, sample.dropped);
          },
          "round_trip"_a, "in_flight"_a, "dropped"_a = false, "ValueError for a round trip of no time.")
      .def("clear", &SampleWindow::clear)
      .def_property_readonly(
          "fastest",
          [](const SampleWindow& self) {
            return self.count() == 0 ? std::nullopt : std::optional(duration_of_nanoseconds(self.fastest_ns()));
          },
          "s; None without samples.")
      .def_property_readonly(
          "tracked", [](const SampleWindow& self) { return duration_of_nanoseconds(self.tracked_ns()); },
          "What the limit is told (s), in whole nanoseconds: the mean, dropped ones included, or the percentile; 0 without samples.")
      .def_property_readonly("most_in_flight", &SampleWindow::most_in_flight)
      .def_property_readonly("dropped", &SampleWindow::dropped, "Whether any was.")
      .def("__len__", &SampleWindow::count);
}

}  // namespace

void bind_limits(py::module_& algorithms) {
  auto module = algorithms.def_submodule("limits", "concurrency-limits 0.5.4: adaptive limits, and who may enter under one.");
  bind_all_limits(module);
  bind_functions(module);
  bind_enum<Ending>(module, "Ending", "How an admitted request ended; an ignored one teaches nothing.",
                    {{"SUCCESS", Ending::success}, {"IGNORED", Ending::ignored}, {"DROPPED", Ending::dropped}});
  py::class_<NumberedGrant>(module, "Grant", "What an admitted request carries until it ends.")
      .def_readonly("start", &NumberedGrant::start, "s")
      .def_readonly("in_flight", &NumberedGrant::in_flight, "Right after it was admitted, itself included.")
      .def_readonly("partition", &NumberedGrant::partition);
  py::class_<GrantingLimiter>(module, "Limiter",
                              "A semaphore of the size of a limit, which is copied; with partitions, each has its share "
                              "guaranteed and may use what the others leave. `reject_delays` (s), one for each partition, hold "
                              "refused callers back, `delayed_most` of them at a time.")
      .def(py::init([](const py::object& limit, const std::vector<Fraction>& shares, const std::vector<Duration>& delays, int delayed_max) {
             if (!delays.empty() && delays.size() != shares.size())
               throw py::value_error(fmt::format("reject_delays: one for each of the {} partitions, or none", shares.size()));
             std::vector<Partition> partitions;
             for (std::size_t i = 0; i < shares.size(); ++i) {
               if (!(shares[i] >= Fraction{0} && shares[i] <= Fraction{1})) throw py::value_error("partitions: shares between 0 and 1");
               if (!delays.empty() && delays[i] < Duration{0}) throw py::value_error("reject_delays: not below zero");
               partitions.push_back({shares[i], delays.empty() ? Duration{0} : delays[i]});
             }
             return std::make_unique<GrantingLimiter>(any_limit_from(limit), std::move(partitions), delayed_max);
           }),
           "limit"_a, "partitions"_a = std::vector<Fraction>{}, "reject_delays"_a = std::vector<Duration>{},
           "delayed_most"_a = Limiter::delayed_most_default)
      .def("acquire", &GrantingLimiter::acquire, "now"_a, "partition"_a = 0u, "bypass"_a = false, "A grant, or None.")
      .def("release", &GrantingLimiter::release, "grant"_a, "ending"_a, "now"_a, "random"_a,
           "Once for each grant, after its start. ValueError for a grant that is not held and for a request that took no time.")
      .def(
          "delay_refusal", [](GrantingLimiter& self, std::uint32_t partition) { return self.itself().delay_refusal(partition); },
          "partition"_a = 0u,
          "After acquire() has refused: how long the caller is held back (s) before it is told, until delay_over(). None: told at\n"
          "once, because its partition has no delay or as many as may be are held back already.")
      .def("delay_over", &GrantingLimiter::delay_over, "A caller that was held back has been told. ValueError when there is none.")
      .def_property_readonly(
          "delayed", [](const GrantingLimiter& self) { return self.itself().delayed(); }, "Callers being held back.")
      .def_property_readonly("limit", [](const GrantingLimiter& self) { return self.itself().limit(); })
      .def_property_readonly("in_flight", [](const GrantingLimiter& self) { return self.itself().in_flight(); })
      .def(
          "partition_limit", [](const GrantingLimiter& self, std::uint32_t partition) { return self.itself().partition_limit(partition); },
          "partition"_a)
      .def(
          "partition_in_flight",
          [](const GrantingLimiter& self, std::uint32_t partition) { return self.itself().partition_in_flight(partition); }, "partition"_a);
  py::class_<LifoBacklog>(module, "LifoBacklog", "Refused requests wait, at most so many; the last to come is admitted first.")
      .def(py::init([](int size) {
             if (size < 0) throw py::value_error("size: not below zero");
             return LifoBacklog(size);
           }),
           "size"_a = LifoBacklog::size_default)
      .def("park", &LifoBacklog::park, "ticket"_a, "partition"_a = 0u, "False: the backlog is full.")
      .def(
          "unblock",
          [](LifoBacklog& self, GrantingLimiter& limiter, Instant now) -> std::optional<std::pair<std::uint64_t, NumberedGrant>> {
            const auto admitted = self.unblock(limiter.itself(), now);
            if (!admitted) return std::nullopt;
            return std::pair(admitted->ticket, *limiter.noted(admitted->grant));
          },
          "limiter"_a, "now"_a, "After a place became free: the ticket admitted and its grant, or None.")
      .def("timed_out", &LifoBacklog::timed_out, "ticket"_a, "False: it does not wait any more.")
      .def("__len__", &LifoBacklog::waiting);
}

}  // namespace streamtwin::python
