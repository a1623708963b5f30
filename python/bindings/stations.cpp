// Small queueing stations on the engine itself, so that a notebook can hold the simulator against theory: M/M/c,
// M/G/1 with processor sharing, an open network of FCFS stations, and a server whose clients try again.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <deque>

#include "python/bindings/module.hpp"
#include "python/bindings/quantities.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/process.hpp"
#include "sim-core/queueing/retry_server_run.hpp"
#include "sim-core/servers/fcfs_servers.hpp"
#include "sim-core/servers/processor_sharing.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::python {

namespace py = pybind11;
using namespace py::literals;

namespace {

/// Times in the system of the customers that came after the warm-up.
struct Stay {
  std::size_t skip;
  std::size_t seen = 0;
  std::size_t counted = 0;
  double total = 0;

  void add(std::size_t customer, Duration time) {
    ++seen;
    if (customer < skip) return;
    ++counted;
    total += in_seconds(time);
  }
  double mean() const { return counted ? total / static_cast<double>(counted) : 0; }
};

template <class Server>
Task<> customer(Server& server, Duration work, std::size_t number, Stay& stay) {
  const Instant arrived = now();
  co_await server.serve(work);
  stay.add(number, now() - arrived);
}

template <class Server, class Draw>
Task<> arrivals(Server& server, Rate rate, std::size_t customers, Draw draw_work, Stay& stay) {
  Random gaps = Simulation::current().stream("station", "gaps");
  for (std::size_t n = 0; n < customers; ++n) {
    co_await delay(gaps.exponential(Duration{1 / rate.value()}));
    spawn("customer", customer(server, draw_work(), n, stay));
  }
}

Duration mmc(Rate arrivals_per_second, Duration service, std::size_t servers, std::size_t customers, std::uint64_t seed) {
  Simulation simulation{Seed{seed}};
  FcfsServers station(servers);
  Random work = simulation.stream("station", "work");
  Stay stay{customers / 10};
  spawn("arrivals", arrivals(
                        station, arrivals_per_second, customers, [&] { return work.exponential(service); }, stay));
  simulation.run();
  return Duration{stay.mean()};
}

Duration mg1_ps(Rate arrivals_per_second, Duration service, double short_share, std::size_t customers, std::uint64_t seed) {
  Simulation simulation{Seed{seed}};
  ProcessorSharing station(1);
  Random work = simulation.stream("station", "work");
  Stay stay{customers / 10};
  // Two kinds of job with the given mean: many short ones, few that are as long as needed.
  const Duration brief = service * 0.2;
  const Duration lengthy = (service - brief * short_share) / (1 - short_share);
  const auto draw = [&] { return work.chance(short_share) ? brief : lengthy; };
  spawn("arrivals", arrivals(station, arrivals_per_second, customers, draw, stay));
  simulation.run();
  return Duration{stay.mean()};
}

struct Network {
  std::deque<FcfsServers> stations;
  std::vector<Duration> service;
  std::vector<std::vector<double>> routing;
  Random work, route;
};

Task<> traveller(Network& network, std::size_t station, std::size_t number, Stay& stay) {
  const Instant arrived = now();
  while (station < network.stations.size()) {
    co_await network.stations[station].serve(network.work.exponential(network.service[station]));
    double draw = network.route.uniform();
    std::size_t next = 0;
    while (next < network.stations.size() && draw >= network.routing[station][next]) draw -= network.routing[station][next++];
    station = next;
  }
  stay.add(number, now() - arrived);
}

Task<> travellers(Network& network, Rate rate, std::size_t customers, Stay& stay) {
  Random gaps = Simulation::current().stream("network", "gaps");
  for (std::size_t n = 0; n < customers; ++n) {
    co_await delay(gaps.exponential(Duration{1 / rate.value()}));
    spawn("traveller", traveller(network, 0, n, stay));
  }
}

Duration jackson(Rate rate, const std::vector<Duration>& service, const std::vector<std::size_t>& servers,
                 const std::vector<std::vector<double>>& routing, std::size_t customers, std::uint64_t seed) {
  if (service.empty() || service.size() != servers.size() || service.size() != routing.size())
    throw py::value_error("service, servers and routing need one entry per station");
  for (const auto& row : routing) {
    if (row.size() != service.size()) throw py::value_error("routing must be square");
  }
  Simulation simulation{Seed{seed}};
  Network network{{}, service, routing, simulation.stream("network", "work"), simulation.stream("network", "route")};
  for (const std::size_t count : servers) network.stations.emplace_back(count);
  Stay stay{customers / 10};
  spawn("arrivals", travellers(network, rate, customers, stay));
  simulation.run();
  return Duration{stay.mean()};
}

std::vector<Duration> recoveries(const queueing::RetryServer& server, int in_orbit, int times, std::uint64_t seed) {
  Simulation simulation{Seed{seed}};
  return queueing::simulated_recoveries(simulation, server, in_orbit, times);
}

}  // namespace

void bind_stations(py::module_& module) {
  auto stations = module.def_submodule("stations",
                                       "Queueing stations on the engine, to be held against theory. Each "
                                       "call is a run of its own; the first tenth of the customers is "
                                       "left out of the mean time in the system (s).");
  stations.def("mmc", &mmc, "arrivals_per_second"_a, "service"_a, "servers"_a = 1, "customers"_a = 100000, "seed"_a = 1,
               "Mean time in an M/M/c station, first come, first served.");
  stations.def("mg1_ps", &mg1_ps, "arrivals_per_second"_a, "service"_a, "short_share"_a = 0.9, "customers"_a = 100000, "seed"_a = 1,
               "Mean time in an M/G/1 processor-sharing station; `short_share` of the jobs take a fifth of the mean.");
  stations.def("jackson", &jackson, "arrivals_per_second"_a, "service"_a, "servers"_a, "routing"_a, "customers"_a = 100000, "seed"_a = 1,
               "Mean time in an open Jackson network that customers enter at its first station; routing[i][j] is the "
               "probability of going from i to j, the rest leaves.");
  stations.def("recoveries", &recoveries, "server"_a, "in_orbit"_a, "times"_a = 100, "seed"_a = 1,
               "How long a server whose clients try again takes from a full queue, with so many in orbit, until it is empty (s), "
               "that many times.");
}

}  // namespace streamtwin::python
