// Who looks after the clusters (openark/orchestrator): it asks each server now and then, and once a second goes over what it knows.
#include <algorithm>

#include "models/stores/mysql/server.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::mysql {

// It has nodes in all zones, of which a majority goes on: where two halves are cut apart, the one of the first zone.
bool Server::reaches_most(ZoneIndex zone) const {
  const std::size_t zones = network_.geography.zones();
  std::size_t reached = network_.roads.connects(0, zone) ? 1 : 0;
  for (std::size_t from = 0; from < zones; ++from) reached += network_.roads.connects(static_cast<ZoneIndex>(from), zone) ? 2 : 0;
  return reached > zones;
}

Task<> Server::orchestrate(LiveCluster& cluster) {
  for (std::size_t i = 0; i < cluster.seats.size(); ++i) {
    cluster.next_poll.push_back(now() + cluster.random.uniform() * spec_.orchestrator.poll_interval);
  }
  co_await delay(cluster.random.uniform() * spec_.orchestrator.analysis_interval);
  bool blocked = false;
  for (;;) {
    poll(cluster);
    const std::size_t primary = cluster.data.primary();
    const bool dead = cluster.recovery.is_dead(primary);
    if (dead && cluster.recovery.may_recover(now())) {
      const std::optional<std::size_t> successor = cluster.recovery.successor(primary, nearest_to(cluster, cluster.primary().zone));
      if (successor) co_await recover(cluster, *successor);
    } else if (dead && !blocked) {
      ++measures_.failovers_blocked;
    }
    blocked = dead;
    publish(cluster);
    co_await delay(spec_.orchestrator.analysis_interval);
  }
}

void Server::poll(LiveCluster& cluster) {
  for (Seat* seat : cluster.seats) {
    Instant& next = cluster.next_poll[seat->place];
    if (now() < next) continue;
    next += spec_.orchestrator.poll_interval;
    cluster.recovery.polled(seat->place, {.reachable = serves(*seat) && reaches_most(seat->zone),
                                          .replicates = seat->connected,
                                          .restored = !seat->restored_at && !cluster.data.diverged(seat->place),
                                          .received = cluster.data.received(seat->place)});
  }
}

std::vector<std::size_t> Server::nearest_to(const LiveCluster& cluster, ZoneIndex zone) const {
  std::vector<std::size_t> order(cluster.seats.size());
  for (std::size_t place = 0; place < order.size(); ++place) order[place] = place;
  const auto distance = [&](std::size_t place) { return network_.geography.one_way(zone, cluster.seats[place]->zone); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
  return order;
}

// Before it takes writes a successor applies all that it has received.
Task<> Server::recover(LiveCluster& cluster, std::size_t successor) {
  const std::optional<Instant> died = cluster.primary().gone_since;
  if (died) measures_.detection.record(now() - *died);
  cluster.recovery.recovered(now());
  co_await delay(std::max(spec_.orchestrator.promotion, cluster.data.caught_up(successor) - now()));
  if (!serves(*cluster.seats[successor]) || cluster.data.diverged(successor)) co_return;
  promote(cluster, successor);
  const OrchestratorProperties& takes = spec_.orchestrator;
  co_await delay(cluster.random.uniform(takes.publication_least, takes.publication_most));
  if (died) measures_.outage.record(now() - *died);
}

void Server::promote(LiveCluster& cluster, std::size_t successor) {
  Seat& earlier = cluster.primary();
  if (serves(earlier) && reaches_most(earlier.zone)) earlier.take_writes(false);
  measures_.lost_transactions.add(cluster.data.promote(successor).acknowledged);
  ++measures_.failovers;
  for (Seat* seat : cluster.seats) seat->connected = false;
  Seat& next = cluster.primary();
  next.semi_sync.emplace(spec_.semi_sync, cluster.seats.size());
  next.take_writes(true);
}

/// Whoever the majority reaches knows where the primary is.
void Server::publish(LiveCluster& cluster) {
  for (std::size_t zone = 0; zone < cluster.known.size(); ++zone) {
    if (reaches_most(static_cast<ZoneIndex>(zone))) cluster.known[zone] = cluster.data.primary();
  }
}

}  // namespace streamtwin::mysql
