// The service mesh: every service with its instances, and how one calls another: registry view, balancer, Hystrix
// command, time-out, queue and work at the callee, the callee's own calls, and back along the same awaits.
#pragma once

#include <deque>
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/cache/evcache/request.hpp"
#include "models/places/geography.hpp"
#include "models/registry/view.hpp"
#include "models/services/failures.hpp"
#include "models/services/hystrix/request_cache.hpp"
#include "models/services/mesh_spec.hpp"
#include "models/services/service.hpp"
#include "models/stores/store_request.hpp"
#include "sim-core/future.hpp"
#include "sim-core/task.hpp"

namespace streamtwin::services {

class Tries;
struct SharedAnswer;
struct Unheard;

/// The answers under way of one request's calls that may share them.
using RequestCache = hystrix::RequestCache<std::shared_ptr<SharedAnswer>>;

/// What a role adds to a service's work and calls: a decision on the request, without waiting.
class RoleBehaviour {
 public:
  virtual ~RoleBehaviour() = default;
  virtual void complete(const Envelope& request, Reply& reply, Instant now) = 0;
};

/// A role that answers requests in a way of its own, waiting on the way: the gateway.
class RoleProcess {
 public:
  virtual ~RoleProcess() = default;
  virtual Task<> handle(Instance& self, Envelope request, Reply& reply) = 0;
  virtual std::unique_ptr<RoleState> make_state(Instance& self) = 0;
  /// Whether a request that has just come is let in.
  virtual bool admits(Instance& self, const Envelope& request) = 0;
  /// What one that is not is told.
  virtual void advise(const Envelope& request, Reply& reply) const = 0;
};

class Mesh {
 public:
  Mesh(const places::Geography& geography, Recorder& recorder, const MeshSpec& spec = {});

  /// Adds the services; their calls refer to each other by name, which the scenario's check has verified.
  void add(const std::map<std::string, ServiceSpec>& specs);
  Service& service(const std::string& name);
  std::deque<Service>& services() { return services_; }
  const std::deque<Service>& services() const { return services_; }
  void set_behaviour(Role role, RoleBehaviour& behaviour) { behaviours_[static_cast<std::size_t>(role)] = &behaviour; }
  /// Instances that run already get their state now, later ones when they start.
  void set_process(Role role, RoleProcess& process);

  /// An instance has been launched: from now on a balancer's choice of its serial finds it.
  void note(Instance& instance);
  Instance& instance(std::uint32_t serial) const { return *instances_[serial]; }
  /// A new view of the registry reaches an instance: its balancers take over the lists that changed.
  void refresh_balancers(Instance& instance, const registry::RegistryView& view);

  /// What of a deadline travels with a request.
  Instant told(Instant deadline) const { return spec_.deadlines == Deadlines::propagate ? deadline : never; }
  /// What a request's deadline becomes for somebody who waits for it until `own`.
  Instant tightened(Instant deadline, Instant own) const { return told(std::min(deadline, own)); }

  /// The downstream call at a position of the instance's calls, under its Hystrix command, fallback included. Whoever
  /// runs the call's code on a thread of its own is told in `unheard` of a try that went on when the command timed out.
  Task<Reply> call(Instance& caller, std::size_t position, Envelope request, std::optional<Unheard>* unheard = nullptr);

  /// How long a message takes.
  struct Way {
    Duration there, back;
  };
  /// Sends a request to an instance. The reply comes by the promise, or never: a dead machine answers nothing.
  void send(Instance& callee, Way way, const Envelope& request, Promise<Reply> promise);

  /// A further try at a service, or one that the caller's budget refused.
  void count_retry(const Instance& caller, Service& callee, bool made);

  /// The key of a service's item; of a service's name alone, so that other services leave it as it is.
  static std::uint64_t item_key(const Service& owner, std::uint64_t subject);
  /// The hash of the key on the ring of a cache's nodes, and the node of a zone's copy that it belongs to, with the instance
  /// that is it; null without one.
  static std::uint32_t ring_hash(const Service& owner, std::uint64_t subject);
  static std::optional<evcache::NodeIndex> cache_node(const Service& cache, ZoneIndex zone, std::uint32_t hash);
  static Instance* cache_instance(const Service& cache, ZoneIndex zone, std::uint32_t hash);
  /// Bytes written to stores in a region since the last call: what replication has to copy to the others.
  Bytes take_written(RegionIndex region);

  const places::Geography& geography;
  Recorder& recorder;
  MeshMeasures measures;
  std::vector<RegionMeasures> regions;  ///< by index

 private:
  // call.cpp: the caller
  static Task<> end_of_pause(Instance& paused);
  hystrix::Outcome never_ran(hystrix::Command& command, hystrix::Decision decision);
  void end_run(Instance& caller, Outgoing& outgoing, Tries& tries, const Envelope& request, std::optional<Unheard>* unheard);
  Task<> go_on(Instance& caller, Outgoing& outgoing, Unheard left);
  Task<Reply> fall_back(Instance& caller, Outgoing& outgoing, Fallback fallback, const Envelope& request, Status why);

  // serve.cpp: the callee
  Task<> serve(Instance& self, Duration way_back, Envelope request, Promise<Reply> promise);
  Task<> serve_on_thread(Instance& self, Duration way_back, Envelope request, Promise<Reply> promise);
  Admission::Answer arrive(Instance& self, Envelope& request);
  Task<Admission::Answer> wait_for_place(Instance& self, const Envelope& request, Admission::Answer entry);
  void refuse(Instance& self, const Envelope& request, const Admission::Answer& entry, Reply& reply);
  void turn_away(Instance& self, ::streamtwin::Service why, Reply& reply);
  bool has_more_to_do(Instance& self, Duration work, const Envelope& request, Reply& reply);
  static void answer(Instance& self, const Admission::Answer& entry, Envelope& request, Reply& reply, Promise<Reply> promise,
                     Duration way_back);
  Task<> complete(Instance& self, const Envelope& request, Reply& reply);
  Task<> orchestrate(Instance& self, const Envelope& request, Reply& reply);
  std::vector<Task<Reply>> begin_stage(Instance& self, std::size_t begin, std::size_t end, const Envelope& request, RequestCache& cache);
  Task<Reply> call_in_turn(Instance& self, std::vector<std::size_t> positions, const Envelope& request, RequestCache& cache);
  Task<Reply> call_or_share(Instance& self, std::size_t position, const Envelope& request, RequestCache& cache);
  static void merge(Reply& reply, const Reply& answer);
  RoleProcess* process_of(const Service& service) const { return processes_[static_cast<std::size_t>(service.spec.role)]; }
  RoleBehaviour* behaviour_of(const Service& service) const { return behaviours_[static_cast<std::size_t>(service.spec.role)]; }

  // data_path.cpp: from a service to its data
  Future<Reply> ask(Instance& caller, Instance* callee, const Envelope& request);
  /// An item of a service's data: its key, and the hash of that for the caches' rings.
  struct Item {
    const DataSpec* data;
    std::uint64_t key;
    std::uint32_t hash;
  };
  static Item item_asked(const Service& owner, const Envelope& request);
  Task<Reply> ask_store(Instance& self, Envelope request, const Item& item, stores::Operation operation);
  evcache::Client& client_of(Instance& self, const Service& cache) const;
  Task<Reply> read_cache(Instance& self, const Service& cache, Envelope request, const Item& item, Duration life_left);
  Task<Reply> read_stale(Instance& self, const Service& owner, Envelope request);
  Task<> read_item(Instance& self, const Envelope& request, Reply& reply);
  Task<> write_item(Instance& self, const Envelope& request, const Item& item, Reply& reply);
  Task<> reach_quorum(Instance& self, Envelope request, Reply& reply);
  Task<> write_cache(Instance& self, const Service& cache, Envelope request, const Item& item);
  void answer_from_shard(Instance& self, const Envelope& request, Reply& reply);
  ZoneIndex neighbour(ZoneIndex zone, int step) const;

  const MeshSpec spec_;
  std::deque<Service> services_;
  std::map<std::string, Service*> by_name_;
  std::array<RoleBehaviour*, 8> behaviours_{};
  std::array<RoleProcess*, 8> processes_{};
  std::vector<Instance*> instances_;  ///< by serial
  std::vector<Bytes> written_;        ///< by region
};

}  // namespace streamtwin::services
