#include "models/clients/traces/bandwidth_trace.hpp"
#include "models/clients/traces/readers.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"

#include <fmt/format.h>
#include <pybind11/stl/filesystem.h>

#include <optional>
#include <string>

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace traces;

namespace {

using Name = std::optional<std::string>;

template <class Unit>
std::optional<Unit> unit_called(const Name& name, const char* argument) {
  if (!name) return std::nullopt;
  std::string known;
  for (const EnumName<Unit>& unit : enum_names<Unit>) {
    if (unit.name == *name) return unit.value;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", unit.name);
  }
  throw py::value_error(fmt::format("{}: expected one of {}, not `{}`", argument, known, *name));
}

TraceUnits units_of(const Name& rate, const Name& time, std::optional<Duration> interval) {
  if (interval && !(*interval >= 1ms && *interval <= 3600s)) throw py::value_error("interval: expected 0.001 to 3600 s");
  return {unit_called<RateUnit>(rate, "rate"), unit_called<TimeUnit>(time, "time"), interval};
}

void warn(const std::filesystem::path& about, const std::string& remark) {
  if (PyErr_WarnEx(PyExc_UserWarning, (about.string() + ": " + remark).c_str(), 1) != 0) throw py::error_already_set();
}

}  // namespace

void bind_traces(py::module_& algorithms) {
  auto module = algorithms.def_submodule("traces", "Measured bandwidth, in the formats of the public collections.");
  py::register_exception<TraceError>(module, "TraceError", PyExc_ValueError);
  py::class_<Period>(module, "Period", "One stretch of constant conditions.")
      .def(py::init([](Duration length, BitRate rate, Duration latency) {
             return Period{length, rate, latency};
           }),
           "length"_a, "rate"_a, "latency"_a = Duration{0})
      .def_readonly("length", &Period::length, "s")
      .def_readonly("rate", &Period::rate, "bps")
      .def_readonly("latency", &Period::latency, "s");
  py::class_<BandwidthTrace>(module, "BandwidthTrace", "The bandwidth a client had: piecewise constant, repeated for ever.")
      .def(py::init<std::string, std::vector<Period>>(), "name"_a, "periods"_a)
      .def_property_readonly("name", &BandwidthTrace::name)
      .def_property_readonly("periods", [](const BandwidthTrace& t) { return t.periods(); })
      .def_property_readonly("length", &BandwidthTrace::length, "s")
      .def_property_readonly("mean_rate", &BandwidthTrace::mean_rate, "bps")
      .def(
          "rate_at", [](const BandwidthTrace& trace, Duration since_start) { return trace.rate_at(since_start); }, "since_start"_a, "bps")
      .def(
          "next_change", [](const BandwidthTrace& trace, Duration since_start) { return trace.next_change(since_start); }, "since_start"_a,
          "When another period begins (s).");
  static constexpr const char* units_doc =
      "`rate` (mbps, kbps, bps or bytes_per_second) and `time` (seconds or milliseconds) are the units where the file leaves them "
      "open; if absent the numbers tell. `interval` (s): time that a line stands for in files of rates alone.";
  const auto doc = [](std::string_view what) { return fmt::format("{} {}", what, units_doc); };
  module.def(
      "read_trace",
      [](const std::filesystem::path& file, const Name& rate, const Name& time, std::optional<Duration> interval) {
        return read_trace(file, units_of(rate, time, interval));
      },
      "file"_a, py::kw_only(), "rate"_a = py::none(), "time"_a = py::none(), "interval"_a = py::none(),
      doc("Any supported format, told apart by content.").c_str());
  module.def(
      "parse_trace",
      [](const std::string& name, const std::string& text, const Name& rate, const Name& time, std::optional<Duration> interval) {
        return parse_trace(name, text, units_of(rate, time, interval));
      },
      "name"_a, "text"_a, py::kw_only(), "rate"_a = py::none(), "time"_a = py::none(), "interval"_a = py::none(),
      doc("The same from text already read.").c_str());
  module.def(
      "read_trace_folder",
      [](const std::filesystem::path& folder, const Name& rate, const Name& time, std::optional<Duration> interval) {
        TraceFolder found = read_trace_folder(folder, units_of(rate, time, interval));
        for (const std::string& remark : found.remarks) warn(folder, remark);
        return std::move(found.traces);
      },
      "folder"_a, py::kw_only(), "rate"_a = py::none(), "time"_a = py::none(), "interval"_a = py::none(),
      doc("All traces in a folder and below it. Files that cannot be used are left out with a warning; TraceError if they are most.")
          .c_str());
  module.def(
      "read_movie",
      [](const std::filesystem::path& file, Duration chunk) {
        MovieFile found = read_movie_file(file, chunk);
        for (const std::string& remark : found.remarks) warn(file, remark);
        return std::move(found.movie);
      },
      "file"_a, "chunk"_a = Duration{4},
      "A movie with true chunk sizes, or of a manifest without such, whose chunks are then as large as their rate says; `chunk` (s) is "
      "how long they are where the file does not say. What was guessed or left out is a warning each.");
}

}  // namespace streamtwin::python
