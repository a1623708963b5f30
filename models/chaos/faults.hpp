// Carries out the method of a scenario. A fault acts on the thing it breaks (turns hosts off, slows a service down) and
// on nothing else: whoever depends on it notices through its own time-outs, health checks and leases. Each holds until
// its own end, whatever others of the same target begin or end meanwhile.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "models/chaos/fault_spec.hpp"
#include "models/services/service.hpp"
#include "sim-core/platform/platform.hpp"
#include "sim-core/process.hpp"
#include "sim-core/record/recorder.hpp"

namespace streamtwin::chaos {

/// A step of the method with its targets found.
struct Fault {
  FaultSpec spec;
  std::vector<Host*> hosts;              ///< to turn off
  services::Service* service = nullptr;  ///< to slow down or to make fail
  std::function<void()> act;             ///< what else happens then, of whoever knows how to
  std::function<int()> kill;             ///< kills instances, and says how many there were
  std::function<void()> undo;            ///< and when the step ends
};

class Faults {
 public:
  /// `zero`: the end of the warm-up, from which the method counts.
  Faults(std::vector<Fault> method, Instant zero, Recorder& recorder);

  void start();

 private:
  Task<> carry_out(const Fault& fault);
  void begin(const Fault& fault);
  void end(const Fault& fault);
  void hold_down(Host& host);
  void let_go(Host& host);
  void weaken(services::Service& service) const;

  /// How many faults hold a host down, and whether the first of them found it on.
  struct Held {
    int faults = 0;
    bool was_on = false;
    Instant turned_on = never;
  };

  std::vector<Fault> method_;
  std::vector<const Fault*> active_;  ///< those that have begun and not ended, in the order of their beginnings
  std::map<const Host*, Held> held_;  ///< looked up only: an order of addresses decides nothing
  Instant zero_;
  Recorder& recorder_;
  Scope scope_;
};

}  // namespace streamtwin::chaos
