#include "models/edge/zuul/connection_pool.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/check.hpp"
#include "sim-core/math.hpp"

namespace streamtwin::zuul {

void ConnectionPool::begin_in_use(Rate for_each_server, Instant now, Random random) {
  if (!(for_each_server.value() > 0)) return;
  for (const ribbon::ServerIndex server : balancer_->list()) of(server).found_in_use = true;
  found_in_use_ = {for_each_server * (1 / static_cast<double>(loops_)), now, random};
}

// Whether a connection that is needed now for the first time was there already: it was, unless it went before the next
// need of so many. It takes turns with the others, so that none may have been idle for too long; the only one has been idle at
// least since the run began. And as each carries only so many requests, one goes every so many. How often so many are needed is
// told by the time that it took to need them.
bool ConnectionPool::was_open(const IdleQueue& queue, Instant now) {
  FoundInUse& found = *found_in_use_;
  if (properties_.waterline >= 0 && queue.busy > properties_.waterline) return false;
  const Duration idle_already = queue.busy == 1 ? std::min(now - found.since, properties_.idle_timeout) : Duration{0};
  const double in_idle_time = found.requests * (properties_.idle_timeout - idle_already);
  double too_few = 0, term = math::exp(-in_idle_time);
  for (int requests = 0; requests < queue.busy; ++requests) {
    too_few += term;
    term *= in_idle_time / (requests + 1);
  }
  const double gone_since = found.requests * (now - found.since) / properties_.max_requests_per_connection;
  return found.random.uniform() < (1 - too_few) / (1 + gone_since);
}

Acquisition ConnectionPool::acquire(ribbon::ServerIndex server, std::size_t event_loop, Instant now) {
  Server& target = of(server);
  check(!target.draining, "a connection was asked for to a server whose connections are drained: it has left the list");
  balancer_->request_started(server, now);
  close_expired(server, now);
  if (const ConnectionId pooled = pop(idle_queue(server, event_loop)); pooled != no_connection) {
    connections_[pooled].in_use = true;
    ++idle_queue(server, event_loop).busy;
    ++reused_;
    return {Acquired::reused, pooled};
  }
  const int most = properties_.max_connections_per_host;
  if (most != -1 && target.open + target.opening >= most) {
    ++rejections_;
    if (!properties_.leak_on_max_connections) balancer_->request_left(server, now);
    return {Acquired::max_connections, no_connection};
  }
  const ConnectionId made = make(server, event_loop);
  IdleQueue& queue = idle_queue(server, event_loop);
  if (++queue.busy > queue.busy_max) {
    queue.busy_max = queue.busy;
    if (target.found_in_use && was_open(queue, now)) {
      connections_[made].open = true;
      connections_[made].requests =
          static_cast<std::int32_t>(found_in_use_->random.below(static_cast<std::uint64_t>(properties_.max_requests_per_connection) + 1));
      ++target.open;
      ++reused_;
      return {Acquired::reused, made};
    }
  }
  ++target.opening;
  return {Acquired::connect, made};
}

void ConnectionPool::connected(ConnectionId connection) {
  Connection& c = connections_[connection];
  check(!c.open && c.in_use, "a connection opened twice");
  c.open = true;
  --servers_[c.server].opening;
  ++servers_[c.server].open;
  ++opened_;
}

void ConnectionPool::connect_failed(ConnectionId connection, Instant now) {
  Connection& c = connections_[connection];
  ribbon::ServerStats& stats = balancer_->stats(c.server);
  stats.connection_failed(now, balancer_->properties());
  stats.count_failure(now);
  stats.request_finished(now);
  close(connection);
}

Released ConnectionPool::release(ConnectionId connection, Instant now) {
  Connection& c = connections_[connection];
  check(c.in_use && c.open, "a connection was released that carried no request");
  balancer_->request_left(c.server, now);
  ++c.requests;
  IdleQueue& queue = idle_queue(c.server, c.loop);
  const bool tripped = properties_.close_on_circuit_breaker && std::as_const(*balancer_).stats(c.server).tripped(now);
  const bool full = properties_.waterline >= 0 && queue.length >= properties_.waterline;
  if (c.close || c.requests > properties_.max_requests_per_connection || tripped || servers_[c.server].draining || full) {
    close(connection);
    return Released::closed;
  }
  c.in_use = false;
  --queue.busy;
  c.idle_since = now;
  c.next = no_connection;
  if (queue.tail == no_connection) {
    queue.head = connection;
  } else {
    connections_[queue.tail].next = connection;
  }
  queue.tail = connection;
  ++queue.length;
  return Released::pooled;
}

void ConnectionPool::broken(ConnectionId connection) {
  Connection& c = connections_[connection];
  if (c.in_use) {
    c.close = true;
    return;
  }
  IdleQueue& queue = idle_queue(c.server, c.loop);
  ConnectionId before = no_connection;
  for (ConnectionId at = queue.head; at != no_connection; before = at, at = connections_[at].next) {
    if (at != connection) continue;
    (before == no_connection ? queue.head : connections_[before].next) = c.next;
    if (queue.tail == connection) queue.tail = before;
    --queue.length;
    close(connection);
    return;
  }
}

void ConnectionPool::follow_list() {
  for (ribbon::ServerIndex server = 0; server < servers_.size(); ++server) {
    const std::uint32_t host = balancer_->server(server).host;
    if (const auto before = std::exchange(servers_[server].host, host); before && *before != host) drain(server);
    if (balancer_->listed(server)) {
      servers_[server].draining = false;
    } else {
      drain(server);
    }
  }
}

void ConnectionPool::drain(ribbon::ServerIndex server) {
  of(server).draining = true;
  of(server).found_in_use = false;
  for (std::size_t loop = 0; loop < loops_; ++loop)
    for (ConnectionId idle; (idle = pop(idle_queue(server, loop))) != no_connection;) close(idle);
}

int ConnectionPool::idle(ribbon::ServerIndex server, Instant now) {
  of(server);
  close_expired(server, now);
  int count = 0;
  for (std::size_t loop = 0; loop < loops_; ++loop) count += idle_queue(server, loop).length;
  return count;
}

ConnectionPool::Server& ConnectionPool::of(ribbon::ServerIndex server) {
  if (server >= servers_.size()) {
    servers_.resize(server + 1);
    idle_.resize((server + 1) * loops_);
  }
  if (!servers_[server].host) servers_[server].host = balancer_->server(server).host;
  return servers_[server];
}

ConnectionId ConnectionPool::make(ribbon::ServerIndex server, std::size_t loop) {
  ConnectionId id = free_;
  if (id == no_connection) {
    id = static_cast<ConnectionId>(connections_.size());
    connections_.emplace_back();
  } else {
    free_ = connections_[id].next;
  }
  connections_[id] = Connection{.server = server, .loop = static_cast<std::uint32_t>(loop), .in_use = true};
  return id;
}

ConnectionId ConnectionPool::pop(IdleQueue& queue) {
  const ConnectionId first = queue.head;
  if (first == no_connection) return first;
  queue.head = connections_[first].next;
  if (queue.head == no_connection) queue.tail = no_connection;
  --queue.length;
  return first;
}

void ConnectionPool::close(ConnectionId connection) {
  Connection& c = connections_[connection];
  if (c.in_use) --idle_queue(c.server, c.loop).busy;
  --(c.open ? servers_[c.server].open : servers_[c.server].opening);
  c.next = free_;
  free_ = connection;
}

// Idle connections time out; the oldest stand at the head of each queue.
void ConnectionPool::close_expired(ribbon::ServerIndex server, Instant now) {
  for (std::size_t loop = 0; loop < loops_; ++loop) {
    IdleQueue& queue = idle_queue(server, loop);
    while (queue.head != no_connection && now - connections_[queue.head].idle_since >= properties_.idle_timeout) close(pop(queue));
  }
}

}  // namespace streamtwin::zuul
