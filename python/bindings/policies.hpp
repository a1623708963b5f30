// Policies written in Python, plugged into a run: slow, because each decision is a call into the interpreter, but
// whole: the run asks them wherever it would have asked the rule that the scenario names.
#pragma once

#include <pybind11/pybind11.h>

#include "scenarios/composition/twin/twin.hpp"

namespace streamtwin::python {

/// `abr`: None, or something that can be called with a Situation and gives a level, or a level and a wait.
Policies policies_of(const pybind11::object& abr);

}  // namespace streamtwin::python
