#include "sim-core/queueing/retry_server.hpp"

#include <algorithm>
#include <limits>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::queueing {
namespace {

/// The transitions of a chain on a grid; whatever is proportional to an empty orbit has rate zero and is dropped.
class Grid {
 public:
  Grid(const RetryServer& server, int queue_most, int orbit_most) : server_(server), queue_most_(queue_most), orbit_most_(orbit_most) {}

  void add(int queued, int in_orbit, int more_queued, int more_in_orbit, Rate rate) {
    if (rate.value() == 0) return;
    transitions_.push_back({place(queued, in_orbit), place(queued + more_queued, in_orbit + more_in_orbit), rate});
  }
  RetryChain chain() const { return {server_, queue_most_, orbit_most_, {(queue_most_ + 1) * (orbit_most_ + 1), transitions_}}; }

 private:
  int place(int queued, int in_orbit) const { return in_orbit * (queue_most_ + 1) + queued; }

  RetryServer server_;
  int queue_most_, orbit_most_;
  std::vector<MarkovChain::Transition> transitions_;
};

Rate per_client(const RetryServer& server, double share) { return Rate{share / in_seconds(server.time_out)}; }
double retrying_share(const RetryServer& server) { return static_cast<double>(server.retries) / (server.retries + 1); }
Rate served(const RetryServer& server, int queued) { return server.service * std::min(queued, server.threads); }

double chebyshev_time_out(const RetryServer& server, int queued) {
  if (queued == 0) return 0;
  const double rate = served(server, queued).value(), mean = queued / rate, deviation = math::sqrt(queued) / rate;
  const double spare = in_seconds(server.time_out) - mean;
  return spare > deviation ? (deviation / spare) * (deviation / spare) : 1;
}

}  // namespace

void RetryServer::check() const {
  streamtwin::check(arrivals.value() >= 0 && service.value() > 0, "a server has a rate of service, and of arrivals");
  streamtwin::check(queue >= 1 && orbit >= 1 && threads >= 1 && retries >= 0, "a server has a queue, an orbit and threads");
  streamtwin::check(in_seconds(time_out) > 0, "a time-out is above zero");
}

Duration RetryServer::drain_time() const {
  const double spare = capacity().value() - arrivals.value();
  return seconds(spare > 0 ? queue / spare : std::numeric_limits<double>::infinity());
}

MarkovChain::States RetryChain::queue_is(int queued) const {
  MarkovChain::States those = MarkovChain::States::Constant(chain.states(), false);
  for (int in_orbit = 0; in_orbit <= orbit_most; ++in_orbit) those(state(queued, in_orbit)) = true;
  return those;
}

RetryChain published_retry_chain(const RetryServer& server, PublishedOptions options) {
  server.check();
  check(server.queue >= 2, "the published chain has a state that is neither empty nor full, or next to it");
  const int full = server.queue - 1, orbit_most = server.orbit - 1;
  const Rate arrivals = server.arrivals, extra = options.orbit_share * arrivals;
  Grid grid(server, full, orbit_most);
  for (int o = 0; o <= orbit_most; ++o) {
    const Rate retry = o * per_client(server, retrying_share(server)), give_up = o * per_client(server, 1 - retrying_share(server));
    grid.add(0, o, 1, 0, arrivals);
    grid.add(0, o, 0, -1, give_up);
    grid.add(0, o, 1, -1, retry);
    for (int q = 1; q < full; ++q) {
      const double late = chebyshev_time_out(server, q);
      if (o < orbit_most) grid.add(q, o, 1, 1, extra * late);
      grid.add(q, o, 1, 0, arrivals + retry * late);
      grid.add(q, o, 1, -1, retry * (1 - late));
      grid.add(q, o, 0, -1, give_up);
      grid.add(q, o, -1, 0, served(server, q));
    }
    grid.add(full, o, -1, 0, served(server, server.queue));
    grid.add(full, o, 0, -1, options.retry_when_full ? give_up : give_up + retry);
    if (options.retry_when_full && o < orbit_most) grid.add(full, o, 0, 1, extra + options.orbit_share * retry);
  }
  return grid.chain();
}

double time_out_probability(const RetryServer& server, int queued) {
  // So many or fewer served within the time-out: a Poisson number, as all servers that can work do.
  const double mean = served(server, queued + 1) * server.time_out;
  double chance = math::exp(-mean), sum = chance;
  for (int n = 1; n <= queued; ++n) sum += chance *= mean / n;
  return std::min(sum, 1.0);
}

RetryChain retry_chain(const RetryServer& server) {
  server.check();
  Grid grid(server, server.queue, server.orbit);
  for (int o = 0; o <= server.orbit; ++o) {
    const Rate retry = o * per_client(server, retrying_share(server)), give_up = o * per_client(server, 1 - retrying_share(server));
    const bool room = o < server.orbit;
    for (int q = 0; q < server.queue; ++q) {
      const double late = time_out_probability(server, q);
      if (room) grid.add(q, o, 1, 1, server.arrivals * late);
      grid.add(q, o, 1, 0, room ? server.arrivals * (1 - late) : server.arrivals);
      grid.add(q, o, 1, 0, retry * late);
      grid.add(q, o, 1, -1, retry * (1 - late));
    }
    if (room) grid.add(server.queue, o, 0, 1, server.arrivals);
    for (int q = 0; q <= server.queue; ++q) {
      grid.add(q, o, 0, -1, give_up);
      if (q > 0) grid.add(q, o, -1, 0, served(server, q));
    }
  }
  return grid.chain();
}

std::string_view name_of(Stability verdict) {
  switch (verdict) {
    case Stability::recovers: return "recovers";
    case Stability::bistable: return "bistable";
    case Stability::only_down: break;
  }
  return "only down";
}

Stability stability(const RetryChain& chain) {
  if (chain.server.arrivals >= chain.server.capacity()) return Stability::only_down;
  if (chain.recovery(chain.orbit_most) < 10 * chain.server.drain_time()) return Stability::recovers;
  const auto slow = chain.chain.slowest(2);
  const bool both = slow.size() == 2 && std::abs(slow[1]) >= 10 * std::abs(slow[0]);
  return both ? Stability::bistable : Stability::only_down;
}

}  // namespace streamtwin::queueing
