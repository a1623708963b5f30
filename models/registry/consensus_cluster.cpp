#include "models/registry/consensus_cluster.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::registry {

ConsensusCluster::ConsensusCluster(const consensus::ConsensusProperties& properties, Passages passage, Counter expired_sessions,
                                   std::function<void(InstanceId)> expired)
    : properties_(properties),
      passage_(std::move(passage)),
      expired_sessions_(expired_sessions),
      expired_(std::move(expired)),
      sessions_(properties) {}

void ConsensusCluster::add_server(Host& machine, ZoneIndex zone) { servers_.push_back({machine, zone}); }

void ConsensusCluster::join(Member joining, std::optional<InstanceId>, bool established) {
  Random random(Simulation::current().seed().value, joining.identity, hash_text("consensus client"));
  const InstanceId id = joining.id;
  Client& client = clients_.try_emplace(id, std::move(joining), random).first->second;
  if (established) {
    sessions_.touch(id, now());
    list(client.member);
    client.server = client.random.below(servers_.size());
  }
  client.member.scope->spawn_service("session of a registry", keep_session(client));
  client.member.scope->spawn_service("watch of a registry", watch(client));
}

void ConsensusCluster::start() {
  quorum_.emplace(properties_, servers_.size(), now());
  for (const auto& [id, listed] : listed_) {
    if (listed.app >= view_.apps.size() || view_.apps[listed.app] == nullptr) changed(listed.app);
  }
  for (auto& [id, client] : clients_) {
    client.version = view_.version;
    client.member.refresh_balancers(view_);
  }
  scope_.spawn_service("quorum of a registry", look_around());
}

void ConsensusCluster::remove(InstanceId id) {
  Client& client = clients_.at(id);
  client.leaving = true;
  client.member.scope->spawn_service("end of a session", leave(client));
}

void ConsensusCluster::forget(InstanceId id) { clients_.erase(id); }

bool ConsensusCluster::connects(std::size_t from, std::size_t to) const {
  return servers_[from].machine.is_on() && servers_[to].machine.is_on() && passage_(servers_[from].zone, servers_[to].zone).has_value();
}

bool ConsensusCluster::answers(std::size_t server) const {
  return servers_[server].machine.is_on() && quorum_ && quorum_->serves(server, now());
}

bool ConsensusCluster::serves(ZoneIndex zone) const {
  for (std::size_t s = 0; s < servers_.size(); ++s) {
    if (servers_[s].zone == zone && answers(s)) return true;
  }
  return false;
}

Task<> ConsensusCluster::look_around() {
  for (bool half = true;; half = !half) {
    co_await delay(properties_.tick * 0.5);
    const std::uint64_t epoch = quorum_->epoch();
    quorum_->look(now(), [this](std::size_t a, std::size_t b) { return connects(a, b); });
    if (quorum_->epoch() != epoch) sessions_.touch_all(now());
    if (!half && quorum_->leader()) end_sessions();
  }
}

void ConsensusCluster::end_sessions() {
  for (const InstanceId id : sessions_.expire(now())) {
    ++expired_sessions_;
    drop(id);
    if (expired_) expired_(id);
  }
}

// ClientCnxn: a ping when a third of the time-out has passed.
Task<> ConsensusCluster::keep_session(Client& client) {
  const Duration pause = properties_.session_timeout / 3;
  if (client.server) co_await delay(client.random.uniform(Duration{0}, pause));
  while (!client.leaving) {
    if (!client.server) co_await connect(client);
    co_await delay(pause);
    const std::size_t server = *client.server;
    const bool answered = co_await try_server(client, server);
    if (answered) {
      sessions_.touch(client.member.id, now());
    } else {
      lose(client);
    }
  }
}

void ConsensusCluster::lose(Client& client) {
  client.server.reset();
  if (properties_.keep_lists) return;
  RegistryView nobody;
  for (AppId app = 0; app < view_.apps.size(); ++app) nobody.apps.push_back(std::make_shared<AppView>(AppView{app, view_.version, {}}));
  client.version = 0;
  client.member.refresh_balancers(nobody);
}

// All servers in an order of its own, again and again; a second's pause after each (StaticHostProvider, ClientCnxn.SendThread).
Task<> ConsensusCluster::connect(Client& client) {
  std::vector<std::size_t> order(servers_.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[client.random.below(i)]);
  for (std::size_t i = 0;; i = i + 1 == order.size() ? 0 : i + 1) {
    const bool answered = co_await try_server(client, order[i]);
    if (answered) {
      co_await register_at(client, order[i]);
      if (client.server) co_return;
    }
    co_await delay(1s);
  }
}

/// There and back; false: nothing came back in time, or a refusal.
Task<bool> ConsensusCluster::try_server(Client& client, std::size_t server) {
  const std::optional<Passage> way = passage_(client.member.zone, servers_[server].zone);
  if (!way || !servers_[server].machine.is_on()) {
    co_await delay(properties_.session_timeout / static_cast<double>(servers_.size()));
    co_return false;
  }
  co_await delay(way->there);
  const bool answered = answers(server);
  co_await delay(way->back);
  co_return answered;
}

// A session that has ended is another one: its owner is listed anew, which the leader agrees with a majority on.
Task<> ConsensusCluster::register_at(Client& client, std::size_t server) {
  const std::optional<std::size_t> leader = quorum_->leader();
  const auto way = leader ? passage_(servers_[server].zone, servers_[*leader].zone) : std::nullopt;
  if (!way) co_return;
  if (!listed_.contains(client.member.id)) {
    co_await delay(2 * (way->there + way->back));
    if (!answers(server)) co_return;
    list(client.member);
  }
  sessions_.touch(client.member.id, now());
  client.server = server;
  client.version = view_.version;
  client.member.refresh_balancers(view_);
}

// It is told that something has changed, and reads what there is then.
Task<> ConsensusCluster::watch(Client& client) {
  for (;;) {
    if (client.server && client.version != view_.version) {
      const bool has_read = co_await read(client);
      if (has_read) continue;
    }
    co_await changed_.wait();
  }
}

Task<bool> ConsensusCluster::read(Client& client) {
  const std::size_t server = *client.server;
  const auto way = passage_(client.member.zone, servers_[server].zone);
  if (!way || !answers(server)) co_return false;
  co_await delay(2 * way->back + way->there);
  if (client.server != server || !answers(server)) co_return false;
  client.version = view_.version;
  client.member.refresh_balancers(view_);
  co_return true;
}

Task<> ConsensusCluster::leave(Client& client) {
  if (!client.server) co_return;
  const bool answered = co_await try_server(client, *client.server);
  if (!answered) co_return;
  sessions_.close(client.member.id);
  drop(client.member.id);
}

void ConsensusCluster::list(const Member& member) {
  listed_[member.id] = {member.app, member.zone, !member.out_of_service && !member.starting};
  changed(member.app);
}

void ConsensusCluster::drop(InstanceId id) {
  const auto found = listed_.find(id);
  if (found == listed_.end()) return;
  const AppId app = found->second.app;
  listed_.erase(found);
  changed(app);
}

void ConsensusCluster::write_status(std::span<const InstanceId> ids, bool up) {
  if (!quorum_ || !quorum_->leader()) return;
  for (const InstanceId id : ids) {
    const auto found = listed_.find(id);
    if (found == listed_.end()) continue;
    found->second.up = up;
    if (const auto client = clients_.find(id); client != clients_.end()) {
      client->second.member.out_of_service = !up;
      client->second.member.starting = false;
    }
    changed(found->second.app);
  }
}

void ConsensusCluster::changed(AppId app) {
  if (!quorum_) return;  // the established are shown at the start
  if (app >= view_.apps.size()) view_.apps.resize(app + 1);
  auto list = std::make_shared<AppView>(AppView{app, ++view_.version, {}});
  for (const auto& [id, listed] : listed_) {
    if (listed.app == app && listed.up) list->up.push_back({id, listed.zone});
  }
  view_.apps[app] = std::move(list);
  changed_.notify_all();
}

}  // namespace streamtwin::registry
