// The VPC that containers have their addresses in, as a scenario describes it. Sources: Netflix/titus-executor, vpc/. What the
// calls of EC2 take is not published.
#pragma once

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::titus {

struct NetworkSpec {
  Duration idle = 90s;
  int batch = 4;
  Duration back_off_min = 100ms;
  Duration back_off_max = 200ms;
  Duration assign_timeout = 120s;
  Duration unassign_timeout = 60s;
  Duration setup_wait = 30s;
  Duration unused = 1h;
  Duration between_detaches = 5s;
  Duration between_looks = 60s;
  int warm_interfaces = 100;
  Duration service_call = 50ms;
  Duration assign_call = 400ms;
  Duration modify_call = 400ms;
  Duration create_call = 1500ms;
  Duration attach_call = 2s;
  Duration setup = 500ms;
  double sigma = 0.3;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.idle, {.name = "idle",
                      .doc = "How long an address lies idle after its container has ended, before another container can have it",
                      .source = "Netflix/titus-executor vpc/constants.go DefaultMinIdlePeriod: 90 s",
                      .min = 0,
                      .max = 86400});
    visit(self.batch, {.name = "batch",
                       .doc = "Addresses that an interface is given at a time when it has none to spare",
                       .source = "Netflix/titus-executor vpc/service batchSize: 4",
                       .min = 1,
                       .max = 256});
    visit(self.back_off_min, {.name = "back_off_min",
                              .doc = "Least time until an assignment is tried again while an interface of the agent is being attached",
                              .source = "Netflix/titus-executor vpc/service/generate_assignment_id.go minSleep: 100 ms",
                              .min = 1e-3,
                              .max = 60});
    visit(self.back_off_max, {.name = "back_off_max",
                              .doc = "Most time until then",
                              .source = "Netflix/titus-executor vpc/service/generate_assignment_id.go maxSleep: 200 ms",
                              .min = 1e-3,
                              .max = 60});
    visit(self.assign_timeout, {.name = "assign_timeout",
                                .doc = "How long a container may wait for its address before its start has failed",
                                .source = "Netflix/titus-executor vpc/types AssignVpctoolTimeout: 120 s",
                                .min = 1,
                                .max = 3600});
    visit(self.unassign_timeout, {.name = "unassign_timeout",
                                  .doc = "How long giving an address back may take",
                                  .source = "Netflix/titus-executor vpc/types UnassignVpctoolTimeout: 60 s",
                                  .min = 1,
                                  .max = 3600});
    visit(self.setup_wait, {.name = "setup_wait",
                            .doc = "How long namespace, veth and routes may take before the start has failed",
                            .source = "Netflix/titus-executor vpc/tool/container2 networkSetupWait: 30 s",
                            .min = 1,
                            .max = 3600});
    visit(self.unused, {.name = "unused",
                        .doc = "How long an interface without containers stays attached to an agent",
                        .source = "Netflix/titus-executor vpc/service/detach_unused_branch_eni.go minTimeUnused: 1 h",
                        .min = 60,
                        .max = 864000});
    visit(self.between_detaches, {.name = "between_detaches",
                                  .doc = "Time between two detachments of unused interfaces of a subnet",
                                  .source = "Netflix/titus-executor vpc/service/detach_unused_branch_eni.go timeBetweenDetaches: 5 s",
                                  .min = 0.1,
                                  .max = 3600});
    visit(self.between_looks, {.name = "between_looks",
                               .doc = "Time until unused interfaces are looked for again where none was found",
                               .source = "Netflix/titus-executor vpc/service/detach_unused_branch_eni.go timeBetweenNoDetatches: 60 s",
                               .min = 1,
                               .max = 3600});
    visit(self.warm_interfaces,
          {.name = "warm_interfaces",
           .doc = "Interfaces of each subnet that are there, attached to no agent, when the run begins; where none is "
                  "left one is created",
           .source = assumption,
           .min = 0,
           .max = 1e6});
    visit(self.service_call, {.name = "service_call",
                              .doc = "Median of the time that the VPC service takes to assign or give back an address",
                              .source = assumption,
                              .min = 0,
                              .max = 60});
    visit(
        self.assign_call,
        {.name = "assign_call", .doc = "Median of the time of EC2's AssignPrivateIpAddresses", .source = assumption, .min = 0, .max = 60});
    visit(self.modify_call, {.name = "modify_call",
                             .doc = "Median of the time of EC2's ModifyNetworkInterfaceAttribute, which changes security groups",
                             .source = assumption,
                             .min = 0,
                             .max = 60});
    visit(self.create_call,
          {.name = "create_call", .doc = "Median of the time of EC2's CreateNetworkInterface", .source = assumption, .min = 0, .max = 60});
    visit(self.attach_call, {.name = "attach_call",
                             .doc = "Median of the time until EC2 has attached an interface to an agent",
                             .source = assumption,
                             .min = 0,
                             .max = 600});
    visit(self.setup, {.name = "setup",
                       .doc = "Median of the time for a container's pod root container, namespace, veth and routes",
                       .source = assumption,
                       .min = 0,
                       .max = 600});
    visit(self.sigma, {.name = "sigma", .doc = "Deviation of the logarithms of these times", .source = assumption, .min = 0, .max = 3});
  }

  void check(Checker& checker) const { checker.require(back_off_min <= back_off_max, "back_off_min", "is longer than back_off_max"); }
};

}  // namespace streamtwin::titus
