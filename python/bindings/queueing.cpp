#include <pybind11/eigen.h>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "sim-core/queueing/queueing.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;
using namespace queueing;

namespace {

JacksonSolution solve(Rate arrivals, const std::vector<Duration>& service, const std::vector<int>& servers,
                      const Eigen::MatrixXd& routing) {
  const auto size = static_cast<Eigen::Index>(service.size());
  if (service.empty() || servers.size() != service.size() || routing.rows() != size || routing.cols() != size)
    throw py::value_error("service, servers and routing need one entry per station");
  std::vector<JacksonStation> stations;
  for (std::size_t i = 0; i < service.size(); ++i) stations.push_back({i == 0 ? arrivals : Rate{0}, service[i], servers[i]});
  return jackson(stations, routing);
}

}  // namespace

void bind_queueing(py::module_& algorithms) {
  auto module = algorithms.def_submodule("queueing", "Queues in closed form: what theory says of their steady state.");
  py::class_<Station>(module, "Station", "The steady state of one station; infinite when it cannot keep up.")
      .def_readonly("utilisation", &Station::utilisation, "Per server.")
      .def_readonly("waiting", &Station::waiting, "Mean number in the queue.")
      .def_readonly("present", &Station::present, "Mean number in the queue and in service.")
      .def_readonly("wait", &Station::wait, "Mean time in the queue (s).")
      .def_readonly("sojourn", &Station::sojourn, "Mean time in the station (s).");
  module.def("erlang_b", &erlang_b, "servers"_a, "offered"_a, "Probability that an arrival is lost.");
  module.def("erlang_c", &erlang_c, "servers"_a, "offered"_a, "Probability that an arrival has to wait.");
  module.def("mm1", &mm1, "arrivals_per_second"_a, "service"_a);
  module.def("mmc", &mmc, "arrivals_per_second"_a, "service"_a, "servers"_a);
  module.def("mg1", &mg1, "arrivals_per_second"_a, "service"_a, "squared_variation"_a, "Pollaczek and Khinchine.");
  module.def("mg1_ps", &mg1_processor_sharing, "arrivals_per_second"_a, "service"_a, "Processor sharing.");
  py::class_<JacksonSolution>(module, "JacksonSolution", "The steady state of an open network.")
      .def_readonly("arrivals", &JacksonSolution::arrivals, "Per station (/s).")
      .def_readonly("stations", &JacksonSolution::stations)
      .def_readonly("present", &JacksonSolution::present, "Mean number in the network.")
      .def_readonly("sojourn", &JacksonSolution::sojourn, "Mean time from entering to leaving (s).")
      .def_readonly("bottleneck", &JacksonSolution::bottleneck, "The station with the highest utilisation.")
      .def_readonly("head_room", &JacksonSolution::head_room, "The factor by which arrivals can grow until it is saturated.");
  module.def("jackson", &solve, "arrivals_per_second"_a, "service"_a, "servers"_a, "routing"_a,
             "An open network that customers enter at its first station; routing[i, j] is the probability of going from "
             "i to j, the rest leaves.");
}

}  // namespace streamtwin::python
