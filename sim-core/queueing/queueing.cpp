#include "sim-core/queueing/queueing.hpp"

#include <limits>

#include "sim-core/check.hpp"

namespace streamtwin::queueing {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// The rest of a station from its utilisation and its mean wait (Little's law).
Station station(Rate arrivals, Duration mean_service, int servers, double mean_wait) {
  const double offered = arrivals * mean_service;
  Station result;
  result.utilisation = offered / servers;
  if (result.utilisation >= 1) mean_wait = infinite;
  result.wait = seconds(mean_wait);
  result.sojourn = result.wait + mean_service;
  result.waiting = arrivals.value() == 0 ? 0 : arrivals.value() * mean_wait;
  result.present = result.waiting + offered;
  return result;
}

}  // namespace

double erlang_b(int servers, double offered) {
  check(servers >= 0 && offered >= 0, "Erlang's formulas take servers and an offered load");
  double blocked = 1;
  for (int n = 1; n <= servers; ++n) blocked = offered * blocked / (n + offered * blocked);
  return blocked;
}

double erlang_c(int servers, double offered) {
  if (offered >= servers) return 1;
  const double blocked = erlang_b(servers, offered);
  return servers * blocked / (servers - offered * (1 - blocked));
}

Station mmc(Rate arrivals, Duration mean_service, int servers) {
  check(servers >= 1, "a station has a server");
  const double offered = arrivals * mean_service;
  const double wait = erlang_c(servers, offered) * in_seconds(mean_service) / (servers - offered);
  return station(arrivals, mean_service, servers, wait);
}

Station mm1(Rate arrivals, Duration mean_service) { return mmc(arrivals, mean_service, 1); }

Station mg1(Rate arrivals, Duration mean_service, double squared_variation) {
  const double load = arrivals * mean_service;
  return station(arrivals, mean_service, 1, load * (1 + squared_variation) / (2 * (1 - load)) * in_seconds(mean_service));
}

Station mg1_processor_sharing(Rate arrivals, Duration mean_service) { return mm1(arrivals, mean_service); }

JacksonSolution jackson(const std::vector<JacksonStation>& stations, const Eigen::MatrixXd& routing) {
  const auto n = static_cast<Eigen::Index>(stations.size());
  check(n > 0 && routing.rows() == n && routing.cols() == n, "the routing is a square matrix of the stations");
  check((routing.array() >= 0).all(), "the routing has no negative entries");
  Eigen::VectorXd outside(n);
  for (Eigen::Index i = 0; i < n; ++i) outside(i) = stations[static_cast<std::size_t>(i)].outside_arrivals.value();
  const Eigen::FullPivLU<Eigen::MatrixXd> equations(Eigen::MatrixXd::Identity(n, n) - routing.transpose());
  check(equations.isInvertible(), "work leaves the network");
  const Eigen::VectorXd arrivals = equations.solve(outside);
  check((arrivals.array() >= -1e-9 * (1 + outside.sum())).all(), "work leaves the network");

  JacksonSolution solution;
  for (Eigen::Index i = 0; i < n; ++i) {
    const JacksonStation& given = stations[static_cast<std::size_t>(i)];
    const Rate rate{std::max(0.0, arrivals(i))};
    solution.arrivals.push_back(rate);
    solution.stations.push_back(mmc(rate, given.mean_service, given.servers));
    solution.present += solution.stations.back().present;
    if (solution.stations.back().utilisation > solution.stations[solution.bottleneck].utilisation) {
      solution.bottleneck = static_cast<std::size_t>(i);
    }
  }
  if (outside.sum() > 0) solution.sojourn = seconds(solution.present / outside.sum());
  solution.head_room = 1 / solution.stations[solution.bottleneck].utilisation;
  return solution;
}

}  // namespace streamtwin::queueing
