#include "models/registry/eureka2_cluster.hpp"

#include <algorithm>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

using eureka2::InstanceStatus;
using eureka2::Interest;
using eureka2::Interests;
using eureka2::Notifications;

Eureka2Cluster::Eureka2Cluster(const eureka2::Properties& properties, Passages passage, RegistryMeasures& measures, std::string_view region,
                               std::function<void(InstanceId)> evicted)
    : properties_(properties),
      passage_(std::move(passage)),
      measures_(measures),
      evicted_(std::move(evicted)),
      random_(Simulation::current().stream(region, "eureka2")) {}

void Eureka2Cluster::join(Member joining, std::optional<InstanceId>, bool established) {
  Random random(Simulation::current().seed().value, joining.identity, hash_text("eureka2 client"));
  const InstanceId id = joining.id;
  new_application(joining.app);
  Client& client = clients_.try_emplace(id, std::move(joining), random).first->second;
  client.next_writer = client.random.below(writers_.size());
  client.next_reader = client.random.below(readers_.size());
  if (established) established_.push_back(id);
  Scope& scope = *client.member.scope;
  client.lease = scope.spawn_service("registration", keep_registered(client));
  scope.spawn_service("subscription", keep_subscribed(client));
}

// Those that look at it do so from now on.
void Eureka2Cluster::new_application(AppId app) {
  if (app < apps_) return;
  apps_ = app + 1;
  if (!started_) return;
  for (auto& [id, client] : clients_) {
    if (client.subscription != nullptr) client.member.scope->spawn_service("change of interest", change_interests(client));
  }
}

void Eureka2Cluster::remove(InstanceId id) {
  Client& client = clients_.at(id);
  client.lease.cancel();
  client.member.scope->spawn_service("end of a registration", unregister(client));
}

void Eureka2Cluster::forget(InstanceId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  const bool told = client.member.machine_is_on && client.member.machine_is_on();
  for (const SharedChannel& channel : {client.registration, client.subscription}) {
    if (channel != nullptr) abandon(channel, told);
  }
  std::erase(established_, id);
  clients_.erase(found);
}

eureka2::Instance Eureka2Cluster::instance_of(const Member& member) const {
  const InstanceStatus status = member.starting                             ? InstanceStatus::starting
                                : member.down                               ? InstanceStatus::down
                                : member.out_of_service || member.taken_out ? InstanceStatus::out_of_service
                                                                            : InstanceStatus::up;
  return {.id = member.id, .app = member.app, .vip = member.app, .secure_vip = member.app, .zone = member.zone, .status = status};
}

Interests Eureka2Cluster::interests_of(const Member& member) const {
  if (properties_.subscribe == eureka2::Subscribe::full) return Interests({Interest{}});
  constexpr Interest::Kind kinds[] = {Interest::Kind::application, Interest::Kind::vip, Interest::Kind::secure_vip};
  const Interest::Kind kind = kinds[static_cast<std::size_t>(properties_.subscribe)];
  std::vector<Interest> atoms;
  for (AppId app = 0; app < apps_; ++app) {
    if (member.calls == nullptr || member.calls(app)) atoms.push_back({kind, app});
  }
  if (member.own_status_changed) atoms.push_back({Interest::Kind::instance, member.id});
  return Interests(std::move(atoms));
}

// An established one begins with a channel.
Task<> Eureka2Cluster::keep_registered(Client& client) {
  Duration first = client.random.uniform(Duration{0}, properties_.heartbeat_interval);
  for (;;) {
    if (client.registration == nullptr) {
      Server& writer = *writers_[client.next_writer];
      const SharedChannel channel = co_await connect(client.member.zone, writer);
      client.registration = channel;
      first = properties_.heartbeat_interval;
    }
    if (client.registration != nullptr) {
      const bool reached = client.registration->registers ? true : co_await reach(client.registration);
      if (reached) {
        if (!client.registration->registers) take_registration(*client.registration, client.member);
        co_await hold(client.registration, nullptr, first);
      }
      abandon(std::exchange(client.registration, nullptr), true);
    }
    client.next_writer = (client.next_writer + 1) % writers_.size();
    co_await delay(properties_.reconnect);
  }
}

Task<> Eureka2Cluster::keep_subscribed(Client& client) {
  Duration first = client.random.uniform(Duration{0}, properties_.heartbeat_interval);
  for (;;) {
    if (client.subscription == nullptr) {
      const SharedChannel channel = co_await connect(client.member.zone, *readers_[client.next_reader]);
      const bool reached = channel == nullptr ? false : co_await reach(channel);
      if (reached) {
        client.subscription = channel;
        client.lists.begin_anew();
        subscribe(channel, client);
      } else if (channel != nullptr) {
        abandon(channel, true);
      }
      first = properties_.heartbeat_interval;
    }
    if (client.subscription != nullptr) {
      co_await hold(client.subscription, nullptr, first);
      abandon(std::exchange(client.subscription, nullptr), true);
    }
    client.next_reader = (client.next_reader + 1) % readers_.size();
    co_await delay(properties_.reconnect);
  }
}

Task<> Eureka2Cluster::update(Client& client) {
  const SharedChannel channel = client.registration;
  if (channel == nullptr) co_return;  // it registers as it is when it has another one
  const bool reached = co_await reach(channel);
  if (reached) take_registration(*channel, client.member);
}

// The stream of its registration is complete, which is no failure.
Task<> Eureka2Cluster::unregister(Client& client) {
  const SharedChannel channel = client.registration;
  if (channel == nullptr) co_return;
  const bool reached = co_await reach(channel);
  if (!reached) co_return;
  State& state = *channel->server.state;
  channel->open_there = false;
  const auto registrant = state.registrants.find(client.member.id);
  if (registrant == state.registrants.end() || registrant->second != channel->number) co_return;
  state.registrants.erase(registrant);
  publish(channel->server, {}, state.registry.remove({}, client.member.id));
  evict(channel->server);
}

Task<> Eureka2Cluster::change_interests(Client& client) {
  const SharedChannel channel = client.subscription;
  const bool reached = co_await reach(channel);
  if (reached) subscribe(channel, client);
}

void Eureka2Cluster::received(InstanceId id, std::uint64_t channel, const Notifications& notifications) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  if (client.subscription == nullptr || client.subscription->number != channel || !client.lists.take(notifications)) return;
  client.member.refresh_balancers(client.lists.view());
  tell_own_status(client);
}

void Eureka2Cluster::tell_own_status(Client& client) {
  if (!client.member.own_status_changed) return;
  const std::span<const ViewedInstance> listed = client.lists.view().up(client.member.app);
  const bool up = std::any_of(listed.begin(), listed.end(), [&](const ViewedInstance& one) { return one.id == client.member.id; });
  if (std::exchange(client.up, up) != up) client.member.own_status_changed(up);
}

void Eureka2Cluster::set_out_of_service(std::span<const InstanceId> ids, bool out) {
  for (const InstanceId id : ids) {
    const auto client = clients_.find(id);
    if (client == clients_.end()) continue;
    client->second.member.out_of_service = out;
    client->second.member.taken_out = false;
    client->second.member.scope->spawn_service("change of status", update(client->second));
  }
}

void Eureka2Cluster::turn_up(InstanceId id) {
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  client->second.member.starting = false;
  client->second.member.scope->spawn_service("change of status", update(client->second));
}

bool Eureka2Cluster::knows(InstanceId id) {
  const auto writer = std::find_if(writers_.begin(), writers_.end(), [](const Server* server) { return server->open; });
  return writer != writers_.end() && (*writer)->state->registry.find(id) != nullptr;
}

}  // namespace streamtwin::registry
