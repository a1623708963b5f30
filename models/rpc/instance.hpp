// One running copy of a service on a machine of its own. What runs on an instance belongs to its scope and ends with
// its machine.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/places/ids.hpp"
#include "models/rpc/admission.hpp"
#include "models/rpc/execution.hpp"
#include "models/rpc/handler.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/random.hpp"

namespace streamtwin::rpc {

class Service;

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
  Instant launched() const { return launched_; }
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

  Service& service;
  Host& machine;
  const ZoneIndex zone;
  const int number;                ///< which slot of the zone's group it fills
  const std::uint64_t serial;      ///< counts every instance ever launched in the run
  const std::uint32_t generation;  ///< counts those of its slot
  const std::string name;          ///< "play-api/eu-west-1a/0"
  Random random;
  Execution execution;
  std::optional<Admission> admission;   ///< where somebody is turned away
  std::unique_ptr<HandlerState> state;  ///< what the service's handler keeps for it

 private:
  const Instant launched_;
  bool alive_ = true;
  Instant died_ = never;
  Duration worked_{0};  ///< when it died: what a dead machine has left undone is not worked off
  std::optional<Instant> launched_cold_;

 public:
  Scope scope;  ///< last: its processes use everything above
};

}  // namespace streamtwin::rpc
