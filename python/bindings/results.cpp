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

/// Takes the values of a row, each into the list of its column.
struct Lists {
  std::vector<py::list>& columns;
  std::size_t column = 0;
  void operator()(const auto& value, const Column&) { columns[column++].append(py::cast(value)); }
};

/// A list for each column, under its name.
struct NamedLists {
  py::dict& table;
  std::vector<py::list>& columns;
  void operator()(const auto&, const Column& column) {
    columns.emplace_back();
    table[py::str(std::string(column.name))] = columns.back();
  }
};

template <class Row>
py::dict table_of(const RunResult& result) {
  py::dict table;
  std::vector<py::list> columns;
  const Row empty{};
  NamedLists named{table, columns};
  Table<Row>::describe(empty, named);
  Table<Row>::each(result, [&](const Row& row) {
    Lists lists{columns};
    Table<Row>::describe(row, lists);
  });
  return table;
}

py::tuple series_arrays(const SeriesResult& series) {
  py::array_t<double> times(static_cast<py::ssize_t>(series.times.size()));
  for (std::size_t i = 0; i < series.times.size(); ++i) times.mutable_at(i) = in_seconds(series.times[i]);
  return py::make_tuple(series.unit, times, py::array_t<double>(static_cast<py::ssize_t>(series.values.size()), series.values.data()));
}

}  // namespace

py::dict result_to_python(const RunResult& result) {
  py::dict tables;
  for_each_table([&]<class Row>() {
    if constexpr (!std::is_same_v<Row, SeriesRow>) tables[py::str(std::string(Table<Row>::name))] = table_of<Row>(result);
  });
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
