// What the executor of an agent does to start and stop a container, as a scenario describes it. Netflix has published time-outs,
// but neither how long a start takes in all nor how long its steps take: the medians here are assumptions, to be calibrated.
#pragma once

#include "models/titus/executor/processors.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

/// What an executor takes of its agent, beside what its container has asked for.
struct OverheadSpec {
  double cpus = 0;
  Bytes memory{0};
  bool counted = false;

  Overhead each() const { return {fenzo::Cores{cpus}, fenzo::Megabytes{memory / Bytes{1 << 20}}}; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source =
        "Netflix has published none, so that there is none: assumption; Apache Mesos src/slave/constants.hpp has 0.1 and 32 MB for its own";
    visit(self.cpus, {.name = "cpus",
                      .doc = "Processors that the executor of a container is busy with, with its system services, from the command on",
                      .source = source,
                      .min = 0,
                      .max = 100});
    visit(self.memory, {.name = "memory", .doc = "Memory that they have", .source = source});
    visit(self.counted, {.name = "counted",
                         .doc = "Whether the scheduler places containers with it, rather than by what they ask for alone",
                         .source = "Netflix/Fenzo TaskRequest knows of no executor's resources"});
  }
};

struct ExecutorSpec {
  Duration prepare_timeout = 15min;
  Duration start_timeout = 10min;
  Duration services_timeout = 90s;
  Duration batch_kill_wait = 10s;
  Duration service_kill_wait = 120s;
  Duration preparing = 300ms;
  Duration services = 1s;
  Duration boot = 500ms;
  double sigma = 0.3;
  Fraction local_errors{0};
  Fraction heeds_stop{0.9};
  Duration stopping = 1s;
  Duration clean_up = 500ms;
  bool error_hides_credentials = true;
  OverheadSpec overhead;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.prepare_timeout, {.name = "prepare_timeout",
                                 .doc = "How long preparing, the pull of the image and the address may take together",
                                 .source = "Netflix/titus-executor executor/runtime/docker/docker_config.go timeouts.prepare: 15 min",
                                 .min = 1,
                                 .max = 86400});
    visit(self.start_timeout, {.name = "start_timeout",
                               .doc = "How long system services and the start of the container may take together",
                               .source = "Netflix/titus-executor executor/runtime/docker/docker_config.go timeouts.start: 10 min",
                               .min = 1,
                               .max = 86400});
    visit(self.services_timeout, {.name = "services_timeout",
                                  .doc = "How long the system services of a container may take to start",
                                  .source = "Netflix/titus-executor executor/runtime/docker: 90 s",
                                  .min = 1,
                                  .max = 86400});
    visit(self.batch_kill_wait, {.name = "batch_kill_wait",
                                 .doc = "How long a container of a batch job has to end after it was told to, before it is killed",
                                 .source = "Netflix/titus-executor defaultKillWait and Titus' pod default: 10 s",
                                 .min = 0,
                                 .max = 300});
    visit(self.service_kill_wait, {.name = "service_kill_wait",
                                   .doc = "The same of a service job",
                                   .source = "Netflix/titus-control-plane KubePodConfiguration: 120 s",
                                   .min = 0,
                                   .max = 300});
    visit(self.preparing, {.name = "preparing",
                           .doc = "Median of the time from the command's arrival until the executor asks for the image",
                           .source = assumption,
                           .min = 0,
                           .max = 600});
    visit(self.services, {.name = "services",
                          .doc = "Median of the time that the system services of a container take (logs, metrics, metadata proxy)",
                          .source = assumption,
                          .min = 0,
                          .max = 600});
    visit(self.boot,
          {.name = "boot", .doc = "Median of the time from there until the container runs", .source = assumption, .min = 0, .max = 3600});
    visit(self.sigma, {.name = "sigma", .doc = "Deviation of the logarithms of these times", .source = assumption, .min = 0, .max = 3});
    visit(self.local_errors, {.name = "local_errors",
                              .doc = "Share of the starts that fail for a fault of the agent (a local system error)",
                              .source = assumption});
    visit(self.heeds_stop, {.name = "heeds_stop",
                            .doc = "Share of the containers that end by themselves when they are told to; the others are killed",
                            .source = assumption});
    visit(self.stopping,
          {.name = "stopping", .doc = "Median of the time that those take to end", .source = assumption, .min = 0, .max = 3600});
    visit(self.clean_up, {.name = "clean_up",
                          .doc = "Median of the time that is spent on what a container leaves behind, its address apart",
                          .source = assumption,
                          .min = 0,
                          .max = 600});
    visit(self.error_hides_credentials,
          {.name = "error_hides_credentials",
           .doc = "Whether a container whose credentials could not be renewed is told so at once, a quarter of an hour before they end, "
                  "rather than given those that it has",
           .source = "Netflix/titus-executor metadataserver/iam.go: an error takes the place of what was there"});
    visit(self.overhead, {.name = "overhead", .doc = "What a container costs its agent beside what it asks for"});
  }
};

}  // namespace streamtwin::titus
