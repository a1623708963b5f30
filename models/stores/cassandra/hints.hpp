// What a coordinator keeps for replicas that it cannot reach (apache/cassandra hints/HintsService, service/StorageProxy.shouldHint),
// and how fast it hands that over when they are back.
#pragma once

#include <algorithm>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::cassandra {

struct HintProperties {
  bool enabled = true;
  Duration window = 3h;
  Bytes throttle{1024 * 1024};
  Duration dispatch_interval = 10s;
  Duration kept = 240h;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.enabled, {.name = "enabled",
                         .doc = "Whether hints are kept for replicas that do not acknowledge a write",
                         .source = "apache/cassandra Config hinted_handoff_enabled"});
    visit(self.window, {.name = "window",
                        .doc = "Nothing more is kept for a node that has been down for longer: only repair heals it",
                        .source = "apache/cassandra Config max_hint_window",
                        .min = 0,
                        .max = 2592000});
    visit(self.throttle, {.name = "throttle",
                          .doc = "Bytes per second that are handed over to a node, by all others together",
                          .source = "apache/cassandra Config hinted_handoff_throttle 1024 KiB/s",
                          .min = 1});
    visit(self.dispatch_interval, {.name = "dispatch_interval",
                                   .doc = "Time between two looks at who is back",
                                   .source = "apache/cassandra hints/HintsService",
                                   .min = 0.1,
                                   .max = 3600});
    visit(self.kept, {.name = "kept",
                      .doc = "Hints that are older are thrown away: the tables' gc_grace_seconds",
                      .source = "apache/cassandra TableParams gc_grace_seconds 864000",
                      .min = 0});
  }
};

inline bool should_hint(const HintProperties& properties, Duration down_for) { return properties.enabled && down_for <= properties.window; }

/// How long one coordinator takes to hand over so much, in a cluster of so many nodes.
inline Duration hand_over_time(const HintProperties& properties, Bytes hinted, std::size_t nodes) {
  const double others = static_cast<double>(std::max<std::size_t>(2, nodes) - 1);
  return seconds(hinted / (properties.throttle / others));
}

}  // namespace streamtwin::cassandra
