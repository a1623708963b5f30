#include "python/bindings/policies.hpp"

#include <utility>

#include "python/bindings/module.hpp"

namespace streamtwin::python {

namespace py = pybind11;

GivenPolicies::GivenPolicies(const py::object& policies) {
  if (policies.is_none()) return;
  for (const auto& [key, value] : policies.cast<py::dict>()) {
    const auto kind = key.cast<std::string>();
    const bool named = kind != "abr" && kind != "steering";
    const auto given = std::make_shared<GivenPolicy>(kind, py::reinterpret_borrow<py::object>(value), named);
    all_.push_back(given);
    if (kind == "abr") plugs_.abr = plug_abr(given);
    if (kind == "steering") plugs_.steering = plug_steering(given);
    if (kind == "balancer") plugs_.balancer = plug_balancer(given);
    if (kind == "limiter") plugs_.limiter = plug_limiter(given);
    if (kind == "shedding") plugs_.shedding = plug_shedding(given);
    if (kind == "autoscaler") plugs_.autoscaler = plug_autoscaler(given);
    if (kind == "fitness") plugs_.fitness = plug_fitness(given);
  }
}

void GivenPolicies::rethrow_failure() const {
  for (const auto& given : all_) {
    if (const std::exception_ptr failure = std::exchange(given->failure, nullptr)) std::rethrow_exception(failure);
  }
}

std::string traceback_of(const py::error_already_set& error) {
  const py::object value = error.value(), trace = error.trace();
  const py::object lines =
      py::module_::import("traceback").attr("format_exception")(error.type(), value ? value : py::none(), trace ? trace : py::none());
  return py::str(py::str("").attr("join")(lines)).cast<std::string>();
}

void bind_policies(py::module_& module) {
  bind_client_situations(module);
  bind_mesh_situations(module);
  bind_capacity_situations(module);
}

}  // namespace streamtwin::python
