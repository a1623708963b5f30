#include "python/bindings/results.hpp"

#include <pybind11/numpy.h>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "scenarios/results/store.hpp"
#include "scenarios/results/tables.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

/// Fills a dict of tables, each a dict of columns.
auto table_of(py::dict& tables) {
  return [&tables](const char* name, TableColumns names) {
    py::dict table;
    std::vector<py::list> columns;
    for (const char* column : names) {
      columns.emplace_back();
      table[column] = columns.back();
    }
    tables[name] = table;
    return [columns](const auto&... values) mutable {
      std::size_t column = 0;
      (columns[column++].append(py::cast(values)), ...);
    };
  };
}

py::tuple series_arrays(const SeriesResult& series) {
  py::array_t<double> times(static_cast<py::ssize_t>(series.times.size()));
  for (std::size_t i = 0; i < series.times.size(); ++i) times.mutable_at(i) = in_seconds(series.times[i]);
  return py::make_tuple(series.unit, times, py::array_t<double>(static_cast<py::ssize_t>(series.values.size()), series.values.data()));
}

}  // namespace

py::dict result_to_python(const RunResult& result) {
  py::dict tables;
  write_findings(result, table_of(tables));
  write_course(result, table_of(tables));
  py::dict series;
  for (const SeriesResult& s : result.series) series[py::str(s.name)] = series_arrays(s);
  return py::dict("summary"_a = summary_json(result), "tables"_a = tables, "series"_a = series);
}

void bind_results(py::module_& module) {
  py::register_exception<ResultsError>(module, "ResultsError", PyExc_OSError);
  py::class_<RunResult>(module, "RunResult", "What a run handed back, as streamtwin.Run reads it.")
      .def("to_python", &result_to_python, "The summary as JSON, the tables as columns, the series as arrays.")
      .def(
          "write",
          [](const RunResult& result, const std::string& folder) {
            NewFolder target(folder);
            write_results(result, target.path());
            target.commit();
          },
          "folder"_a, "Writes a results folder, whole or not at all.");
  module.def(
      "read_results", [](const std::string& folder) { return read_results(folder); }, "folder"_a, "Reads a results folder back.");
}

}  // namespace streamtwin::python
