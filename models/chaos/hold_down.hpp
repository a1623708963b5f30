// Machines that steps of the method have turned off. Several may hold one of them down: it comes back with the end of the
// last. One that was off before the first stays off after the last: whoever turned it off turns it on.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "models/chaos/effect.hpp"
#include "sim-core/platform/platform.hpp"

namespace streamtwin::chaos {

class HoldDown {
 public:
  /// Turns all of them off while it lasts. The effect refers to this.
  Effect effect(std::vector<Host*> hosts);
  /// Those that are chosen when it begins.
  Effect effect(std::function<std::vector<Host*>()> choose);

 private:
  void hold(Host& host);
  void let_go(Host& host);

  struct Held {
    int steps = 0;
    bool was_on = false;  ///< before the first of them
    Instant turned_on = never;
  };

  std::map<const Host*, Held> held_;  ///< looked up only: an order of addresses decides nothing
};

}  // namespace streamtwin::chaos
