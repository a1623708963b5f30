// The channels of Eureka 2: how they are opened, what travels on them, and how either end notices that the other is gone.
#include <algorithm>
#include <utility>

#include "models/registry/eureka2/sizes.hpp"
#include "models/registry/eureka2_cluster.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

Eureka2Cluster::SharedChannel Eureka2Cluster::open_channel(ZoneIndex from, Server& server) {
  return std::make_shared<Channel>(Channel{.number = ++channels_,
                                           .server = server,
                                           .life = server.life,
                                           .zone = from,
                                           .here = eureka2::ClientHeartbeat(properties_.heartbeat_tolerance),
                                           .there = eureka2::ServerHeartbeat(properties_.server_heartbeat_interval, now()),
                                           .registers = std::nullopt});
}

/// Null: nobody has answered, or a refusal.
Task<Eureka2Cluster::SharedChannel> Eureka2Cluster::connect(ZoneIndex from, Server& server) {
  const std::optional<Passage> way = passage_(from, server.zone);
  if (!way || !server.machine.is_on()) {
    ++measures_.failed_requests;
    co_await delay(properties_.connect_timeout);
    co_return nullptr;
  }
  co_await delay(way->there + way->back);
  if (!server.machine.is_on() || !server.open) {
    ++measures_.failed_requests;
    co_return nullptr;
  }
  SharedChannel channel = open_channel(from, server);
  server.scope.spawn_service("eureka2 channel", watch(server, channel, properties_.server_heartbeat_interval));
  co_return channel;
}

bool Eureka2Cluster::is_open(const Channel& channel) const {
  return channel.open_there && channel.server.machine.is_on() && channel.server.life == channel.life;
}

/// A message of who has opened it. False: nobody has got it.
Task<bool> Eureka2Cluster::reach(SharedChannel channel) {
  const std::optional<Passage> way = passage_(channel->zone, channel->server.zone);
  if (!way) co_return false;
  co_await delay(way->there);
  co_return is_open(*channel);
}

/// Until it has failed, as who has opened it notices. What could not be sent goes after the next heartbeat that has come through: of the
/// server, and of `sender`, where a server has opened it.
Task<> Eureka2Cluster::hold(SharedChannel channel, Server* sender, Duration first) {
  Server& server = channel->server;
  for (Duration pause = first;; pause = properties_.heartbeat_interval) {
    co_await delay(pause);
    if (!channel->here.tick(now())) break;
    const std::optional<Passage> way = passage_(channel->zone, server.zone);
    if (!way) continue;
    co_await delay(way->there);
    if (!server.machine.is_on()) continue;
    if (!is_open(*channel)) {  // it is reset
      co_await delay(way->back);
      break;
    }
    channel->there.heard(now());
    if (channel->registers) ++measures_.renewals;
    if (Outgoing* const out = outgoing(server, channel->number)) {
      out->bytes->add(eureka2::heartbeat_bytes);
      send(server, *out);
    }
    if (Outgoing* const out = sender != nullptr ? outgoing(*sender, channel->number) : nullptr) {
      out->bytes->add(eureka2::heartbeat_bytes);
      send(*sender, *out);
    }
    co_await delay(way->back);
    channel->here.answered(now());
  }
  ++measures_.lost_channels;
}

/// The server's look at it.
Task<> Eureka2Cluster::watch(Server&, SharedChannel channel, Duration first) {
  for (Duration pause = first;; pause = properties_.server_heartbeat_interval) {
    co_await delay(pause);
    if (!channel->open_there) co_return;
    if (!channel->there.look(now())) break;
  }
  ++measures_.lost_channels;
  fail(*channel);
}

/// Who has opened it has done with it. `told`: its connection is closed, of which the server hears.
void Eureka2Cluster::abandon(const SharedChannel& channel, bool told) {
  channel->open_here = false;
  if (told) scope_.spawn_service("end of a channel", close_there(channel));
}

Task<> Eureka2Cluster::close_there(SharedChannel channel) {
  const bool reached = co_await reach(channel);
  if (reached) fail(*channel);
}

// What was registered on it stays, for as long as the quota says; what a peer has replicated stays until that peer replicates anew.
void Eureka2Cluster::fail(Channel& channel) {
  Server& server = channel.server;
  channel.open_there = false;
  State& state = *server.state;
  if (Outgoing* const out = outgoing(server, channel.number)) {
    state.index.unsubscribe(*out);
    state.out.erase(channel.number);
  }
  if (!channel.registers) return;
  const auto registrant = state.registrants.find(*channel.registers);
  if (registrant == state.registrants.end() || registrant->second != channel.number) return;
  state.pending.add({*channel.registers, channel.number}, state.registrants.size());
  server.scope.spawn_service("eureka2 eviction", evict_together(server));
}

Eureka2Cluster::Outgoing* Eureka2Cluster::outgoing(Server& by, std::uint64_t channel) {
  const auto found = by.state->out.find(channel);
  return found != by.state->out.end() ? &found->second : nullptr;
}

Eureka2Cluster::Outgoing& Eureka2Cluster::send_on(Server& by, const SharedChannel& channel, ZoneIndex to, Counter& bytes) {
  Outgoing& out = by.state->out[channel->number];
  out.channel = channel;
  out.to = to;
  out.bytes = &bytes;
  return out;
}

void Eureka2Cluster::send(Server& by, Outgoing& out) {
  if (out.empty()) return;
  const std::optional<Passage> way = passage_(by.zone, out.to);
  if (!way) return;
  eureka2::Notifications notifications = out.take();
  out.bytes->add(eureka2::bytes_of(notifications));
  out.arrives = std::max(out.arrives, now() + way->there);
  by.scope.spawn_service("eureka2 notifications", deliver(by, out.channel->number, std::move(notifications), out.arrives));
}

// That a snapshot has arrived, its sender hears as late again.
Task<> Eureka2Cluster::deliver(Server& by, std::uint64_t channel, eureka2::Notifications notifications, Instant arrival) {
  const Duration took = arrival - now();
  co_await until(arrival);
  Outgoing* out = outgoing(by, channel);
  if (out == nullptr) co_return;
  out->receive(notifications);
  if (!out->draining()) co_return;
  co_await delay(took);
  out = outgoing(by, channel);
  if (out == nullptr) co_return;
  out->drained();
  send(by, *out);
}

}  // namespace streamtwin::registry
