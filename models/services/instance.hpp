// One running copy of a service on a machine of its own. What runs on an instance belongs to its scope and ends with
// its machine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cache/evcache/client.hpp"
#include "models/cache/evcache/shard.hpp"
#include "models/places/geography.hpp"
#include "models/registry/view.hpp"
#include "models/rpc/admission.hpp"
#include "models/rpc/execution.hpp"
#include "models/services/outgoing.hpp"
#include "models/services/service_spec.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::services {

using rpc::Admission;
using rpc::Execution;

class Service;

/// What a role keeps for each instance; belongs to the part of the platform that plays the role.
class RoleState {
 public:
  virtual ~RoleState() = default;
};

class Instance {
 public:
  struct Launch {
    std::uint64_t serial;      ///< counts every instance ever launched in the run
    std::uint32_t generation;  ///< counts those of one slot, from 0
  };
  Instance(Service& service, Host& machine, ZoneIndex zone, int number, Launch launch, Instant now);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Whether requests reach it. A machine that went off and on again carries no instance until a new one is launched.
  bool alive() const { return alive_ && machine.is_on(); }
  /// It has died with its machine, whatever the machine does since.
  bool dead() const { return !alive_; }
  /// It has been launched just now: for a while its requests cost more.
  void run_cold(Instant now) { launched_cold_ = now; }
  /// When it was launched, if that was during the run.
  std::optional<Instant> launched_cold() const { return launched_cold_; }
  /// How long it has been there, and the core-seconds that it worked meanwhile: both until it died.
  Duration present(Instant now) const;
  Duration worked() const { return alive_ ? execution.worked() : worked_; }
  /// Random numbers of its own: by service, zone, slot and generation, which nothing else in the run moves.
  Random stream(std::string_view purpose) const;
  /// Processor time of the next request.
  Duration draw_work(Instant now);
  /// Its machine is gone: all that it was doing ends, at this instant.
  void die();

  /// What makes the call at a position of the service's spec.calls. Command, pool and balancer are made when they are first
  /// needed, as if they had been there since the launch: an instance that calls nobody is small.
  Outgoing& outgoing(std::size_t position);
  /// The same for the first position of a command; null where it has not been needed yet.
  Outgoing* made(std::size_t position) const { return calls_[position].made.get(); }
  /// The registry's list of a callee, shared by all who hold it. A balancer that exists takes it over.
  void take_list(std::size_t position, std::shared_ptr<const registry::AppView> list, Instant now);

  /// Its EVCache client for a cluster, made when it is first needed.
  evcache::Client& cache_client(const Service& cache, std::uint8_t own_zone, Instant now);

  Service& service;
  Host& machine;
  const ZoneIndex zone;
  const int number;                ///< which slot of the zone's group it fills
  const std::uint64_t serial;      ///< counts every instance ever launched in the run
  const std::uint32_t generation;  ///< counts those of its slot
  const std::string name;          ///< "play-api/eu-west-1a/0"
  Random random;
  Execution execution;
  std::optional<Admission> admission;     ///< where somebody is turned away
  std::unique_ptr<evcache::Shard> shard;  ///< of a cache
  std::unique_ptr<RoleState> state;       ///< of a role with a process of its own

 private:
  struct Call {
    std::unique_ptr<Outgoing> made;
    std::shared_ptr<const registry::AppView> list;
  };
  void update_balancer(Call& call, Instant now);

  const Instant launched_;
  std::vector<Call> calls_;  ///< by position in the service's spec.calls, where it is the first with its command's key
  std::vector<std::pair<const Service*, std::unique_ptr<evcache::Client>>> cache_clients_;  ///< one or two
  bool alive_ = true;
  Instant died_ = never;
  Duration worked_{0};  ///< when it died: what a dead machine has left undone is not worked off
  std::optional<Instant> launched_cold_;

 public:
  Scope scope;  ///< last: its processes use everything above
};

}  // namespace streamtwin::services
