// The parts of the compiled module, each bound in a file of its own.
#pragma once

#include <pybind11/pybind11.h>

namespace streamtwin::python {

void bind_random(pybind11::module_& module);
void bind_abr(pybind11::module_& algorithms);
void bind_traces(pybind11::module_& algorithms);
void bind_hystrix(pybind11::module_& algorithms);
void bind_eureka(pybind11::module_& algorithms);
void bind_ribbon(pybind11::module_& algorithms);
void bind_limits(pybind11::module_& algorithms);
void bind_evcache(pybind11::module_& algorithms);
void bind_eviction(pybind11::module_& algorithms);
void bind_elb(pybind11::module_& algorithms);
void bind_zuul(pybind11::module_& algorithms);
void bind_services(pybind11::module_& algorithms);
void bind_flows(pybind11::module_& algorithms);
void bind_clients(pybind11::module_& algorithms);
void bind_openconnect(pybind11::module_& algorithms);
void bind_queueing(pybind11::module_& algorithms);
void bind_forecast(pybind11::module_& algorithms);
void bind_fenzo(pybind11::module_& algorithms);
/// Into that of Fenzo.
void bind_fenzo_autoscaler(pybind11::module_& fenzo);
void bind_titus_agents(pybind11::module_& algorithms);
void bind_titus_containers(pybind11::module_& algorithms);
void bind_titus_jobs(pybind11::module_& algorithms);
void bind_kayenta(pybind11::module_& algorithms);
void bind_stations(pybind11::module_& module);
void bind_results(pybind11::module_& module);
void bind_scenario(pybind11::module_& module);
void bind_policies(pybind11::module_& module);
void bind_twin(pybind11::module_& module);

}  // namespace streamtwin::python
