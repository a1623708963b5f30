// The servers of a region's Eureka 2: who tells whom of what.
#include <algorithm>
#include <utility>

#include "models/registry/eureka2_cluster.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

using eureka2::Interest;
using eureka2::Interests;
using eureka2::Notification;
using eureka2::NotificationKind;
using eureka2::Notifications;
using eureka2::Source;

namespace {

constexpr std::uint32_t upstream_name = 0;  // of the one source that a read server has

Source replicated_from(std::uint32_t name, std::uint64_t channel) {
  return {.origin = Source::Origin::replicated, .name = name, .generation = channel};
}

}  // namespace

void Eureka2Cluster::add(Host& machine, ZoneIndex zone, Servers& servers) {
  Server& server = servers_.emplace_back(machine, zone, static_cast<std::uint32_t>(servers_.size()));
  server.state = std::make_unique<State>(properties_);
  servers.push_back(&server);
  machine.on_change([this, &server](Host&) { machine_changed(server); });
}

// It begins empty: bootstrapping from a peer is off upstream.
void Eureka2Cluster::machine_changed(Server& server) {
  server.scope.cancel();
  server.open = false;
  ++server.life;
  if (server.state->upstream) server.state->upstream->open_here = false;
  server.state = std::make_unique<State>(properties_);
  if (server.machine.is_on() && started_) begin(server);
}

void Eureka2Cluster::begin(Server& server) {
  server.open = true;
  if (std::find(readers_.begin(), readers_.end(), &server) != readers_.end()) {
    if (properties_.full_registry) server.state->asked = Interests({Interest{}});
    server.scope.spawn_service("eureka2 read server", follow(server, nullptr));
    return;
  }
  for (Server* const peer : writers_) {
    if (peer != &server) server.scope.spawn_service("eureka2 replication", replicate(server, *peer, nullptr));
  }
}

// Each tells each other what is registered with itself.
Task<> Eureka2Cluster::replicate(Server& from, Server& to, SharedChannel channel) {
  Duration first = random_.uniform(Duration{0}, properties_.heartbeat_interval);
  for (;; channel = nullptr) {
    if (channel == nullptr) {
      channel = co_await connect(from.zone, to);
      first = properties_.heartbeat_interval;
    }
    if (channel != nullptr) {
      if (outgoing(from, channel->number) == nullptr) {
        Outgoing& out = open_replication(from, to, channel);
        out.push({NotificationKind::buffer_start, {}});
        for (const Notification& local : from.state->registry.locals()) out.push(local);
        out.push({NotificationKind::buffer_end, {}});
        send(from, out);
      }
      co_await hold(channel, &from, first);
      from.state->out.erase(channel->number);
      abandon(channel, true);
    }
    co_await delay(properties_.replication_reconnect);
  }
}

Eureka2Cluster::Outgoing& Eureka2Cluster::open_replication(Server& from, Server& to, const SharedChannel& channel) {
  Outgoing& out = send_on(from, channel, to.zone, measures_.replicated);
  out.to_peer = true;
  out.receive = [this, &to, channel, source = replicated_from(from.number, channel->number)](const Notifications& notifications) {
    if (is_open(*channel)) apply(to, source, notifications);
  };
  return out;
}

// A read server is a subscriber of a write server.
Task<> Eureka2Cluster::follow(Server& reader, SharedChannel channel) {
  Duration first = random_.uniform(Duration{0}, properties_.heartbeat_interval);
  if (channel == nullptr) reader.next_writer = random_.below(writers_.size());
  for (;; channel = nullptr) {
    Server& writer = *writers_[reader.next_writer];
    if (channel == nullptr) {
      channel = co_await connect(reader.zone, writer);
      first = properties_.heartbeat_interval;
    }
    if (channel != nullptr) {
      reader.state->upstream = channel;
      co_await ask_upstream(reader);
      co_await hold(channel, nullptr, first);
      reader.state->upstream = nullptr;
      abandon(channel, true);
    }
    reader.next_writer = (reader.next_writer + 1) % writers_.size();
    co_await delay(properties_.reconnect);
  }
}

// For what its clients have asked, and whatever they ask for meanwhile.
Task<> Eureka2Cluster::ask_upstream(Server& reader) {
  const SharedChannel channel = reader.state->upstream;
  if (channel == nullptr) co_return;
  const bool reached = co_await reach(channel);
  if (!reached || reader.state->upstream != channel) co_return;
  Server& writer = channel->server;
  Outgoing* out = outgoing(writer, channel->number);
  if (out == nullptr) out = &open_upstream(writer, channel, reader);
  writer.state->index.subscribe(*out, reader.state->asked);
  send(writer, *out);
}

Eureka2Cluster::Outgoing& Eureka2Cluster::open_upstream(Server& writer, const SharedChannel& channel, Server& reader) {
  Outgoing& out = send_on(writer, channel, reader.zone, measures_.replicated);
  out.receive = [this, &reader, channel, source = replicated_from(upstream_name, channel->number)](const Notifications& notifications) {
    if (channel->open_here && reader.machine.is_on()) apply(reader, source, notifications);
  };
  return out;
}

void Eureka2Cluster::publish(Server& at, const Source& source, const Notifications& changes) {
  State& state = *at.state;
  for (const Notification& change : changes) {
    state.index.changed(change, [&](eureka2::Stream& stream) { send(at, static_cast<Outgoing&>(stream)); });
  }
  for (const Notification& change : eureka2::for_peers(source, changes)) {
    for (auto& [channel, out] : state.out) {
      if (!out.to_peer) continue;
      out.push(change);
      send(at, out);
    }
  }
}

void Eureka2Cluster::apply(Server& at, const Source& source, const Notifications& notifications) {
  State& state = *at.state;
  const auto each_subscriber = [&](auto&& mark) {
    for (auto& [channel, out] : state.out) {
      if (out.to_peer) continue;
      mark(out);
      send(at, out);
    }
  };
  for (const Notification& notification : notifications) {
    switch (notification.kind) {
      case NotificationKind::buffer_start: each_subscriber([&](Outgoing& out) { out.begin_buffer(source.name); }); break;
      case NotificationKind::buffer_end:
        publish(at, source, state.registry.remove_older(source));
        state.filling = false;
        each_subscriber([&](Outgoing& out) { out.end_buffer(source.name); });
        break;
      case NotificationKind::remove: publish(at, source, state.registry.remove(source, notification.instance.id)); break;
      default: publish(at, source, state.registry.put(source, notification.instance)); break;
    }
  }
}

void Eureka2Cluster::take_registration(Channel& channel, const Member& member) {
  Server& server = channel.server;
  State& state = *server.state;
  const auto [registrant, first] = state.registrants.try_emplace(member.id, channel.number);
  const bool another = !first && std::exchange(registrant->second, channel.number) != channel.number;
  channel.registers = member.id;
  ++measures_.registrations;
  publish(server, Source{}, state.registry.put(Source{}, instance_of(member)));
  if (another && properties_.evict_returning) state.pending.add({member.id, channel.number}, state.registrants.size());
  evict(server);
}

void Eureka2Cluster::evict(Server& server) {
  State& state = *server.state;
  while (const std::optional<Registrant> going = state.pending.next(state.registrants.size())) {
    const auto registrant = state.registrants.find(going->id);
    if (registrant == state.registrants.end() || registrant->second != going->channel) continue;  // it has registered again
    state.registrants.erase(registrant);
    ++measures_.evictions;
    publish(server, Source{}, state.registry.remove(Source{}, going->id));
    if (evicted_ && state.registry.find(going->id) == nullptr) evicted_(going->id);
  }
}

// Those that fail at one instant fail together: of one after the other each goes at once, and the quota is taken anew.
Task<> Eureka2Cluster::evict_together(Server& server) {
  co_await delay(Duration{0});
  evict(server);
}

// What a read server has not asked for yet has not come when its own snapshot has been sent.
void Eureka2Cluster::subscribe(const SharedChannel& channel, Client& client) {
  Server& reader = channel->server;
  State& state = *reader.state;
  Outgoing* out = outgoing(reader, channel->number);
  if (out == nullptr) out = &open_subscription(channel, client);
  const Interests wanted = interests_of(client.member);
  if (!state.asked.includes(wanted)) {
    state.asked = state.asked.with(wanted);
    state.filling = true;
    reader.scope.spawn_service("eureka2 change of interest", ask_upstream(reader));
  }
  if (state.filling) out->begin_buffer(upstream_name);
  state.index.subscribe(*out, wanted);
  send(reader, *out);
}

Eureka2Cluster::Outgoing& Eureka2Cluster::open_subscription(const SharedChannel& channel, Client& client) {
  Outgoing& out = send_on(channel->server, channel, client.member.zone, measures_.fetched);
  out.receive = [this, channel, id = client.member.id](const Notifications& notifications) {
    if (channel->open_here) received(id, channel->number, notifications);
  };
  return out;
}

}  // namespace streamtwin::registry
