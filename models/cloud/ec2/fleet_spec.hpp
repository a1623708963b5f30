// The fleet as a scenario describes it: machines, and what replaces them.
#pragma once

#include <optional>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::ec2 {

/// From the decision to launch an instance to a machine of its own: the API, its limit, and the time that EC2 calls it pending.
struct LaunchSpec {
  Duration api = 1.5s;
  Duration pending = 16s;
  double pending_sigma = 0.25;
  Fraction slow{0.02};
  double slow_factor = 4;
  int burst = 1000;
  Rate refill{2};

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.api, {.name = "api",
                     .doc = "How long the call of RunInstances takes",
                     .source = "1.54 s measured: C. Percival, EC2 boot time benchmarking, 2021",
                     .min = 0,
                     .max = 3600});
    visit(self.pending, {.name = "pending",
                         .doc = "Median of the time from pending to running",
                         .source = "16.4 to 16.6 s in every family measured: brevdev/ec2-coldboot-research",
                         .min = 0,
                         .max = 7200});
    visit(self.pending_sigma,
          {.name = "pending_sigma", .doc = "Deviation of the logarithm of that time", .source = assumption, .min = 0, .max = 3});
    visit(self.slow, {.name = "slow", .doc = "Share of the launches that are slow", .source = "bimodal, as users tell: assumption"});
    visit(self.slow_factor,
          {.name = "slow_factor", .doc = "How many times as long those are pending", .source = assumption, .min = 1, .max = 1000});
    visit(self.burst, {.name = "burst",
                       .doc = "Instances that a region's account can launch at once; the others wait for tokens",
                       .source = "Amazon EC2 API throttling, resource token bucket of RunInstances: 1000",
                       .min = 1,
                       .max = 1e6});
    visit(self.refill, {.name = "refill",
                        .doc = "Tokens that come back",
                        .source = "Amazon EC2 API throttling, resource token bucket of RunInstances: 2 a second",
                        .min = 1e-3,
                        .max = 1e6});
  }
};

struct FleetSpec {
  Duration status_check = 60s;
  int spare_machines = 4;
  std::optional<int> scaling_machines;
  LaunchSpec launch;
  Duration drain = 120s;
  Duration stop_timeout = 30s;
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
    visit(self.scaling_machines,
          {.name = "scaling_machines",
           .doc = "Machines in each zone that EC2 has for services that scale out, besides the spare ones; where they do not suffice it "
                  "answers InsufficientInstanceCapacity. If absent, half as many again as each zone's share of the largest numbers",
           .min = 0,
           .max = 100000});
    visit(self.launch, {.name = "launch", .doc = "How long a launch takes before the image is copied and the instance boots"});
    visit(self.drain, {.name = "drain",
                       .doc = "How long an instance that is to stop goes on serving after it has left the registry and its load balancers",
                       .source = "by Eureka's defaults lists are up to 90 s old; a margin to that is an assumption",
                       .min = 0,
                       .max = 7200});
    visit(self.stop_timeout, {.name = "stop_timeout",
                              .doc = "How long it may then take to end what it has begun, before it is stopped",
                              .source = "Amazon ECS ECS_CONTAINER_STOP_TIMEOUT: 30 s",
                              .min = 0,
                              .max = 3600});
    visit(self.machine_speed,
          {.name = "machine_speed", .doc = "Speed of a core, the unit of boot times", .source = assumption, .min = 1e6, .max = 1e12});
  }
};

}  // namespace streamtwin::ec2
