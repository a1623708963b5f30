#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

void bind_random(py::module_& module) {
  py::class_<Random>(module, "Random",
                     "A stream of random numbers (Philox4x32-10), named by seed, entity and purpose: two streams of "
                     "different names share nothing, the same name gives the same numbers on every machine.")
      .def(py::init<std::uint64_t, std::string_view, std::string_view>(), "seed"_a, "entity"_a = "", "purpose"_a = "")
      .def("bits", &Random::bits, "64 uniform bits.")
      .def("uniform", py::overload_cast<>(&Random::uniform), "Uniform in [0, 1).")
      .def("below", &Random::below, "n"_a, "Uniform in 0..n-1.")
      .def("chance", &Random::chance, "probability"_a, "True with this probability.")
      .def("exponential", py::overload_cast<double>(&Random::exponential), "mean"_a, "Exponential with this mean.")
      .def("normal", py::overload_cast<double, double>(&Random::normal), "mean"_a = 0.0, "deviation"_a = 1.0, "Normal.")
      .def("lognormal", py::overload_cast<double, double>(&Random::lognormal), "median"_a, "sigma"_a,
           "exp of a normal; sigma is the deviation of the logarithm.");
}

}  // namespace streamtwin::python
