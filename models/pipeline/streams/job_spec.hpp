// Jobs on streams as a scenario describes them. apache/flink's options where it is one of Flink's.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "models/pipeline/streams/restart_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::streams {

enum class Engine { flink, samza, mantis };

/// What keeps a job running on machines.
struct MachinesSpec {
  int machines = 1;
  Duration heartbeat_timeout = 50s;
  RestartSpec restart;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.machines, {.name = "machines",
                          .doc = "Machines of its own in each zone, over which its tasks are spread",
                          .source = assumption,
                          .min = 1,
                          .max = 1000});
    visit(self.heartbeat_timeout, {.name = "heartbeat_timeout",
                                   .doc = "A machine that has not been heard of for so long is taken for dead",
                                   .source = "apache/flink heartbeat.timeout",
                                   .min = 1e-3,
                                   .max = 3600});
    visit(self.restart, {.name = "restart", .doc = "When it begins again after that, from its last checkpoint"});
  }
};

struct CheckpointSpec {
  Duration interval = 60s;
  Duration timeout = 600s;
  Duration pause{0};
  int failures = 0;
  bool unaligned = false;
  Duration snapshot = 1s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.interval, {.name = "interval",
                          .doc = "How often one begins; of Samza how often each task keeps its offset",
                          .source = "apache/samza task.commit.ms; of Flink, which takes none by default, the same: assumption",
                          .min = 1e-2,
                          .max = 86400});
    visit(self.timeout, {.name = "timeout",
                         .doc = "One that takes longer is given up",
                         .source = "apache/flink execution.checkpointing.timeout",
                         .min = 1e-2,
                         .max = 86400});
    visit(self.pause, {.name = "pause",
                       .doc = "At the least from the end of one to the beginning of the next",
                       .source = "apache/flink execution.checkpointing.min-pause",
                       .max = 86400});
    visit(self.failures, {.name = "failures",
                          .doc = "So many in a row may be given up; with the next one the job fails",
                          .source = "apache/flink execution.checkpointing.tolerable-failed-checkpoints",
                          .min = 0,
                          .max = 1e6});
    visit(self.unaligned, {.name = "unaligned",
                           .doc = "Whether barriers overtake what waits in buffers, which is kept with the state, in place of having tasks "
                                  "wait until all their inputs have brought one",
                           .source = "apache/flink execution.checkpointing.unaligned.enabled"});
    visit(self.snapshot, {.name = "snapshot",
                          .doc = "How long a task's state is on its way to where it is kept, while the task goes on",
                          .source = assumption,
                          .max = 3600});
  }
};

struct WindowSpec {
  Duration size = 60s;
  Duration bound = 5s;
  Duration lateness{0};
  std::optional<Duration> idle;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.size, {.name = "size",
                      .doc = "How much time of events one result is made of. Netflix's Trending Now: minutes, without a number",
                      .source = assumption,
                      .min = 1e-1,
                      .max = 86400});
    visit(self.bound, {.name = "bound",
                       .doc = "How much older than the newest an event may be: the watermark is that far behind",
                       .source = assumption,
                       .max = 86400});
    visit(self.lateness, {.name = "lateness",
                          .doc = "How long after its end, in event time, a window still takes in what comes late, and fires again",
                          .source = "apache/flink allowedLateness",
                          .max = 86400});
    visit(self.idle, {.name = "idle",
                      .doc = "A partition from which nothing has come for so long is waited for no more; by default the slowest holds the "
                             "windows up for ever, as in Flink",
                      .source = "apache/flink WatermarkStrategy.withIdleness",
                      .min = 1e-2,
                      .max = 86400});
  }
};

struct BuffersSpec {
  int own = 2;
  int shared = 8;
  Bytes size{32768};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.own, {.name = "own",
                     .doc = "Of each input",
                     .source = "apache/flink taskmanager.network.memory.buffers-per-channel",
                     .min = 1,
                     .max = 10000});
    visit(
        self.shared,
        {.name = "shared", .doc = "Of all inputs of a task", .source = "apache/flink floating-buffers-per-gate", .min = 0, .max = 100000});
    visit(self.size, {.name = "size", .doc = "Of one", .source = "apache/flink taskmanager.memory.segment-size", .min = 1, .max = 1e9});
  }
};

}  // namespace streamtwin::streams

namespace streamtwin {

template <>
inline constexpr auto enum_names<streams::Engine> = std::to_array<EnumName<streams::Engine>>({
    {streams::Engine::flink, "flink", "Apache Flink: a machine's loss sends the whole job back to its last checkpoint"},
    {streams::Engine::samza, "samza", "Apache Samza: a task for each partition, and each goes back by itself"},
    {streams::Engine::mantis, "mantis", "Netflix Mantis: at most once; what does not fit is dropped, and nothing is read again"},
});

}  // namespace streamtwin
