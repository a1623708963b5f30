// The two eras of Titus: on Mesos, and on ECS. How commands travel to agents and states to the master, as a scenario describes it.
#pragma once

#include "models/titus/jobs/jobs_spec.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

enum class Era : std::uint8_t { mesos, ecs };

struct MesosSpec {
  Duration message = 5ms;
  Duration allocation_interval = 1s;
  Duration refused = 5s;
  Duration agent_ping_timeout = 75s;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.message, {.name = "message",
                         .doc = "How long a message between Titus, the Mesos master and an agent is on its way",
                         .source = assumption,
                         .min = 0,
                         .max = 60});
    visit(self.allocation_interval, {.name = "allocation_interval",
                                     .doc = "Period at which the Mesos master offers what is free",
                                     .source = "Apache Mesos --allocation_interval: 1 s",
                                     .min = 1e-3,
                                     .max = 3600});
    visit(self.refused, {.name = "refused",
                         .doc = "How long an agent is not offered again after its offer was rejected, since nobody had used it",
                         .source = "Netflix/titus-control-plane VirtualMachineMasterServiceMesosImpl offerSecDelayInterval: 5 s",
                         .min = 0,
                         .max = 86400});
    visit(self.agent_ping_timeout, {.name = "agent_ping_timeout",
                                    .doc = "How long an agent may not answer until its tasks count as lost",
                                    .source = "Apache Mesos --agent_ping_timeout times --max_agent_ping_timeouts: 15 s and 5",
                                    .min = 1,
                                    .max = 3600});
  }
};

struct EcsSpec {
  int burst = 100;
  Rate refill{20};
  Duration call = 150ms;
  Duration to_agent = 200ms;
  Duration event = 1s;
  double sigma = 0.5;
  Fraction repeated{0.01};
  Fraction by_cloudwatch{0.05};
  Duration cloudwatch = 30s;
  Duration agent_lost = 120s;
  StartThrottleSpec service_throttle;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.burst, {.name = "burst",
                       .doc = "Calls of StartTask, and of StopTask, that an account can make at once; the others wait for tokens",
                       .source = "Amazon ECS developer guide names 100 for launches on Fargate; of StartTask and StopTask: assumption",
                       .min = 1,
                       .max = 1e6});
    visit(self.refill, {.name = "refill",
                        .doc = "Tokens that come back",
                        .source = "Amazon ECS developer guide: 20 a second for RunTask; of StartTask and StopTask: assumption",
                        .min = 1e-3,
                        .max = 1e6});
    visit(self.call, {.name = "call", .doc = "Median of the time of a call of ECS's API", .source = assumption, .min = 0, .max = 60});
    visit(self.to_agent, {.name = "to_agent",
                          .doc = "Median of the time from there until the agent has the command",
                          .source = assumption,
                          .min = 0,
                          .max = 60});
    visit(self.event, {.name = "event",
                       .doc = "Median of the time from a change of state on the agent to its event at Titus",
                       .source = assumption,
                       .min = 0,
                       .max = 600});
    visit(self.sigma, {.name = "sigma", .doc = "Deviation of the logarithms of these times", .source = assumption, .min = 0, .max = 3});
    visit(self.repeated, {.name = "repeated",
                          .doc = "Share of the events that come twice",
                          .source = "that they may is in the Amazon ECS developer guide; how often: assumption"});
    visit(self.by_cloudwatch, {.name = "by_cloudwatch",
                               .doc = "Share of the changes of which no event comes, so that Titus learns of them from CloudWatch",
                               .source = assumption});
    visit(self.agent_lost, {.name = "agent_lost",
                            .doc = "How long an agent may be gone until Titus hears of it and its tasks count as lost",
                            .source = "EC2 status checks run every minute, and CloudWatch tells of them later: assumption",
                            .min = 1,
                            .max = 3600});
    visit(self.service_throttle, {.name = "service_throttle", .doc = "Services whose tasks do not get as far as running"});
    visit(self.cloudwatch,
          {.name = "cloudwatch", .doc = "Median of the time until CloudWatch tells of those", .source = assumption, .min = 0, .max = 3600});
  }
};

struct OrchestrationSpec {
  Era era = Era::mesos;
  MesosSpec mesos;
  EcsSpec ecs;

  /// Until the master knows that an agent is gone.
  Duration lost_after() const { return era == Era::mesos ? mesos.agent_ping_timeout : ecs.agent_lost; }

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.era, {.name = "era",
                     .doc = "What starts and stops containers for Titus",
                     .source = "Mesos until Titus moved to ECS; Netflix has published no date: which one, assumption"});
    visit(self.mesos, {.name = "mesos", .doc = "On Mesos"});
    visit(self.ecs, {.name = "ecs", .doc = "On ECS"});
  }
};

}  // namespace streamtwin::titus

namespace streamtwin {

template <>
inline constexpr auto enum_names<titus::Era> = std::to_array<EnumName<titus::Era>>({
    {titus::Era::mesos, "mesos", "Mesos offers resources, starts and stops, and tells of states at once"},
    {titus::Era::ecs, "ecs", "ECS starts and stops, states come back as its events and over CloudWatch"},
});

}  // namespace streamtwin
