#include "models/registry/eureka_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/registry/eureka/sizes.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

using eureka::InstanceInfo;
using eureka::InstanceStatus;

EurekaCluster::EurekaCluster(const EurekaSpec& spec, Passages passage, RegistryMeasures& measures, std::string_view region,
                             std::function<void(InstanceId)> evicted)
    : spec_(spec),
      passage_(std::move(passage)),
      measures_(measures),
      evicted_(std::move(evicted)),
      random_(Simulation::current().stream(region, "eureka")) {}

void EurekaCluster::add_server(Host& machine, ZoneIndex zone) {
  Server& server = servers_.emplace_back(machine, zone);
  server.registry = std::make_unique<eureka::Registry>(spec_.server, now(), &server.clock);
  machine.on_change([this, &server](Host&) { machine_changed(server); });
}

void EurekaCluster::join(Member member, std::optional<InstanceId>, bool established) {
  std::vector<eureka::ServerChoice::Server> known;
  for (std::size_t i = 0; i < servers_.size(); ++i) known.push_back({static_cast<std::uint32_t>(i), servers_[i].zone});
  Random random(Simulation::current().seed().value, member.identity, hash_text("eureka client"));
  const eureka::ServerChoice choice(known, member.zone, spec_.client, random);
  const InstanceId id = member.id;
  Client& client = clients_.try_emplace(id, std::move(member), choice, random).first->second;
  Duration since_renewal = client.random.uniform(Duration{0}, spec_.client.renewal_interval);
  if (client.member.renewed_ago) since_renewal = std::min(*client.member.renewed_ago, spec_.client.renewal_interval);
  if (established) established_.emplace_back(&client, since_renewal);
  Scope& scope = *client.member.scope;
  const Duration to_fetch = established ? client.random.uniform(Duration{0}, spec_.client.fetch_interval) : Duration{0};
  const Duration to_refresh = established ? client.random.uniform(Duration{0}, spec_.server_list_refresh) : Duration{1s};
  client.lease = scope.spawn_service("lease renewal", keep_lease(client, established, spec_.client.renewal_interval - since_renewal));
  scope.spawn_service("registry fetch", fetch(client, to_fetch));
  scope.spawn_service("server list refresh", refresh(client, to_refresh));
}

void EurekaCluster::remove(InstanceId id) {
  Client& client = clients_.at(id);
  client.lease.cancel();
  client.member.scope->spawn_service("end of a lease", cancel_lease(client));
}

void EurekaCluster::forget(InstanceId id) {
  std::erase_if(established_, [id](const auto& joined) { return joined.first->member.id == id; });
  clients_.erase(id);
}

InstanceInfo EurekaCluster::info_of(const Member& member) const {
  InstanceInfo info;
  info.id = member.id;
  info.app = member.app;
  info.zone = member.zone;
  info.status = member.starting         ? InstanceStatus::starting
                : member.down           ? InstanceStatus::down
                : member.out_of_service ? InstanceStatus::out_of_service
                                        : InstanceStatus::up;
  info.asg = spec_.group_rules ? eureka::AsgState::enabled : eureka::AsgState::none;
  info.last_dirty = now();
  return info;
}

void EurekaCluster::take_out(std::span<const InstanceId> ids) { set_status(ids, Replicated::Kind::status, InstanceStatus::out_of_service); }

void EurekaCluster::put_back(std::span<const InstanceId> ids) { set_status(ids, Replicated::Kind::delete_status, InstanceStatus::up); }

void EurekaCluster::put_up(std::span<const InstanceId> ids) {
  for (const InstanceId id : ids) {
    if (const auto client = clients_.find(id); client != clients_.end()) client->second.member.out_of_service = false;
  }
  set_status(ids, Replicated::Kind::status, InstanceStatus::up);
}

void EurekaCluster::turn_up(InstanceId id) {
  const auto client = clients_.find(id);
  if (client == clients_.end()) return;
  client->second.member.starting = false;
  client->second.member.scope->spawn_service("change of status", register_again(client->second));
}

bool EurekaCluster::knows(InstanceId id) {
  const Server* const server = first_open();
  return server != nullptr && server->registry->find(id) != nullptr;
}

void EurekaCluster::renew_or_register(Server& server, const Client& client) {
  const InstanceInfo info = info_of(client.member);
  if (server.registry->renew(info.id, false, now())) {
    ++measures_.renewals;
    tell_peers(server, Replicated::Kind::renew, info);
  } else {
    take_registration(server, info);
  }
}

void EurekaCluster::take_registration(Server& server, const InstanceInfo& info) {
  ++measures_.registrations;
  server.registry->register_instance(info, spec_.client.lease_duration, false, now());
  tell_peers(server, Replicated::Kind::register_instance, info);
}

Task<> EurekaCluster::keep_lease(Client& client, bool established, Duration phase) {
  eureka::SupervisedDelay pause(spec_.client.renewal_interval, spec_.client.backoff_bound);
  co_await delay(established ? phase : spec_.client.register_at_once ? Duration{0} : spec_.client.initial_registration_delay);
  for (;;) {
    const Result result = co_await request(client, [this, &client](Server& server) {
      renew_or_register(server, client);
      return true;
    });
    co_await delay(pause.completed(result));
  }
}

// DiscoveryClient.unregister, by shutdown: it asks once, whoever answers.
Task<> EurekaCluster::cancel_lease(Client& client) {
  co_await request(client, [this, &client](Server& server) {
    const InstanceInfo info = info_of(client.member);
    if (server.registry->cancel(info.id, now())) tell_peers(server, Replicated::Kind::cancel, info);
    return true;
  });
}

// Where nobody answers it is said again at the next renewal, 30 s later.
Task<> EurekaCluster::register_again(Client& client) {
  eureka::SupervisedDelay pause(spec_.client.renewal_interval, spec_.client.backoff_bound);
  for (Result result = Result::failure; result != Result::success;) {
    result = co_await request(client, [this, &client](Server& server) {
      take_registration(server, info_of(client.member));
      return true;
    });
    if (result != Result::success) co_await delay(pause.completed(result));
  }
}

Task<> EurekaCluster::fetch(Client& client, Duration phase) {
  eureka::SupervisedDelay pause(spec_.client.fetch_interval, spec_.client.backoff_bound);
  co_await delay(phase);
  for (;;) {
    const Result result = co_await request(client, [this, &client](Server& server) {
      if (!admits(server, client.view == nullptr ? eureka::Fetch::full : eureka::Fetch::delta)) return false;
      return server.registry->reads_allowed(now()) && fetch_from(server, client);
    });
    tell_own_status(client);
    co_await delay(pause.completed(result));
  }
}

// Until it has been listed it is known to nobody, which is no change.
void EurekaCluster::tell_own_status(Client& client) {
  if (!client.member.own_status_changed || client.view == nullptr) return;
  const std::span<const ViewedInstance> listed = client.view->up(client.member.app);
  const bool up = std::any_of(listed.begin(), listed.end(), [&](const ViewedInstance& one) { return one.id == client.member.id; });
  if (std::exchange(client.up, up) != up) client.member.own_status_changed(up);
}

// All clients are the standard one.
bool EurekaCluster::admits(Server& server, eureka::Fetch fetch) {
  if (!server.limiter || server.limiter->admits(fetch, true, now())) return true;
  ++measures_.rate_limited;
  return false;
}

// DiscoveryClient.fetchRegistry: the whole registry at first, then deltas, and the whole one again when the counts differ
// from the server's after a delta.
bool EurekaCluster::fetch_from(Server& server, Client& client) {
  if (!spec_.deltas) {
    client.shared = server.registry->fetch(now());
    client.view = client.shared.get();
    measures_.fetched.add(eureka::fetched_bytes(server.registry->size()));
    return true;
  }
  const eureka::SharedDelta delta = client.known == nullptr ? nullptr : server.registry->fetch_delta(now());
  if (delta != nullptr) {
    measures_.fetched.add(eureka::fetched_bytes(delta->changes.size()));
    if (delta == client.last_delta) return true;
    client.last_delta = delta;
    eureka::SharedKnown known = known_.after(client.known, delta);
    if (known->counts == delta->counts) {
      take(client, std::move(known));
      return true;
    }
    if (!admits(server, eureka::Fetch::full)) {
      client.last_delta = nullptr;  // the next one is looked at, even if it is the same
      return false;
    }
  }
  ++measures_.full_fetches;
  eureka::SharedKnown all = server.registry->fetch_all(now());
  measures_.fetched.add(eureka::fetched_bytes(all->size()));
  take(client, std::move(all));
  return true;
}

void EurekaCluster::take(Client& client, eureka::SharedKnown known) {
  if (known == client.known) return;
  client.known = std::move(known);
  const auto looks_at = [&member = client.member](AppId app) {
    return member.calls == nullptr || member.calls(app) || (app == member.app && member.own_status_changed != nullptr);
  };
  client.lists.take(*client.known, looks_at, client.random);
  client.view = &client.lists.view();
}

Task<> EurekaCluster::refresh(Client& client, Duration phase) {
  co_await delay(phase);
  for (;;) {
    if (client.view != nullptr) client.member.refresh_balancers(*client.view);
    co_await delay(spec_.server_list_refresh);
  }
}

Task<EurekaCluster::Result> EurekaCluster::request(Client& client, Action action) {
  if (now() >= client.session_ends) {
    client.choice.reconnect();
    client.session_ends = now() + eureka::ServerChoice::session_length(spec_.client, client.random);
  }
  client.choice.begin_request();
  Result result = Result::failure;
  while (const std::optional<std::uint32_t> chosen = client.choice.next()) {
    Server& server = servers_[*chosen];
    const std::optional<Passage> way = passage_(client.member.zone, server.zone);
    if (!server.machine.is_on() || !way) {
      co_await delay(spec_.client.connect_timeout);
    } else {
      co_await delay(way->there);
      if (server.machine.is_on()) {
        const bool answered = server.open && action(server);  // or refused
        co_await delay(way->back);
        if (answered) {
          client.choice.succeeded();
          co_return Result::success;
        }
        client.choice.failed();
        result = Result::failure;
        continue;
      }
      co_await delay(spec_.client.read_timeout);
    }
    result = Result::timeout;
    ++measures_.failed_requests;
    client.choice.failed();
  }
  co_return result;
}

}  // namespace streamtwin::registry
