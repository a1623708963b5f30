// How long waits and answers of one station are, not only on average, and how many servers that takes: what a capacity plan begins
// from. M/M/c: Kleinrock, "Queueing Systems" I (1975). M/G/c: the approximations of Allen and Cunneen (Allen, "Probability, Statistics
// and Queueing Theory", 1990) and of Kimura (1986) with Cosmetatos' (1975) wait of M/D/c.
#pragma once

#include "sim-core/units.hpp"

namespace streamtwin::queueing {

/// A station of M/M/c, first come, first served.
struct Servers {
  Rate arrivals;
  Duration mean_service{};
  int count = 1;

  /// The probability of a longer wait; 1 when the servers cannot keep up.
  double wait_exceeds(Duration time) const;
  /// The probability of a longer time in the station.
  double response_exceeds(Duration time) const;
  /// The time that the wait, or the time in the station, exceeds with probability 1 - p; infinite when they cannot keep up.
  Duration wait_quantile(double p) const;
  Duration response_quantile(double p) const;

 private:
  void check() const;
  /// c mu - lambda.
  double spare_rate() const;
};

/// The fewest servers with which a wait is longer than `time` with a probability of no more than `p`.
int least_servers(Rate arrivals, Duration mean_service, Duration time, double p);

/// The mean wait with service times, and for the former times between arrivals, of these variances over their squared means.
Duration allen_cunneen(const Servers& servers, double arrivals_squared_variation, double service_squared_variation);
Duration kimura(const Servers& servers, double service_squared_variation);

}  // namespace streamtwin::queueing
