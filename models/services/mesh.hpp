// The service mesh: every service with its instances, and how one calls another: registry view, balancer, Hystrix
// command, time-out, queue and work at the callee, the callee's own calls, and back along the same awaits.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/cache/evcache/node.hpp"
#include "models/places/geography.hpp"
#include "models/registry/view.hpp"
#include "models/rpc/life.hpp"
#include "models/rpc/network.hpp"
#include "models/services/data_path.hpp"
#include "models/services/failures.hpp"
#include "models/services/fit/injections.hpp"
#include "models/services/member_routes.hpp"
#include "models/services/mesh_spec.hpp"
#include "models/services/orchestrator.hpp"
#include "models/services/service.hpp"
#include "models/stores/store.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::services {

struct Unheard;

/// What a program decides itself: which server a client chooses, by whom it calls, and what limits learn, by whose they are.
struct MeshPlugs {
  const Plug<ribbon::PluggedRule>* balancer = nullptr;
  const Plug<limits::Learner>* limiter = nullptr;
};

class Mesh : private rpc::LifeObserver {
 public:
  /// `plugs` must outlive it.
  Mesh(const places::Geography& geography, Recorder& recorder, const MeshSpec& spec = {}, MeshPlugs plugs = {});

  /// Adds the services; their calls refer to each other by name, which the scenario's check has verified. Caches, stores, and
  /// services that call or have data get their handlers.
  void add(const std::map<std::string, ServiceSpec>& specs);
  /// A further cluster of a service, without instances for now, to which the requests go that take the route. Before any instance is
  /// launched.
  Service& clone(const std::string& original, const std::string& name, MemberRoutes::Route route);
  Service& service(const std::string& name);
  std::deque<Service>& services() { return services_; }
  const std::deque<Service>& services() const { return services_; }
  const std::vector<std::unique_ptr<stores::Store>>& stores() const { return stores_; }
  /// Every gateway, or every service of a role, gets this handler, which must outlive them.
  void bind_gateways(rpc::Handler& handler);
  void bind(Role role, rpc::Handler& handler);

  /// A new view of the registry reaches an instance: its balancers take over the lists that changed.
  void refresh_balancers(Instance& instance, const registry::RegistryView& view) const;

  /// The deadline that a request carries, `never` where deadlines are not propagated.
  Instant deadline_to_carry(Instant deadline) const { return spec_.deadlines == Deadlines::propagate ? deadline : never; }
  /// What a request's deadline becomes for somebody who waits for it until `own`.
  Instant tightened(Instant deadline, Instant own) const { return deadline_to_carry(std::min(deadline, own)); }

  /// The downstream call at a position of the instance's calls, as a coroutine of its own (see Call). The request must outlive it.
  Task<Reply> call(Caller& caller, std::size_t position, const Envelope& request, std::optional<Unheard>* unheard = nullptr);
  /// Such a try, until an answer comes or the client has no further try: then its thread is free.
  static Task<> go_on(MeshMeasures& measures, Instance& caller, Outgoing& outgoing, Unheard left);

  /// A further try at a service, or one that the caller's budget refused.
  void count_retry(const Instance& caller, Service& callee, bool made);
  /// Servers that a caller's client sends nothing to from now on, and those that it lets back.
  void ejections_changed(const Instance& caller, Outgoing& outgoing, std::span<const outlier::Change> changes);
  /// A try at an instance that does not serve (any more): its caller has not heard of that yet.
  void count_call_to_dead(InstanceId callee);
  /// A call ended at once, since the caller's circuit is open.
  void notice_open_circuit(const Instance& caller, Service& callee);

  const places::Geography& geography;
  Recorder& recorder;
  MeshMeasures measures;
  std::vector<RegionMeasures> regions;  ///< by index
  rpc::Network network;
  MemberRoutes routes;
  fit::Injections injections;
  evcache::Ledger written;  ///< to stores that caches stand before
  DataPath data;
  Orchestrator orchestrator{*this};  ///< of the services that call others or have data

 private:
  void started(Instance& instance) override;
  void stopped(Instance& instance) override;
  void bind_own_handler(Service& service);
  Service& make_service(const std::string& name, const ServiceSpec& spec);

  const MeshSpec spec_;
  const MeshPlugs plugs_;
  std::deque<evcache::Node> cache_handlers_;  ///< they and the next outlive the services
  std::vector<std::unique_ptr<stores::Store>> stores_;
  std::deque<Service> services_;
  std::map<std::string, Service*> by_name_;

 public:
  rpc::Lives lives;  ///< of the services' instances: a server's identity in balancers and registry is theirs

 private:
  Subscription lives_subscription_;
};

}  // namespace streamtwin::services
