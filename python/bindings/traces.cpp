#include "models/clients/traces/bandwidth_trace.hpp"
#include "models/clients/traces/readers.hpp"
#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"

#include <pybind11/stl/filesystem.h>

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace traces;

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
      .def("rate_at", &BandwidthTrace::rate_at, "since_start"_a, "bps")
      .def("next_change", &BandwidthTrace::next_change, "since_start"_a, "When another period begins (s).");
  module.def(
      "read_trace", [](const std::filesystem::path& file) { return read_trace(file); }, "file"_a,
      "Any supported format, told apart by content.");
  module.def(
      "parse_trace", [](const std::string& name, const std::string& text) { return parse_trace(name, text); }, "name"_a, "text"_a);
  module.def(
      "read_trace_folder",
      [](const std::filesystem::path& folder) {
        TraceFolder found = read_trace_folder(folder);
        for (const std::string& remark : found.remarks) {
          if (PyErr_WarnEx(PyExc_UserWarning, (folder.string() + ": " + remark).c_str(), 1) != 0) throw py::error_already_set();
        }
        return std::move(found.traces);
      },
      "folder"_a,
      "All traces in a folder and below it. Files that cannot be used are left out with a warning; TraceError if they are most.");
  module.def("read_movie", &read_movie, "file"_a, "chunk"_a = Duration{4},
             "A movie with true chunk sizes; `chunk` (s) is how long they are where the file does not say.");
}

}  // namespace streamtwin::python
