// st.algorithms.titus: what Titus' parts share, each bound in a file of its own.
#pragma once

#include <pybind11/pybind11.h>

namespace streamtwin::python {

/// The module, made by whoever asks for it first.
inline pybind11::module_ titus_module(pybind11::module_& algorithms) {
  return algorithms.def_submodule("titus", "Titus, Netflix's container platform: agents, jobs, the network and images of containers.");
}

}  // namespace streamtwin::python
