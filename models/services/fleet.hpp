// The fleet: which machine carries which instance, and what replaces one that died. Each zone of each service is an
// EC2 auto scaling group with a desired capacity: a status check finds a dead machine, a spare one copies the image,
// boots, and the new instance registers with Eureka as any other does.
#pragma once

#include <functional>
#include <vector>

#include "models/services/fleet_spec.hpp"
#include "models/services/mesh.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"

namespace streamtwin::services {

class Fleet {
 public:
  using Started = std::function<void(Instance&, bool registered)>;

  /// `image_stores`: a host for each region, from which images are copied.
  Fleet(Mesh& mesh, const FleetSpec& spec, std::vector<Host*> image_stores, Recorder& recorder);

  /// Machines of a zone that no instance has yet.
  void add_spare(ZoneIndex zone, Host& machine) { spares_[zone].push_back(&machine); }
  /// Starts an instance on a machine at once. `registered`: it has been in the registry for a while.
  Instance& launch(Service& service, ZoneIndex zone, int number, Host& machine, bool registered);
  /// Told of every instance that starts: the registry's client begins its life there.
  void on_start(Started started) { started_ = std::move(started); }
  /// Begins to watch for dead machines.
  void start();

 private:
  struct Slot {
    Service* service;
    ZoneIndex zone;
    int number;
    Host* machine;
    Instance* instance;
    bool replacing = false;
  };

  void bring_up(Slot& slot, bool registered);
  Task<> watch();
  Task<> replace(Slot& slot, Host& machine);
  Host* machine_for(Slot& slot);

  Mesh& mesh_;
  FleetSpec spec_;
  std::vector<Host*> image_stores_;
  std::vector<std::vector<Host*>> spares_;  ///< by zone
  std::deque<Slot> slots_;
  Started started_;
  std::uint64_t launched_ = 0;
  Counter replaced_, died_;
  Scope scope_;
};

}  // namespace streamtwin::services
