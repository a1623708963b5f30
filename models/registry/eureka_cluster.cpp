#include "models/registry/eureka_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
  const Duration since_renewal = client.random.uniform(Duration{0}, spec_.client.renewal_interval);
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

void EurekaCluster::start() {
  for (Server& server : servers_) {
    for (const auto& [client, since_renewal] : established_) {
      server.registry->adopt(info_of(client->member), spec_.client.lease_duration, now() - since_renewal);
    }
    server.registry->open_for_traffic(static_cast<int>(established_.size()), now());
    const auto per_minute = static_cast<std::int64_t>(static_cast<double>(established_.size()) * (60s / spec_.client.renewal_interval));
    server.registry->prime_renewals(per_minute, 0);
    open(server);
  }
  for (const auto& [client, since_renewal] : established_) {
    fetch_from(servers_.front(), *client);
    client->member.refresh_balancers(*client->view);
  }
  established_.clear();
}

void EurekaCluster::open(Server& server) {
  if (spec_.rate_limiter.enabled) server.limiter.emplace(spec_.rate_limiter);
  server.peers.clear();
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (&servers_[i] != &server) server.peers.emplace_back(i, spec_.server);
  }
  server.scope.spawn_service("eureka eviction", evict(server));
  server.scope.spawn_service("eureka threshold", recount(server));
  for (Peer& peer : server.peers) server.scope.spawn_service("eureka replication", replicate(server, peer));
}

// A server that comes back copies the registry of the first peer that answers.
void EurekaCluster::machine_changed(Server& server) {
  server.scope.cancel();
  if (!server.machine.is_on()) return;
  server.registry = std::make_unique<eureka::Registry>(spec_.server, now(), &server.clock);
  const auto peer = std::find_if(servers_.begin(), servers_.end(), [&](const Server& s) { return &s != &server && s.machine.is_on(); });
  if (peer != servers_.end()) copy_registry(*peer, server);
  server.registry->open_for_traffic(static_cast<int>(server.registry->size()), now());
  open(server);
}

// Those that take traffic first, application by application; an override comes along.
void EurekaCluster::copy_registry(const Server& from, Server& to) {
  const auto copy = [&](const InstanceInfo& info) { to.registry->register_instance(info, spec_.client.lease_duration, true, now()); };
  for (const auto& app : from.registry->view()->apps) {
    if (app == nullptr) continue;
    for (const ViewedInstance& up : app->up) copy(*from.registry->find(up.id));
  }
  const eureka::SharedInstances all = from.registry->all();
  for (const InstanceInfo& info : *all) {
    if (info.status != InstanceStatus::up) copy(info);
  }
}

WallClock& EurekaCluster::clock_in(ZoneIndex zone) {
  const auto server = std::find_if(servers_.begin(), servers_.end(), [zone](const Server& s) { return s.zone == zone; });
  check(server != servers_.end(), "a zone of the region has a server");
  return server->clock;
}

// java.util.Timer: where the clock is set back meanwhile, until it shows again what it was to show then. A clock that is set forward
// wakes nobody.
Task<> EurekaCluster::wait_for_eviction(const Server& server) const {
  const Instant due = server.clock.read(now()) + spec_.server.eviction_interval;
  co_await delay(spec_.server.eviction_interval);
  constexpr Duration shown = 1ms;
  while (due - server.clock.read(now()) >= shown) co_await delay(due - server.clock.read(now()));
}

Task<> EurekaCluster::evict(Server& server) {
  for (;;) {
    if (server.clock.may_err()) {
      co_await wait_for_eviction(server);
    } else {
      co_await delay(spec_.server.eviction_interval);
    }
    const std::vector<InstanceId> evicted = server.registry->evict(now(), random_);
    measures_.evictions.add(evicted.size());
    if (!evicted_) continue;
    for (const InstanceId id : evicted) evicted_(id);
  }
}

Task<> EurekaCluster::recount(Server& server) {
  for (;;) {
    co_await delay(spec_.server.threshold_update_interval);
    server.registry->update_expected_clients(static_cast<int>(server.registry->size()));
  }
}

Task<> EurekaCluster::replicate(Server& server, Peer& peer) {
  for (;;) {
    const std::optional<Instant> due = peer.queue.next_batch();
    if (!due) {
      co_await peer.filled.wait();
      continue;
    }
    if (*due > now()) co_await until(*due);
    std::vector<eureka::Acceptor<Replicated>::Task> batch = peer.queue.take_batch(now());
    if (batch.empty()) continue;
    const eureka::ReplicationResult result = co_await deliver(server, peer, batch);
    if (result != eureka::ReplicationResult::success) peer.queue.reprocess(std::move(batch), result, now());
  }
}

Task<eureka::ReplicationResult> EurekaCluster::deliver(Server& server, const Peer& peer,
                                                       const std::vector<eureka::Acceptor<Replicated>::Task>& batch) {
  Server& to = servers_[peer.server];
  const std::optional<Passage> way = passage_(server.zone, to.zone);
  if (!to.machine.is_on() || !way) {
    co_await delay(spec_.client.connect_timeout);
    co_return eureka::ReplicationResult::network_failure;
  }
  co_await delay(way->there);
  if (!to.machine.is_on()) {
    co_await delay(spec_.client.read_timeout);
    co_return eureka::ReplicationResult::congestion;  // a read time-out counts as one
  }
  for (const auto& task : batch) apply(to, task.payload);
  co_await delay(way->back);
  co_return eureka::ReplicationResult::success;
}

void EurekaCluster::apply(Server& at, const Replicated& change) {
  switch (change.kind) {
    case Replicated::Kind::cancel: at.registry->cancel(change.info.id, now()); break;
    case Replicated::Kind::status: at.registry->update_status(change.info.id, change.info.status, change.info.last_dirty, now()); break;
    case Replicated::Kind::delete_status:
      at.registry->delete_status_override(change.info.id, change.info.status, change.info.last_dirty, now());
      break;
    case Replicated::Kind::renew:
      if (at.registry->renew(change.info.id, true, now())) break;
      [[fallthrough]];  // a heartbeat that a peer does not know replicates the registration
    case Replicated::Kind::register_instance: at.registry->register_instance(change.info, spec_.client.lease_duration, true, now()); break;
  }
}

void EurekaCluster::tell_peers(Server& server, Replicated::Kind kind, const InstanceInfo& info) {
  for (Peer& peer : server.peers) {
    const std::uint64_t task = std::uint64_t{info.id} << 3 | static_cast<std::uint64_t>(kind);
    peer.queue.submit(task, Replicated{kind, info}, now() + spec_.client.renewal_interval, now());
    peer.filled.notify_all();
  }
}

InstanceInfo EurekaCluster::info_of(const Member& member) const {
  InstanceInfo info;
  info.id = member.id;
  info.app = member.app;
  info.zone = member.zone;
  info.status = member.starting ? InstanceStatus::starting : member.out_of_service ? InstanceStatus::out_of_service : InstanceStatus::up;
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
  const auto server = std::find_if(servers_.begin(), servers_.end(), [](const Server& s) { return s.machine.is_on(); });
  return server != servers_.end() && server->registry->find(id) != nullptr;
}

void EurekaCluster::set_status(std::span<const InstanceId> ids, Replicated::Kind kind, InstanceStatus status) {
  const auto server = std::find_if(servers_.begin(), servers_.end(), [](const Server& s) { return s.machine.is_on(); });
  if (server == servers_.end()) return;
  for (const InstanceId id : ids) {
    const InstanceInfo* const known = server->registry->find(id);
    if (known == nullptr) continue;
    const Replicated change{kind, InstanceInfo{.id = id, .app = known->app, .zone = known->zone, .status = status, .last_dirty = now()}};
    apply(*server, change);
    tell_peers(*server, kind, change.info);
  }
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
      return !server.registry->reads_allowed(now()) || fetch_from(server, client);
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
    client.view = server.registry->fetch(now());
    return true;
  }
  const eureka::SharedDelta delta = client.own == nullptr ? nullptr : server.registry->fetch_delta(now());
  if (delta != nullptr && delta == client.last_delta) return true;
  client.last_delta = delta;
  if (delta != nullptr && client.own->apply(*delta)) {
    client.view = client.own->view(*client.view, client.random);
    return true;
  }
  if (delta != nullptr && !admits(server, eureka::Fetch::full)) {
    client.last_delta = nullptr;  // the next one is looked at, even if it is the same
    return false;
  }
  take_whole(client, server.registry->fetch_all(now()));
  return true;
}

void EurekaCluster::take_whole(Client& client, const eureka::SharedInstances& all) {
  ++measures_.full_fetches;
  if (client.own == nullptr) client.own = std::make_unique<eureka::ClientRegistry>();
  client.own->replace(*all);
  client.view = client.own->view(client.view == nullptr ? RegistryView{} : *client.view, client.random);
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
        const bool answered = action(server);
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
