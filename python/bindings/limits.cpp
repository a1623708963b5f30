#include "models/services/limits/limiter.hpp"
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
            self.on_sample({start, round_trip, in_flight, dropped}, random);
          },
          "random"_a, "round_trip"_a, "in_flight"_a, "dropped"_a = false, "start"_a = Instant{}, "A request has ended.");
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
            self.on_sample({start, round_trip, in_flight, dropped}, random);
          },
          "random"_a, "round_trip"_a, "in_flight"_a, "dropped"_a = false, "start"_a = Instant{});
}

}  // namespace

void bind_limits(py::module_& algorithms) {
  auto module = algorithms.def_submodule("limits", "concurrency-limits 0.5.4: adaptive limits, and who may enter under one.");
  bind_all_limits(module);
  bind_enum<Ending>(module, "Ending", "How an admitted request ended; an ignored one teaches nothing.",
                    {{"SUCCESS", Ending::success}, {"IGNORED", Ending::ignored}, {"DROPPED", Ending::dropped}});
  py::class_<Grant>(module, "Grant", "What an admitted request carries until it ends.")
      .def_readonly("start", &Grant::start, "s")
      .def_readonly("in_flight", &Grant::in_flight, "Right after it was admitted, itself included.")
      .def_readonly("partition", &Grant::partition);
  py::class_<Limiter>(module, "Limiter",
                      "A semaphore of the size of a limit, which is copied; with partitions, each has its share "
                      "guaranteed and may use what the others leave.")
      .def(py::init([](const py::object& limit, const std::vector<Fraction>& shares) {
             std::vector<Partition> partitions;
             for (const Fraction share : shares) partitions.push_back({share});
             return Limiter(any_limit_from(limit), std::move(partitions));
           }),
           "limit"_a, "partitions"_a = std::vector<Fraction>{})
      .def("acquire", &Limiter::acquire, "now"_a, "partition"_a = 0u, "bypass"_a = false, "A grant, or None.")
      .def("release", &Limiter::release, "grant"_a, "ending"_a, "now"_a, "random"_a)
      .def_property_readonly("limit", &Limiter::limit)
      .def_property_readonly("in_flight", &Limiter::in_flight)
      .def("partition_limit", &Limiter::partition_limit, "partition"_a)
      .def("partition_in_flight", &Limiter::partition_in_flight, "partition"_a);
  py::class_<LifoBacklog>(module, "LifoBacklog", "Refused requests wait, at most so many; the last to come is admitted first.")
      .def(py::init<int>(), "size"_a = LifoBacklog::size_default)
      .def("park", &LifoBacklog::park, "ticket"_a, "partition"_a = 0u, "False: the backlog is full.")
      .def(
          "unblock",
          [](LifoBacklog& self, Limiter& limiter, Instant now) -> std::optional<std::pair<std::uint64_t, Grant>> {
            const auto admitted = self.unblock(limiter, now);
            if (!admitted) return std::nullopt;
            return std::pair(admitted->ticket, admitted->grant);
          },
          "limiter"_a, "now"_a, "After a place became free: the ticket admitted and its grant, or None.")
      .def("timed_out", &LifoBacklog::timed_out, "ticket"_a, "False: it does not wait any more.")
      .def("__len__", &LifoBacklog::waiting);
}

}  // namespace streamtwin::python
