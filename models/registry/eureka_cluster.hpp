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

#include "models/registry/eureka/client.hpp"
#include "models/registry/eureka/registry.hpp"
#include "models/registry/eureka/replication.hpp"
#include "models/registry/eureka_spec.hpp"
#include "models/registry/member.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"
#include "sim-core/record/recorder.hpp"
#include "sim-core/signal.hpp"

namespace streamtwin::registry {

struct RegistryMeasures {
  explicit RegistryMeasures(Recorder& recorder)
      : renewals(recorder.counter("eureka.renewals")),
        registrations(recorder.counter("eureka.registrations")),
        evictions(recorder.counter("eureka.evictions")),
        failed_requests(recorder.counter("eureka.failed_requests")) {
    recorder.rate_series("eureka.renewals", "/s", renewals);
    recorder.rate_series("eureka.evictions", "/s", evictions);
  }
  Counter renewals, registrations, evictions, failed_requests;
  Counter rate_limited;  ///< where servers limit them: fetches that were answered with 503
  Counter full_fetches;  ///< where clients fetch deltas: of the whole registry all the same
};

class EurekaCluster {
 public:
  using OneWay = std::function<Duration(ZoneIndex, ZoneIndex)>;

  EurekaCluster(const EurekaSpec& spec, OneWay one_way, RegistryMeasures& measures, std::string_view region);

  void add_server(Host& machine, ZoneIndex zone);
  /// An instance begins its life. `established`: it has been registered and renewing for a while, all servers know.
  void join(Member member, bool established);
  /// It is to end: its client cancels its lease, and renews it no more. What the registry lists it goes on looking at.
  void deregister(InstanceId id);
  /// It has ended, and its client with it. Without having been deregistered it leaves its lease to run out.
  void forget(InstanceId id);
  /// An operator's tool sets or deletes the status override of instances, at the first server that is up: nothing happens if
  /// none is. That is how red/black deliveries take instances out of traffic and put them back.
  void override_status(std::span<const InstanceId> ids, eureka::InstanceStatus status);
  void delete_override(std::span<const InstanceId> ids);
  /// Opens the servers, after the established members have joined: balancers get their first lists.
  void start();

  /// Instances that a server would hand out now, past its caches (for inspection).
  std::size_t registered(std::size_t server) { return servers_[server].registry->size(); }
  std::size_t clients() const { return clients_.size(); }

 private:
  struct Replicated {
    enum class Kind : std::uint8_t { register_instance, renew, cancel, status, delete_status } kind = Kind::renew;
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
    std::unique_ptr<eureka::Registry> registry;
    std::optional<eureka::RateLimitingFilter> limiter;  ///< where there is one
    std::deque<Peer> peers;
    Scope scope;
  };
  struct Client {
    Client(Member its, const eureka::ServerChoice& servers, Random draws) : member(std::move(its)), choice(servers), random(draws) {}
    Member member;
    eureka::ServerChoice choice;
    Random random;
    eureka::SharedView view;
    std::unique_ptr<eureka::ClientRegistry> own;  ///< where clients fetch deltas, after the first fetch
    eureka::SharedDelta last_delta;
    Instant session_ends{};
    Process lease;
  };
  using Result = eureka::SupervisedDelay::Result;
  using Action = std::function<bool(Server&)>;  ///< false: refused with 503

  // servers
  void open(Server& server);
  void machine_changed(Server& server);
  Task<> evict(Server& server);
  Task<> recount(Server& server);
  Task<> replicate(Server& server, Peer& peer);
  Task<eureka::ReplicationResult> deliver(Server& server, const Peer& peer, const std::vector<eureka::Acceptor<Replicated>::Task>& batch);
  void set_status(std::span<const InstanceId> ids, Replicated::Kind kind, eureka::InstanceStatus status);
  void copy_registry(const Server& from, Server& to);
  void apply(Server& at, const Replicated& change);
  void tell_peers(Server& server, Replicated::Kind kind, const eureka::InstanceInfo& info);

  // clients
  Task<> cancel_lease(Client& client);
  Task<> keep_lease(Client& client, bool established, Duration phase);
  Task<> fetch(Client& client, Duration phase);
  bool admits(Server& server, eureka::Fetch fetch);
  bool fetch_from(Server& server, Client& client);
  void take_whole(Client& client, const eureka::SharedInstances& all);
  Task<> refresh(Client& client, Duration phase);
  Task<Result> request(Client& client, Action action);
  void renew_or_register(Server& server, const Client& client);
  eureka::InstanceInfo info_of(const Member& member) const;

  const EurekaSpec spec_;
  OneWay one_way_;
  RegistryMeasures& measures_;
  Random random_;
  std::deque<Server> servers_;
  std::unordered_map<InstanceId, Client> clients_;         ///< looked up only: its order decides nothing
  std::vector<std::pair<Client*, Duration>> established_;  ///< until start(): and how long ago each renewed
  Scope scope_;
};

}  // namespace streamtwin::registry
