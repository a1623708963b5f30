#include "sim-core/queueing/waiting.hpp"

#include <algorithm>
#include <limits>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"
#include "sim-core/queueing/queueing.hpp"

namespace streamtwin::queueing {
namespace {

constexpr Duration forever{std::numeric_limits<double>::infinity()};

Duration mean_wait(const Servers& servers) { return mmc(servers.arrivals, servers.mean_service, servers.count).wait; }

}  // namespace

void Servers::check() const { streamtwin::check(count >= 1 && mean_service > Duration{0}, "a station has a server, which takes time"); }

double Servers::spare_rate() const { return count / in_seconds(mean_service) - arrivals.value(); }

double Servers::wait_exceeds(Duration time) const {
  check();
  const double waits = erlang_c(count, arrivals * mean_service);
  return spare_rate() <= 0 ? 1 : waits * math::exp(-spare_rate() * in_seconds(time));
}

double Servers::response_exceeds(Duration time) const {
  check();
  const double mu = 1 / in_seconds(mean_service), spare = spare_rate(), t = in_seconds(time);
  if (spare <= 0) return 1;
  const double waits = erlang_c(count, arrivals * mean_service), served = math::exp(-mu * t);
  // Near each other the difference of both loses its digits; the limit errs by less.
  if (std::abs(spare - mu) * t < 1e-6) return served * (1 + waits * mu * t);
  return (1 - waits) * served + waits * (spare * served - mu * math::exp(-spare * t)) / (spare - mu);
}

Duration Servers::wait_quantile(double p) const {
  streamtwin::check(p > 0 && p < 1, "a quantile is of a probability between 0 and 1");
  if (spare_rate() <= 0) return forever;
  const double waits = erlang_c(count, arrivals * mean_service);
  return Duration{std::max(0.0, math::log(waits / (1 - p)) / spare_rate())};
}

Duration Servers::response_quantile(double p) const {
  streamtwin::check(p > 0 && p < 1, "a quantile is of a probability between 0 and 1");
  if (spare_rate() <= 0) return forever;
  Duration low{0}, high = mean_service;
  while (response_exceeds(high) > 1 - p) high = high * 2;
  for (int halving = 0; halving < 100; ++halving) {
    const Duration middle = (low + high) / 2;
    (response_exceeds(middle) > 1 - p ? low : high) = middle;
  }
  return high;
}

int least_servers(Rate arrivals, Duration mean_service, Duration time, double p) {
  check(p > 0, "a wait has some probability of being longer");
  int count = static_cast<int>(arrivals * mean_service) + 1;
  while (Servers{arrivals, mean_service, count}.wait_exceeds(time) > p) ++count;
  return count;
}

Duration allen_cunneen(const Servers& servers, double arrivals_squared_variation, double service_squared_variation) {
  return mean_wait(servers) * ((arrivals_squared_variation + service_squared_variation) / 2);
}

Duration kimura(const Servers& servers, double service_squared_variation) {
  const double c = servers.count, load = servers.arrivals * servers.mean_service / c;
  const Duration markovian = mean_wait(servers);
  if (load >= 1 || load <= 0) return markovian;
  const double cosmetatos = (1 - load) * (c - 1) * (math::sqrt(4 + 5 * c) - 2) / (16 * c * load);
  const Duration deterministic = markovian * ((1 + cosmetatos) / 2);
  const double variation = service_squared_variation;
  return Duration{(1 + variation) / (2 * variation / in_seconds(markovian) + (1 - variation) / in_seconds(deterministic))};
}

}  // namespace streamtwin::queueing
