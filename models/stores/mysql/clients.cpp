// How clients come to the servers: by a pool of connections to the primary that they know of, and one to the nearest replica.
#include <algorithm>
#include <utility>

#include "models/stores/mysql/server.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::mysql {
namespace {

/// TCP's handshake, and that of the protocol, which authenticates.
constexpr double round_trips_to_connect = 2;
/// Until a pool tries again to open a connection: assumption.
constexpr Duration connect_again = 1s;

}  // namespace

/// A connection that a request has. It is closed unless it is given back, as by a client that ends in the middle.
class Server::Lease {
 public:
  Lease(Pool& pool, LiveCluster& cluster, Permit permit) : pool_(&pool), cluster_(&cluster), permit_(std::move(permit)) {}
  Lease(Lease&& other) noexcept
      : pool_(other.pool_),
        cluster_(other.cluster_),
        permit_(std::move(other.permit_)),
        connection_(std::exchange(other.connection_, {})) {}
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (connection_ && !engine::ending()) close(*connection_);
  }

  bool granted() const { return static_cast<bool>(permit_); }
  bool connected() const { return connection_.has_value(); }
  std::size_t server() const { return connection_->server; }
  /// One that is idle and still good.
  bool take_idle(std::size_t server, Duration lifetime) {
    while (!pool_->idle.empty()) {
      const Connection idle = pool_->idle.back();
      pool_->idle.pop_back();
      const bool stands = idle.process == cluster_->seats[idle.server]->process;
      if (stands && idle.server == server && now() - idle.since < lifetime) {
        connection_ = idle;
        return true;
      }
      close(idle);
    }
    return false;
  }
  void opened(std::size_t server) { connection_ = Connection{server, cluster_->seats[server]->process, now()}; }
  void give_back() {
    pool_->idle.push_back(*connection_);
    connection_.reset();
  }

 private:
  void close(const Connection& connection) {
    Seat& seat = *cluster_->seats[connection.server];
    if (seat.process == connection.process) --seat.connections;
  }

  Pool* pool_;
  LiveCluster* cluster_;
  Permit permit_;
  std::optional<Connection> connection_;
};

std::size_t Server::cluster_of(std::uint64_t key) { return mix(key) % clusters().size(); }

Pool& Server::pool_of(const rpc::Instance& client, std::size_t cluster, stores::Access access) {
  std::deque<Pool>& pools = pools_[client.id];
  while (pools.size() < 2 * clusters_.size()) pools.emplace_back(spec_.pool.size);
  return pools[2 * cluster + (access != stores::Access::read)];
}

/// Clients know of servers what orchestrator has found.
std::size_t Server::server_for(const rpc::Instance& client, LiveCluster& cluster, stores::Access access) {
  const std::size_t primary = cluster.known[client.zone];
  if (access != stores::Access::read || spec_.read_from == ReadFrom::primary) return primary;
  const places::Geography& geography = network_.geography;
  for (int step = 0; step < geography.zones_of(geography.region_of(client.zone)); ++step) {
    const ZoneIndex zone = network_.neighbour(client.zone, step);
    for (const Seat* seat : cluster.seats) {
      const Polled& found = cluster.recovery.last_poll(seat->place);
      if (seat->zone == zone && seat->place != primary && found.reachable && found.restored) return seat->place;
    }
  }
  return primary;
}

Task<rpc::Reply> Server::request(const rpc::Instance& client, rpc::Envelope request, stores::ItemRequest item) {
  const std::size_t number = cluster_of(item.key);
  LiveCluster& cluster = clusters()[number];
  Lease lease = co_await connect(client, cluster, item.access, pool_of(client, number, item.access));
  if (!lease.connected()) {
    ++measures_.unconnected;
    co_return rpc::Reply{.status = rpc::Status::unreachable};
  }
  request.body = item;
  Future<rpc::Reply> answering = network_.ask(client, instance(*cluster.seats[lease.server()]), request);
  const std::optional<rpc::Reply> answer = co_await answering.within(spec_.pool.socket_timeout);
  if (!answer) {
    ++measures_.unanswered;
    co_return rpc::Reply{.status = rpc::Status::timed_out};
  }
  lease.give_back();
  co_return *answer;
}

// Who waits meanwhile hears of the next primary, and is connected to that.
Task<Server::Lease> Server::connect(const rpc::Instance& client, LiveCluster& cluster, stores::Access access, Pool& pool) {
  const Instant deadline = now() + spec_.pool.acquire_timeout;
  Permit permit = pool.free.try_acquire();
  if (!permit) {
    std::optional<Permit> granted = co_await within(spec_.pool.acquire_timeout, pool.free.acquire());
    if (granted) permit = std::move(*granted);
  }
  Lease lease(pool, cluster, std::move(permit));
  while (lease.granted() && now() < deadline) {
    const std::size_t server = server_for(client, cluster, access);
    if (lease.take_idle(server, spec_.pool.lifetime)) break;
    const bool is_open = co_await open(client, *cluster.seats[server]);
    if (is_open) {
      lease.opened(server);
      break;
    }
    co_await delay(std::clamp(deadline - now(), Duration{0}, connect_again));  // to open one may have taken all the time that was left
  }
  co_return lease;
}

Task<bool> Server::open(const rpc::Instance& client, Seat& seat) {
  const Duration round_trip = network_.way(client.zone, seat.zone).round_trip();
  if (!serves(seat) || round_trip >= rpc::never_arrives) co_return false;
  co_await delay(round_trip * round_trips_to_connect);
  if (!serves(seat)) co_return false;
  if (seat.connections >= spec_.connections_max) {
    ++measures_.connections_refused;
    co_return false;
  }
  ++seat.connections;
  co_return true;
}

}  // namespace streamtwin::mysql
