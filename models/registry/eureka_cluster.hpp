// A region's Eureka: a server in each zone, each with the registry it knows, replicating what clients tell it to its
// peers; and the client that lives on every instance: registration, heartbeats, fetches. The algorithms are in
// eureka/; here are the timers, the messages and the machines they run on.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/registry/discovery.hpp"
#include "models/registry/eureka/client.hpp"
#include "models/registry/eureka/registry.hpp"
#include "models/registry/eureka/replication.hpp"
#include "models/registry/eureka_spec.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::registry {

class EurekaCluster final : public Discovery {
 public:
  /// `evicted`: told of each instance whose lease a server lets run out; may be null.
  EurekaCluster(const EurekaSpec& spec, Passages passage, RegistryMeasures& measures, std::string_view region,
                std::function<void(InstanceId)> evicted = {});

  void add_server(Host& machine, ZoneIndex zone) override;
  /// Established: it has been registered and renewing for a while, all servers know. Whom it replaces has a lease of its own.
  void join(Member member, std::optional<InstanceId> replaced, bool established) override;
  /// Its client cancels its lease, and renews it no more. What the registry lists it goes on looking at.
  void remove(InstanceId id) override;
  /// Its client has ended with it. Without having been removed it leaves its lease to run out.
  void forget(InstanceId id) override;
  /// Opens the servers.
  void start() override;

  /// The status override OUT_OF_SERVICE is set or deleted at the first server that is up: nothing happens if none is. That is
  /// how red/black deliveries take instances out of traffic and put them back.
  void take_out(std::span<const InstanceId> ids) override;
  void put_back(std::span<const InstanceId> ids) override;
  /// The override UP is set, `PUT /status?value=UP`.
  void put_up(std::span<const InstanceId> ids) override;

  /// ApplicationInfoManager.setInstanceStatus(UP): its client registers it again, at once (InstanceInfoReplicator.onDemandUpdate).
  void turn_up(InstanceId id) override;

  bool knows(InstanceId id) override;

  /// Leases that the first server would hand out now, past its caches.
  Sizes sizes() override { return {clients_.size(), registered(0)}; }
  /// The same of another one.
  std::size_t registered(std::size_t server) { return servers_[server].registry->size(); }

  /// The clock of a zone's server.
  WallClock& clock_in(ZoneIndex zone);

  /// A lease that goes on when the run begins, of an instance that is not there. Before start().
  void list_gone(InstanceId id, AppId app, ZoneIndex zone, Duration renewed_ago);

  /// What a region's first server that is up lists now, past its caches; nobody if none is.
  struct Lease {
    eureka::InstanceInfo info;
    Instant renewed;
  };
  std::vector<Lease> listed();

  /// `PUT /asg/…/status` at the first server that is up: whether the auto scaling group of an application takes traffic. Heard only
  /// where instances stand under their groups' rule.
  void set_group(AppId app, bool enabled);

 private:
  struct Replicated {
    enum class Kind : std::uint8_t { register_instance, renew, cancel, status, delete_status, group } kind = Kind::renew;
    eureka::InstanceInfo info;
  };
  struct Peer {
    Peer(std::size_t to, const eureka::ServerProperties& properties) : server(to), queue(properties) {}
    std::size_t server;
    eureka::Acceptor<Replicated> queue;
    Signal filled{"a change to replicate"};
  };
  struct Server {
    Server(Host& host, ZoneIndex in_zone) : machine(host), zone(in_zone) {}
    Host& machine;
    ZoneIndex zone;
    bool open = false;  ///< else its process does not listen yet
    WallClock clock;
    std::unique_ptr<eureka::Registry> registry;
    std::optional<eureka::RateLimitingFilter> limiter;  ///< where there is one
    std::deque<Peer> peers;
    Scope scope;
  };
  /// What each request touches comes first.
  struct Client {
    Client(Member its, const eureka::ServerChoice& servers, Random draws) : choice(servers), member(std::move(its)), random(draws) {}
    Instant session_ends{};
    const RegistryView* view = nullptr;  ///< after the first fetch
    eureka::SharedKnown known;           ///< where they fetch deltas, after the first fetch; and what it has made of that
    eureka::SharedDelta last_delta;
    eureka::ServerChoice choice;
    eureka::ClientLists lists;
    Member member;
    Random random;
    eureka::SharedView shared;  ///< where all fetch one list
    bool up = false;            ///< as it has last heard of itself
    Process lease;
  };
  using Result = eureka::SupervisedDelay::Result;
  using Action = std::function<bool(Server&)>;  ///< false: refused with 503

  static void tell_own_status(Client& client);

  // servers
  void open(Server& server);
  void machine_changed(Server& server);
  Task<> start_up(Server& server);
  const Server* peer_to_copy(const Server& server) const;
  Server* first_open();
  Task<> evict(Server& server);
  Task<> wait_for_eviction(const Server& server) const;
  Task<> recount(Server& server);
  Task<> replicate(Server& server, Peer& peer);
  Task<eureka::ReplicationResult> deliver(Server& server, const Peer& peer, const std::vector<eureka::Acceptor<Replicated>::Task>& batch);
  void set_status(std::span<const InstanceId> ids, Replicated::Kind kind, eureka::InstanceStatus status);
  void copy_registry(const Server& from, Server& to);
  void apply(Server& at, const Replicated& change);
  void tell_peers(Server& server, Replicated::Kind kind, const eureka::InstanceInfo& info);

  // clients
  Task<> cancel_lease(Client& client);
  Task<> register_again(Client& client);
  Task<> keep_lease(Client& client, bool established, Duration phase);
  Task<> fetch(Client& client, Duration phase);
  bool admits(Server& server, eureka::Fetch fetch);
  bool fetch_from(Server& server, Client& client);
  static void take(Client& client, eureka::SharedKnown known);
  Task<> refresh(Client& client, Duration phase);
  Task<Result> request(Client& client, Action action);
  void renew_or_register(Server& server, const Client& client);
  void take_registration(Server& server, const eureka::InstanceInfo& info);
  eureka::InstanceInfo info_of(const Member& member) const;

  const EurekaSpec spec_;
  Passages passage_;
  RegistryMeasures& measures_;
  std::function<void(InstanceId)> evicted_;
  Random random_;
  std::deque<Server> servers_;
  eureka::KnownRegistries known_;
  std::vector<Lease> gone_;                                ///< until start()
  std::vector<AppId> disabled_groups_;                     ///< as AWS knows
  std::unordered_map<InstanceId, Client> clients_;         ///< looked up only: its order decides nothing
  std::vector<std::pair<Client*, Duration>> established_;  ///< until start(): and how long ago each renewed
  Scope scope_;
};

}  // namespace streamtwin::registry
