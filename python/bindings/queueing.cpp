#include <pybind11/complex.h>
#include <pybind11/eigen.h>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "sim-core/check.hpp"
#include "sim-core/queueing/queueing.hpp"
#include "sim-core/queueing/retry_server.hpp"
#include "sim-core/queueing/waiting.hpp"

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

RetryServer retry_server(Rate arrivals, Rate service, int queue, int orbit, Duration time_out, int retries, int threads) {
  const RetryServer server{arrivals, service, queue, orbit, time_out, retries, threads};
  server.check();
  return server;
}

MarkovChain::States full_or_empty(const RetryChain& chain, const std::string& what) {
  if (what != "full" && what != "empty") throw py::value_error("'" + what + "' is none of full, empty");
  return chain.queue_is(what == "full" ? chain.queue_most : 0);
}

/// Of a state of the grid; ProgrammingError where it is none.
int state_of(const RetryChain& chain, int queued, int in_orbit) {
  check(queued >= 0 && queued <= chain.queue_most && in_orbit >= 0 && in_orbit <= chain.orbit_most, "a state of the chain");
  return chain.state(queued, in_orbit);
}

void bind_retry_chain(py::module_& module) {
  py::class_<RetryServer>(module, "RetryServer", "A queue whose clients time out and try again.")
      .def(py::init(&retry_server), "arrivals"_a, "service"_a, "queue"_a, "orbit"_a, "time_out"_a, "retries"_a, "threads"_a = 1,
           "Rates per second; `service` is of one thread.")
      .def_readonly("queue", &RetryServer::queue)
      .def_readonly("orbit", &RetryServer::orbit)
      .def_property_readonly("drain_time", &RetryServer::drain_time, "What it takes to work a full queue off (s).");
  py::class_<RetryChain>(module, "RetryChain", "Its Markov chain: how many are queued, and how many will try again.")
      .def(
          "recovery", [](const RetryChain& self, int in_orbit) { return state_of(self, 0, in_orbit), self.recovery(in_orbit); },
          "in_orbit"_a, "Expected time from a full queue until it is empty (s); infinite beyond 1e12 s.")
      .def(
          "time_to",
          [](const RetryChain& self, const std::string& what, int queued, int in_orbit) {
            return self.chain.time_to(full_or_empty(self, what))[static_cast<std::size_t>(state_of(self, queued, in_orbit))];
          },
          "what"_a, "queued"_a, "in_orbit"_a, "Expected time until the queue is `full` or `empty` (s).")
      .def(
          "reached",
          [](const RetryChain& self, const std::string& what, int queued, int in_orbit, Duration time) {
            return self.chain.reached(state_of(self, queued, in_orbit), full_or_empty(self, what), time);
          },
          "what"_a, "queued"_a, "in_orbit"_a, "time"_a, "Probability that the queue is `full` or `empty` by then.")
      .def(
          "escape",
          [](const RetryChain& self, const std::string& what, int queued, int in_orbit) {
            return self.chain.escape(state_of(self, queued, in_orbit), full_or_empty(self, what));
          },
          "what"_a, "queued"_a, "in_orbit"_a, "Probability that the queue is `full` or `empty` before the chain is back in the state.")
      .def(
          "stationary",
          [](const RetryChain& self) -> Eigen::MatrixXd {
            return Eigen::Map<const Eigen::MatrixXd>(self.chain.stationary().eval().data(), self.queue_most + 1, self.orbit_most + 1);
          },
          "Shares of time in the long run, by how many are queued (rows) and in orbit (columns).")
      .def(
          "slowest", [](const RetryChain& self, int count) { return self.chain.slowest(count); }, "count"_a = 2,
          "Eigenvalues nearest to zero, without zero (/s).")
      .def(
          "generator", [](const RetryChain& self) -> Eigen::MatrixXd { return self.chain.generator(); },
          "Rates between states, numbered along the queue first.")
      .def_readonly("queue_most", &RetryChain::queue_most)
      .def_readonly("orbit_most", &RetryChain::orbit_most)
      .def_property_readonly(
          "stability", [](const RetryChain& self) { return std::string(name_of(stability(self))); },
          "`recovers`, within ten times what it takes to work a full queue off; `bistable`; or `only down`.");
  module.def("retry_chain", &retry_chain, "server"_a, "The chain that conserves its flows.");
  module.def(
      "published_retry_chain",
      [](const RetryServer& server, double orbit_share, bool retry_when_full) {
        return published_retry_chain(server, {orbit_share, retry_when_full});
      },
      "server"_a, "orbit_share"_a = PublishedOptions{}.orbit_share, "retry_when_full"_a = PublishedOptions{}.retry_when_full,
      "The chain that mpi-sws-rse/metafor builds.");
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
  module.def(
      "wait_exceeds",
      [](Rate arrivals, Duration service, int servers, Duration time) {
        return Servers{arrivals, service, servers}.wait_exceeds(time);
      },
      "arrivals_per_second"_a, "service"_a, "servers"_a, "time"_a, "Probability of a longer wait in M/M/c.");
  module.def(
      "response_quantile",
      [](Rate arrivals, Duration service, int servers, double p) {
        return Servers{arrivals, service, servers}.response_quantile(p);
      },
      "arrivals_per_second"_a, "service"_a, "servers"_a, "p"_a, "Quantile of the time in an M/M/c station (s).");
  module.def("least_servers", &least_servers, "arrivals_per_second"_a, "service"_a, "time"_a, "p"_a,
             "The fewest servers with which a wait is longer than `time` with a probability of no more than `p`.");
  module.def(
      "allen_cunneen",
      [](Rate arrivals, Duration service, int servers, double arrivals_variation, double service_variation) {
        return allen_cunneen({arrivals, service, servers}, arrivals_variation, service_variation);
      },
      "arrivals_per_second"_a, "service"_a, "servers"_a, "arrivals_squared_variation"_a, "service_squared_variation"_a,
      "Mean wait in G/G/c by Allen and Cunneen (s).");
  module.def(
      "kimura",
      [](Rate arrivals, Duration service, int servers, double variation) {
        return kimura({arrivals, service, servers}, variation);
      },
      "arrivals_per_second"_a, "service"_a, "servers"_a, "service_squared_variation"_a, "Mean wait in M/G/c by Kimura (s).");
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
  bind_retry_chain(module);
}

}  // namespace streamtwin::python
