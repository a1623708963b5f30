// streamtwin._core: the compiled half of the Python package.
#include "python/bindings/module.hpp"

PYBIND11_MODULE(_core, module) {
  using namespace streamtwin::python;
  module.doc() = "The compiled half of streamtwin. Times are seconds, sizes bytes, rates bits per second.";
  auto algorithms = module.def_submodule("algorithms",
                                         "The decisions of the platform's real parts, without a simulation: values and the time go in, a "
                                         "decision comes out. Times are seconds since the start of the run.");
  bind_random(module);
  bind_abr(algorithms);
  bind_traces(algorithms);
  bind_hystrix(algorithms);
  bind_eureka(algorithms);
  bind_ribbon(algorithms);
  bind_limits(algorithms);
  bind_evcache(algorithms);
  bind_eviction(algorithms);
  bind_elb(algorithms);
  bind_zuul(algorithms);
  bind_services(algorithms);
  bind_flows(algorithms);
  bind_clients(algorithms);
  bind_openconnect(algorithms);
  bind_queueing(algorithms);
  bind_forecast(algorithms);
  bind_fenzo(algorithms);
  bind_titus_agents(algorithms);
  bind_titus_containers(algorithms);
  bind_titus_jobs(algorithms);
  bind_kayenta(algorithms);
  bind_stations(module);
  bind_results(module);
  bind_scenario(module);
  bind_policies(module);
  bind_twin(module);
}
