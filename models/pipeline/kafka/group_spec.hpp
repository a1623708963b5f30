// A group of consumers of Kafka's as a scenario describes it.
#pragma once

#include <array>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::kafka {

enum class Rebalance { eager, cooperative };

struct GroupSpec {
  Rebalance rebalance = Rebalance::eager;
  Duration session = 45s;
  Duration heartbeat = 3s;
  Duration poll_interval = 300s;
  int poll_records = 500;
  Duration commit = 5s;
  Duration initial_delay = 3s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.rebalance, {.name = "rebalance",
                           .doc = "What members do while partitions are dealt out anew",
                           .source = "apache/kafka partition.assignment.strategy"});
    visit(self.session, {.name = "session",
                         .doc = "A member that has not been heard of for so long is taken for dead, and its partitions are others'",
                         .source = "apache/kafka ConsumerConfig session.timeout.ms",
                         .min = 1e-2,
                         .max = 1800});
    visit(self.heartbeat, {.name = "heartbeat",
                           .doc = "How often a member is heard of, and hears of a rebalance",
                           .source = "apache/kafka ConsumerConfig heartbeat.interval.ms",
                           .min = 1e-2,
                           .max = 1800});
    visit(self.poll_interval,
          {.name = "poll_interval",
           .doc = "A member that works on one poll's records for longer leaves the group, and loses what it did with them; "
                  "a rebalance waits so long for those that have not come back to it",
           .source = "apache/kafka ConsumerConfig max.poll.interval.ms",
           .min = 1e-2,
           .max = 86400});
    visit(self.poll_records, {.name = "poll_records",
                              .doc = "Records of one poll",
                              .source = "apache/kafka ConsumerConfig max.poll.records",
                              .min = 1,
                              .max = 1e6});
    visit(self.commit, {.name = "commit",
                        .doc = "How often a member keeps how far it has come: what it did since is done again after its death",
                        .source = "apache/kafka ConsumerConfig auto.commit.interval.ms",
                        .min = 1e-2,
                        .max = 86400});
    visit(self.initial_delay, {.name = "initial_delay",
                               .doc = "How long the first members of an empty group wait for more",
                               .source = "apache/kafka GroupCoordinatorConfig group.initial.rebalance.delay.ms",
                               .max = 3600});
  }
};

}  // namespace streamtwin::kafka

namespace streamtwin {

template <>
inline constexpr auto enum_names<kafka::Rebalance> = std::to_array<EnumName<kafka::Rebalance>>({
    {kafka::Rebalance::eager, "eager", "All give up all their partitions and stop until each has its share (RangeAssignor)"},
    {kafka::Rebalance::cooperative, "cooperative",
     "Each goes on with what it keeps; only partitions that move stop (CooperativeStickyAssignor)"},
});

}  // namespace streamtwin
