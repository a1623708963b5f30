// Who takes part in a registry: an instance as the client sees it that lives on it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "models/registry/view.hpp"
#include "sim-core/process.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::registry {

/// How long messages take that are sent now.
struct Passage {
  Duration there, back;
};
/// Between two zones; nothing where no connection can be made.
using Passages = std::function<std::optional<Passage>(ZoneIndex from, ZoneIndex to)>;

/// An instance as its discovery client sees itself. Whoever runs on the instance owns it and its scope.
struct Member {
  InstanceId id = 0;
  AppId app = 0;
  ZoneIndex zone = 0;
  bool out_of_service = false;                         ///< when it registers: its application takes no traffic until somebody says so
  bool starting = false;                               ///< when it registers: its application says that it takes none yet
  bool down = false;                                   ///< when it registers: its application's health check fails
  bool taken_out = false;                              ///< of one that is established: somebody has taken it out of traffic
  std::optional<Duration> renewed_ago = std::nullopt;  ///< of one that is established: when it was heard of, if that is known
  std::uint64_t identity = 0;                          ///< of its random numbers: what else is launched leaves it as it is
  Scope* scope = nullptr;                              ///< the client's processes live and die with the instance
  std::function<void(const RegistryView&)> refresh_balancers;
  std::function<void(bool up)> own_status_changed;  ///< a listener for its own status, where it has one
  std::function<bool(AppId)> calls;                 ///< whether its service calls that application
  std::function<bool()> machine_is_on;              ///< if not, nobody closes its connections when it ends
  std::function<bool()> answers;                    ///< a health check, now
  std::function<bool(Duration)> restart;            ///< its process ends, and another is there after that; false if there is none to end
};

}  // namespace streamtwin::registry
