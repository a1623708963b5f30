// The servers of a region's Eureka: how they begin, evict, count and tell each other.
#include <algorithm>
#include <utility>

#include "models/registry/eureka/sizes.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

using eureka::InstanceInfo;
using eureka::InstanceStatus;

void EurekaCluster::start() {
  for (Server& server : servers_) {
    for (const auto& [client, since_renewal] : established_) {
      server.registry->adopt(info_of(client->member), spec_.client.lease_duration, now() - since_renewal);
    }
    for (const Lease& gone : gone_) server.registry->adopt(gone.info, spec_.client.lease_duration, gone.renewed);
    server.registry->open_for_traffic(static_cast<int>(server.registry->size()), now());
    for (const auto& [client, since_renewal] : established_) {
      if (client->member.taken_out) server.registry->update_status(client->member.id, InstanceStatus::out_of_service, now(), now());
    }
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

void EurekaCluster::list_gone(InstanceId id, AppId app, ZoneIndex zone, Duration renewed_ago) {
  gone_.push_back({InstanceInfo{.id = id, .app = app, .zone = zone, .status = InstanceStatus::up}, now() - renewed_ago});
}

std::vector<EurekaCluster::Lease> EurekaCluster::listed() {
  std::vector<Lease> leases;
  const Server* const server = first_open();
  if (server == nullptr) return leases;
  const eureka::SharedKnown all = server->registry->all();
  for (const eureka::SharedApp& app : all->apps) {
    if (app == nullptr) continue;
    for (const InstanceInfo& info : app->instances) leases.push_back({info, server->registry->renewed(info.id)});
  }
  return leases;
}

void EurekaCluster::open(Server& server) {
  if (spec_.rate_limiter.enabled) server.limiter.emplace(spec_.rate_limiter);
  server.peers.clear();
  server.open = true;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (&servers_[i] != &server) server.peers.emplace_back(i, spec_.server);
  }
  server.scope.spawn_service("eureka eviction", evict(server));
  server.scope.spawn_service("eureka threshold", recount(server));
  for (Peer& peer : server.peers) server.scope.spawn_service("eureka replication", replicate(server, peer));
}

void EurekaCluster::machine_changed(Server& server) {
  server.scope.cancel();
  server.open = false;
  if (!server.machine.is_on()) return;
  server.registry = std::make_unique<eureka::Registry>(spec_.server, now(), &server.clock);
  for (const AppId app : disabled_groups_) server.registry->set_group(app, false);  // AwsAsgUtil asks AWS
  server.scope.spawn_service("eureka start", start_up(server));
}

// PeerAwareInstanceRegistryImpl.syncUp: nobody is answered before a peer's registry has been copied, or so many tries found none.
Task<> EurekaCluster::start_up(Server& server) {
  for (int tries = 0; tries < spec_.server.sync_retries; ++tries) {
    if (tries > 0) co_await delay(spec_.server.sync_retry_wait);
    const Server* const peer = peer_to_copy(server);
    if (peer == nullptr) continue;
    copy_registry(*peer, server);
    break;
  }
  server.registry->open_for_traffic(static_cast<int>(server.registry->size()), now());
  open(server);
}

const EurekaCluster::Server* EurekaCluster::peer_to_copy(const Server& server) const {
  const auto peer = std::find_if(servers_.begin(), servers_.end(), [&](const Server& other) {
    return &other != &server && other.machine.is_on() && other.open && passage_(server.zone, other.zone) &&
           other.registry->reads_allowed(now()) && other.registry->size() > 0;
  });
  return peer != servers_.end() ? &*peer : nullptr;
}

EurekaCluster::Server* EurekaCluster::first_open() {
  const auto server = std::find_if(servers_.begin(), servers_.end(), [](const Server& s) { return s.machine.is_on() && s.open; });
  return server != servers_.end() ? &*server : nullptr;
}

// Those that take traffic first, application by application; an override comes along.
void EurekaCluster::copy_registry(const Server& from, Server& to) {
  const auto copy = [&](const InstanceInfo& info) { to.registry->register_instance(info, spec_.client.lease_duration, true, now()); };
  for (const auto& app : from.registry->view()->apps) {
    if (app == nullptr) continue;
    for (const ViewedInstance& up : app->up) copy(*from.registry->find(up.id));
  }
  const eureka::SharedKnown all = from.registry->all();
  for (const eureka::SharedApp& app : all->apps) {
    if (app == nullptr) continue;
    for (const InstanceInfo& info : app->instances) {
      if (info.status != InstanceStatus::up) copy(info);
    }
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
  if (to.machine.is_on() && !to.open) {
    co_await delay(way->back);
    co_return eureka::ReplicationResult::network_failure;  // refused
  }
  if (!to.machine.is_on()) {
    co_await delay(spec_.client.read_timeout);
    co_return eureka::ReplicationResult::congestion;  // a read time-out counts as one
  }
  std::vector<InstanceId> ids;
  for (const auto& task : batch) ids.push_back(task.payload.info.id);
  to.registry->look_ahead(ids);
  for (const auto& task : batch) {
    apply(to, task.payload);
    measures_.replicated.add(eureka::replicated_bytes(task.payload.kind == Replicated::Kind::register_instance));
  }
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
    case Replicated::Kind::group: at.registry->set_group(change.info.app, change.info.status == InstanceStatus::up); break;
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

void EurekaCluster::set_status(std::span<const InstanceId> ids, Replicated::Kind kind, InstanceStatus status) {
  Server* const server = first_open();
  if (server == nullptr) return;
  for (const InstanceId id : ids) {
    const InstanceInfo* const known = server->registry->find(id);
    if (known == nullptr) continue;
    const Replicated change{kind, InstanceInfo{.id = id, .app = known->app, .zone = known->zone, .status = status, .last_dirty = now()}};
    apply(*server, change);
    tell_peers(*server, kind, change.info);
  }
}

void EurekaCluster::set_group(AppId app, bool enabled) {
  std::erase(disabled_groups_, app);
  if (!enabled) disabled_groups_.push_back(app);
  Server* const server = first_open();
  if (server == nullptr) return;
  const InstanceInfo group{.id = app, .app = app, .status = enabled ? InstanceStatus::up : InstanceStatus::out_of_service};
  apply(*server, Replicated{Replicated::Kind::group, group});
  tell_peers(*server, Replicated::Kind::group, group);
}

}  // namespace streamtwin::registry
