// When the relocation service works, as a scenario describes it. Facts: Netflix/titus-control-plane RelocationConfiguration.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct RelocationSpec {
  Duration interval = 30s;
  Duration descheduling_interval = 120s;
  Duration staleness_max = 30s;
  Duration node_condition_interval = 60s;
  Duration node_condition_lasts = 300s;
  bool bad_nodes_terminated = false;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/titus-control-plane RelocationConfiguration";
    visit(self.interval,
          {.name = "interval", .doc = "How often the plans of self-managed jobs are made", .source = source, .min = 1, .max = 86400});
    visit(self.descheduling_interval, {.name = "descheduling_interval",
                                       .doc = "Tasks are evicted in the first of these turns after this time",
                                       .source = source,
                                       .min = 1,
                                       .max = 86400});
    visit(self.staleness_max,
          {.name = "staleness_max", .doc = "With data older than this a turn is left out", .source = source, .min = 0, .max = 86400});
    visit(self.node_condition_interval, {.name = "node_condition_interval",
                                         .doc = "How often agents are looked at for bad conditions",
                                         .source = source,
                                         .min = 1,
                                         .max = 86400});
    visit(self.node_condition_lasts, {.name = "node_condition_lasts",
                                      .doc = "How long such a condition must have lasted before its tasks are ended",
                                      .source = source,
                                      .min = 0,
                                      .max = 86400});
    visit(self.bad_nodes_terminated, {.name = "bad_nodes_terminated", .doc = "Whether they are ended at all", .source = source});
  }
};

}  // namespace streamtwin::titus
