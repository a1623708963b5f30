// One running copy of a service on a machine of its own. What runs on an instance belongs to its scope and ends with
// its machine.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/places/ids.hpp"
#include "models/rpc/admission.hpp"
#include "models/rpc/execution.hpp"
#include "models/rpc/handler.hpp"
#include "models/rpc/server_group.hpp"
#include "models/rpc/trouble.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::rpc {

class Service;

enum class LifeStage : std::uint8_t {
  starting,  ///< its machine gets ready
  started,   ///< it serves
  draining,  ///< it will stop soon, and serves who still comes until it closes
  stopped,   ///< nothing of it runs
};

class Instance {
 public:
  struct Identity {
    InstanceId id;             ///< in the whole run
    std::uint32_t generation;  ///< counts those of one slot, from 0
    std::optional<InstanceId> predecessor;
  };
  /// It gets ready: Lives says what becomes of it.
  Instance(Service& service, Host& machine, ZoneIndex zone, int number, Identity identity);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  /// Its processes use everything else here: they end first.
  ~Instance() { scope.cancel(); }

  /// Whether requests reach it. A machine that went off and on again carries no instance until a new one is launched.
  bool alive() const { return listens_ && machine_is_on_; }
  LifeStage stage() const { return stage_; }
  /// It has stopped or died with its machine, whatever the machine does since.
  bool dead() const { return stage_ == LifeStage::stopped; }
  /// Since when it serves.
  Instant launched() const { return launched_; }
  /// It has been launched just now: for a while its requests cost more.
  void run_cold(Instant now) { launched_cold_ = now; }
  /// When it was launched, if that was during the run.
  std::optional<Instant> launched_cold() const { return launched_cold_; }
  /// How long it has been there to work, and the core-seconds that it worked meanwhile: both until it died. A dark one is not.
  Duration present(Instant now) const;
  Duration worked() const { return dead() ? worked_ : execution.worked(); }
  /// Random numbers of its own: by service, zone, slot and generation, which nothing else in the run moves.
  Random stream(std::string_view purpose) const;
  /// Processor time of the next request, which has this number.
  Duration draw_work(std::uint64_t request, Instant now);
  /// It runs the group's build, from now on: said before it serves, or of one that is found serving.
  void join(ServerGroup& group) {
    group_ = &group;
    dark_ = group.dark;
  }
  /// Whether it runs without taking traffic, as capacity for when a region is lost.
  bool dark() const { return dark_; }
  /// It takes traffic from now on, for the first time: it is there since now, and cold.
  void attach(Instant now) {
    dark_ = false;
    launched_ = launched_cold_.emplace(now);
  }
  ServerGroup* group() const { return group_; }
  void serve_from(Instant now);
  /// It gets this part of its processors, for what it begins from now on.
  void slow_down(Fraction pace) { pace_ = pace; }
  void drain() { stage_ = LifeStage::draining; }
  /// It takes no new requests; those that it has, or that are on their way to it, it goes on with.
  void close() { listens_ = false; }
  /// Its machine is gone: all that it was doing ends, at this instant.
  void die();
  /// Its process is about to be killed: the machine, which is still there, resets the connections of who waits for an answer.
  void be_killed() { resets_connections_ = true; }
  bool resets_connections() const { return resets_connections_; }

  // What every request looks at stands together, since seldom is any of it in the cache; what belongs to the instance's life
  // follows.
  Service& service;
  Host& machine;
  std::unique_ptr<HandlerState> state;   ///< what the service's handler keeps for it
  std::unique_ptr<Admission> admission;  ///< where somebody is turned away
  const Trouble* trouble = &no_trouble;  ///< that ails it at the moment

 private:
  const bool& machine_is_on_;

 public:
  const ZoneIndex zone;

 private:
  bool listens_ = false;
  bool resets_connections_ = false;
  bool dark_ = false;
  LifeStage stage_ = LifeStage::starting;

 public:
  const InstanceId id;  ///< by which registry and callers know it
  Scope scope;

 private:
  Duration draw_cost(std::uint64_t request);

  std::optional<Instant> launched_cold_;
  ServerGroup* group_ = nullptr;  ///< null where its service is never delivered
  Fraction pace_{1};

 public:
  Random random;
  std::uint64_t requests = 0;  ///< that have reached it
  Execution execution;
  const int number;                             ///< which slot of the zone's group it fills
  const std::uint32_t generation;               ///< counts those of its slot
  const std::optional<InstanceId> predecessor;  ///< in its slot, at another address
  const std::string name;                       ///< "play-api/eu-west-1a/0"

 private:
  friend class Service;

  Instant launched_ = never;
  Instant died_ = never;
  Duration worked_{0};                   ///< when it died: what a dead machine has left undone is not worked off
  std::list<Instance>::iterator place_;  ///< among its service's
};

}  // namespace streamtwin::rpc
