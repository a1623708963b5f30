// Replication between regions as a scenario describes it.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::stores {

struct ReplicationSpec {
  Duration period = 10s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.period, {.name = "period",
                        .doc = "What was written in so long is shipped to the other regions as one batch",
                        .source = assumption,
                        .min = 0.1,
                        .max = 3600});
  }
};

}  // namespace streamtwin::stores
