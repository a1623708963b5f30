// How replicas get what their primary has committed, and what becomes of one that does not hear of it, or has lost what it had.
#include <utility>

#include "models/stores/mysql/server.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::mysql {

/// All that is committed at one instant goes together.
void Server::ship_soon(rpc::Instance& self) {
  Seat& seat = seat_of(self);
  if (std::exchange(seat.ships, true)) return;
  self.scope.spawn_service("a binary log", ship(self));
}

Task<> Server::ship(rpc::Instance& self) {
  Seat& seat = seat_of(self);
  LiveCluster& cluster = clusters()[seat.cluster];
  seat.ships = false;
  for (Seat* replica : cluster.seats) {
    if (replica != &seat && replica->connected)
      self.scope.spawn_service("events for a replica", deliver(self, *replica, cluster.data.end()));
  }
  co_return;
}

Task<> Server::deliver(rpc::Instance& source, Seat& replica, Position up_to) {
  Seat& primary = seat_of(source);
  LiveCluster& cluster = clusters()[primary.cluster];
  const std::uint32_t process = replica.process;
  const Duration there = network_.roads.one_way(source.zone, replica.zone);
  if (there == rpc::never_arrives) co_return;
  co_await delay(there);
  if (process != replica.process || !serves(replica) || !replica.connected || &cluster.primary() != &primary) co_return;
  cluster.data.receive(replica.place, up_to, now());
  replica.heard = now();
  const Duration back = network_.roads.one_way(replica.zone, source.zone);
  if (back == rpc::never_arrives) co_return;
  co_await delay(back);
  primary.semi_sync->received(replica.place, up_to);
  primary.received.notify_all();
}

Task<> Server::follow(LiveCluster& cluster) {
  co_await delay(cluster.random.uniform() * spec_.reconnect_interval);
  for (;;) {
    for (Seat* seat : cluster.seats) {
      if (!serves(*seat)) {
        seat->connected = false;
      } else if (seat->restored_at) {
        fill(cluster, *seat);
      } else if (seat != &cluster.primary()) {
        look_at_source(cluster, *seat);
      }
    }
    co_await delay(spec_.reconnect_interval);
  }
}

// A machine that is there resets the connections of a process that is not; of one that is silent the time-out tells.
void Server::look_at_source(LiveCluster& cluster, Seat& replica) {
  Seat& primary = cluster.primary();
  const bool reached = network_.roads.connects(replica.zone, primary.zone);
  if (!serves(primary) || !primary.writable || !reached) {
    const bool reset = reached && primary.machine->is_on() && !serves(primary);
    if (reset || now() - replica.heard >= spec_.net_timeout) replica.connected = false;
    return;
  }
  replica.heard = now();
  if (replica.connected) return;
  replica.take_writes(false);
  if (cluster.data.diverged(replica.place)) {
    replica.restored_at = now() + spec_.restore_time;
    return;
  }
  replica.connected = true;
  rpc::Instance& source = *instance(primary);
  source.scope.spawn_service("events for a replica", deliver(source, replica, cluster.data.end()));
}

void Server::fill(LiveCluster& cluster, Seat& seat) {
  if (now() < *seat.restored_at) return;
  if (&cluster.primary() == &seat) {
    measures_.lost_transactions.add(cluster.data.fill_primary().acknowledged);
    seat.semi_sync.emplace(spec_.semi_sync, cluster.seats.size());
    seat.take_writes(true);
  } else if (serves(cluster.primary()) && network_.roads.connects(seat.zone, cluster.primary().zone)) {
    cluster.data.fill(seat.place);
  } else {
    return;
  }
  seat.restored_at.reset();
}

}  // namespace streamtwin::mysql
