// Zuul's connections to the servers of one origin (DefaultClientChannelManager, PerServerConnectionPool): idle ones are
// kept per server and event loop, oldest first, up to the waterline. The server's active-request count is raised before
// the limit on connections is checked and not lowered when that refuses: the leak that feeds zone avoidance.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/edge/zuul/properties.hpp"
#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::zuul {

using ConnectionId = std::uint32_t;
inline constexpr ConnectionId no_connection = UINT32_MAX;

enum class Acquired : std::uint8_t {
  reused,           ///< an idle connection of this event loop
  connect,          ///< a new one: `connected` or `connect_failed` follows
  max_connections,  ///< refused, ORIGIN_SERVER_MAX_CONNS
};

struct Acquisition {
  Acquired how;
  ConnectionId connection = no_connection;
};

enum class Released : std::uint8_t { pooled, closed };

/// Cost: O(event loops) per acquisition, O(1) otherwise; allocates only while it grows.
class ConnectionPool {
 public:
  /// `balancer` owns the servers' statistics and must outlive the pool.
  ConnectionPool(const ConnectionPoolProperties& properties, ribbon::LoadBalancer& balancer)
      : properties_(properties), balancer_(&balancer), loops_(static_cast<std::size_t>(properties.event_loops)) {}

  /// The pool is found in use: for long so many requests have come for each listed server, evenly over the event loops.
  /// Whenever an event loop needs more connections at once than it has so far been seen to need, that one may have been
  /// opened long ago, and have carried any number of the requests that it may carry.
  void begin_in_use(Rate for_each_server, Instant now, Random random);

  /// Throws ProgrammingError (IllegalStateException there) while the server's connections are drained.
  Acquisition acquire(ribbon::ServerIndex server, std::size_t event_loop, Instant now);
  void connected(ConnectionId connection);
  /// The server's successive failures grow, its active count falls.
  void connect_failed(ConnectionId connection, Instant now);

  /// A transport error: the connection will be closed on release.
  void flag_to_close(ConnectionId connection) { connections_[connection].close = true; }
  /// The request is over. First match decides: flagged, used up, server tripped, draining or waterline, else pooled.
  Released release(ConnectionId connection, Instant now);
  /// An idle or used connection broke.
  void broken(ConnectionId connection);

  /// The balancer's list has changed. Of servers that left it idle connections are closed, those in use when released;
  /// to those that are back on it there are new ones, and to a server that has the index of one which was forgotten.
  void follow_list();
  void drain(ribbon::ServerIndex server);

  ribbon::ServerIndex server_of(ConnectionId connection) const { return connections_[connection].server; }
  int open(ribbon::ServerIndex server) const { return server < servers_.size() ? servers_[server].open : 0; }
  int opening(ribbon::ServerIndex server) const { return server < servers_.size() ? servers_[server].opening : 0; }
  int idle(ribbon::ServerIndex server, Instant now);
  std::uint64_t rejections() const { return rejections_; }
  std::uint64_t opened() const { return opened_; }
  std::uint64_t reused() const { return reused_; }

 private:
  struct Connection {
    ribbon::ServerIndex server = 0;
    std::uint32_t loop = 0;
    ConnectionId next = no_connection;  ///< in its idle queue, or among the free
    std::int32_t requests = 0;
    bool close = false;
    bool open = false;
    bool in_use = false;
    Instant idle_since{};
  };
  struct IdleQueue {
    ConnectionId head = no_connection;
    ConnectionId tail = no_connection;
    std::int32_t length = 0;
    std::int32_t busy = 0;      ///< connections of this event loop that carry a request
    std::int32_t busy_max = 0;  ///< so far
  };
  struct FoundInUse {
    Rate requests;  ///< at one event loop, to one server
    Instant since;
    Random random;
  };
  struct Server {
    std::int32_t open = 0;
    std::int32_t opening = 0;
    bool draining = false;
    bool found_in_use = false;
    std::optional<std::uint32_t> host{};  ///< whose connections they are
  };

  Server& of(ribbon::ServerIndex server);
  IdleQueue& idle_queue(ribbon::ServerIndex server, std::size_t loop) { return idle_[server * loops_ + loop]; }
  bool was_open(const IdleQueue& queue, Instant now);
  ConnectionId make(ribbon::ServerIndex server, std::size_t loop);
  ConnectionId pop(IdleQueue& queue);
  void close(ConnectionId connection);
  void close_expired(ribbon::ServerIndex server, Instant now);

  ConnectionPoolProperties properties_;
  ribbon::LoadBalancer* balancer_;
  std::size_t loops_;
  std::vector<Server> servers_;  ///< by ServerIndex
  std::vector<IdleQueue> idle_;  ///< by ServerIndex and event loop
  std::vector<Connection> connections_;
  ConnectionId free_ = no_connection;
  std::optional<FoundInUse> found_in_use_;
  std::uint64_t rejections_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t reused_ = 0;
};

}  // namespace streamtwin::zuul
