#include "models/stores/cassandra/message_delays.hpp"

#include "sim-core/math.hpp"

namespace streamtwin::cassandra {
namespace {

/// By chance Pareto, else exponential.
struct Fit {
  double pareto_share;
  double least;  ///< ms
  double alpha;
  double rate;  ///< per ms

  Duration draw(Random& random) const {
    const double milliseconds =
        random.chance(pareto_share) ? least * math::pow(1 - random.uniform(), -1 / alpha) : random.exponential(1 / rate);
    return seconds(milliseconds * 1e-3);
  }
};

constexpr Fit ssd{.9122, .235, 10, 1.66}, disk_write{.38, 1.05, 1.51, .183};
constexpr Fit ymmr_write{.939, 3, 3.35, .0028}, ymmr_rest{.982, 1.5, 3.8, .0217};

const Fit& fit_of(MessageDelays fit, Leg leg) {
  if (fit == MessageDelays::ymmr) return leg == Leg::write ? ymmr_write : ymmr_rest;
  return fit == MessageDelays::disk && leg == Leg::write ? disk_write : ssd;
}

}  // namespace

Duration draw_delay(MessageDelays fit, Leg leg, Random& random) {
  return fit == MessageDelays::none ? Duration{0} : fit_of(fit, leg).draw(random);
}

}  // namespace streamtwin::cassandra
