// How a region's Eureka 2 is found when a run begins: all channels are open, and everybody knows who is there.
#include <utility>

#include "models/registry/eureka2_cluster.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

using eureka2::Interest;
using eureka2::Interests;
using eureka2::Source;

void Eureka2Cluster::start() {
  started_ = true;
  for (Server& server : servers_) server.open = true;
  Interests asked;
  if (properties_.full_registry) asked = Interests({Interest{}});
  for (const InstanceId id : established_) asked = asked.with(interests_of(clients_.at(id).member));
  fill_servers();
  for (const InstanceId id : established_) register_established(clients_.at(id));
  for (Server* const reader : readers_) {
    reader->state->asked = asked;
    reader->state->filling = false;
    Server& writer = reader->state->upstream->server;
    writer.state->index.follow(open_upstream(writer, reader->state->upstream, *reader), asked);
    const Source source{.origin = Source::Origin::replicated, .generation = reader->state->upstream->number};
    writer.state->registry.each([&](const eureka2::Instance& instance) {
      if (asked.matches(instance)) reader->state->registry.put(source, instance);
    });
    reader->scope.spawn_service("eureka2 read server", follow(*reader, reader->state->upstream));
  }
  std::vector<std::shared_ptr<const AppView>> lists;
  for (AppId app = 0; app < apps_; ++app) {
    AppView list{app, 1, {}};
    readers_.front()->state->registry.each([&](const eureka2::Instance& instance) {
      if (instance.app == app && instance.status == eureka2::InstanceStatus::up) list.up.push_back({instance.id, instance.zone});
    });
    lists.push_back(std::make_shared<const AppView>(std::move(list)));
  }
  for (const InstanceId id : established_) subscribe_established(clients_.at(id), lists);
  established_.clear();
}

void Eureka2Cluster::fill_servers() {
  for (Server* const from : writers_) {
    for (Server* const to : writers_) {
      if (from == to) continue;
      const SharedChannel channel = open_channel(from->zone, *to);
      open_replication(*from, *to, channel);
      from->scope.spawn_service("eureka2 replication", replicate(*from, *to, channel));
      to->scope.spawn_service("eureka2 channel", watch(*to, channel, properties_.server_heartbeat_interval));
    }
  }
  for (Server* const reader : readers_) {
    reader->next_writer = random_.below(writers_.size());
    Server& writer = *writers_[reader->next_writer];
    reader->state->upstream = open_channel(reader->zone, writer);
    writer.scope.spawn_service("eureka2 channel", watch(writer, reader->state->upstream, properties_.server_heartbeat_interval));
  }
}

void Eureka2Cluster::register_established(Client& client) {
  Server& writer = *writers_[client.next_writer];
  const eureka2::Instance instance = instance_of(client.member);
  const SharedChannel channel = client.registration = open_channel(client.member.zone, writer);
  channel->registers = client.member.id;
  writer.state->registrants[client.member.id] = channel->number;
  writer.state->registry.put({}, instance);
  for (auto& [number, out] : writer.state->out) {
    if (!out.to_peer) continue;
    const Source source{.origin = Source::Origin::replicated, .name = writer.number, .generation = number};
    out.channel->server.state->registry.put(source, instance);
  }
  const Duration first = client.random.uniform(Duration{0}, properties_.server_heartbeat_interval);
  writer.scope.spawn_service("eureka2 channel", watch(writer, channel, first));
}

void Eureka2Cluster::subscribe_established(Client& client, const std::vector<std::shared_ptr<const AppView>>& lists) {
  Server& reader = *readers_[client.next_reader];
  const Interests interests = interests_of(client.member);
  const SharedChannel channel = client.subscription = open_channel(client.member.zone, reader);
  reader.state->index.follow(open_subscription(channel, client), interests);
  for (const auto& list : lists) {
    const bool wanted = interests.has(Interest{}) || client.member.calls == nullptr || client.member.calls(list->app);
    if (wanted) client.lists.adopt(list);
  }
  const Duration first = client.random.uniform(Duration{0}, properties_.server_heartbeat_interval);
  reader.scope.spawn_service("eureka2 channel", watch(reader, channel, first));
  client.member.refresh_balancers(client.lists.view());
}

}  // namespace streamtwin::registry
