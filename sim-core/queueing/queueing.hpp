// Queues in closed form: what theory says of a station or a network of them in its steady state. Every simulated
// station can be checked against these, and they bound how far a load can be scaled. Formulas: Kleinrock, "Queueing
// Systems" I (1975) for M/M/c and Pollaczek-Khinchine; Jackson, "Jobshop-like Queueing Systems" (1963).
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "sim-core/units.hpp"

namespace streamtwin::queueing {

/// The steady state of one station. Times and numbers are infinite when the load is one or more per server.
struct Station {
  double utilisation = 0;  ///< per server
  double waiting = 0;      ///< mean number in the queue
  double present = 0;      ///< mean number in the queue and in service
  Duration wait{};         ///< mean time in the queue
  Duration sojourn{};      ///< mean time in the station
};

/// The probability that an arrival finds all servers busy and is lost; `offered` is arrival rate times service time.
double erlang_b(int servers, double offered);
/// The probability that an arrival has to wait; 1 when the servers cannot keep up.
double erlang_c(int servers, double offered);

Station mm1(Rate arrivals, Duration mean_service);
Station mmc(Rate arrivals, Duration mean_service, int servers);
/// Pollaczek and Khinchine; `squared_variation` is the variance of the service time over its mean squared.
Station mg1(Rate arrivals, Duration mean_service, double squared_variation);
/// Processor sharing: insensitive to the distribution of the service time.
Station mg1_processor_sharing(Rate arrivals, Duration mean_service);

/// A station of an open network.
struct JacksonStation {
  Rate outside_arrivals;
  Duration mean_service;
  int servers = 1;
};

struct JacksonSolution {
  std::vector<Rate> arrivals;  ///< per station, from outside and from other stations
  std::vector<Station> stations;
  double present = 0;          ///< mean number in the network
  Duration sojourn{};          ///< mean time from entering the network to leaving it
  std::size_t bottleneck = 0;  ///< the station with the highest utilisation
  double head_room = 0;        ///< the factor by which all arrivals can grow before the bottleneck is saturated
};

/// Solves the traffic equations lambda = gamma + P^T lambda. `routing(i, j)` is the probability of going from i to j;
/// a row's missing part leaves. ProgrammingError when work can never leave. For visit counts instead of
/// probabilities (a call graph), rows may add up to more than one as long as the equations have a solution.
JacksonSolution jackson(const std::vector<JacksonStation>& stations, const Eigen::MatrixXd& routing);

}  // namespace streamtwin::queueing
