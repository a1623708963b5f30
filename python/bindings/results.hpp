// A RunResult for Python: the summary as JSON text, tables as dicts of columns, series as numpy arrays.
#pragma once

#include <pybind11/pybind11.h>

#include "scenarios/results/result.hpp"

namespace streamtwin::python {

/// {"summary": text, "tables": {name: {column: list}}, "series": {name: (unit, times, values)}}
pybind11::dict result_to_python(const RunResult& result);

}  // namespace streamtwin::python
