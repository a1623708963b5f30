// The fleet as a scenario describes it: machines, and what replaces them.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::services {

struct FleetSpec {
  Duration status_check = 60s;
  int spare_machines = 4;
  Speed machine_speed{1e9};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.status_check, {.name = "status_check",
                              .doc = "Period at which an auto scaling group looks for dead machines",
                              .source = "EC2 status checks run every minute",
                              .min = 1,
                              .max = 3600});
    visit(self.spare_machines, {.name = "spare_machines",
                                .doc = "Machines in each zone that can take the place of dead ones",
                                .source = assumption,
                                .min = 0,
                                .max = 10000});
    visit(self.machine_speed,
          {.name = "machine_speed", .doc = "Speed of a core, the unit of boot times", .source = assumption, .min = 1e6, .max = 1e12});
  }
};

}  // namespace streamtwin::services
