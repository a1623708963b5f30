// What a scenario does to the platform, and when, in the words of the Chaos Toolkit's `method`: an ordered list of
// actions. Load is an action like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/failover/failover_spec.hpp"
#include "models/registry/dns_trouble.hpp"
#include "models/services/fit/injections.hpp"
#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

/// The name of a row of the table of actions (scenarios/composition/twin/actions.hpp).
struct ActionName {
  std::string_view name = "kill_instance";

  ActionName() = default;
  ActionName(const char* its_name) : name(its_name) {}
  friend bool operator==(const ActionName&, const ActionName&) = default;

  /// All that there are, with what they do; the value is the position.
  static std::vector<EnumName<int>> choices();
  /// What happens elsewhere and cannot happen to any scenario.
  static std::string_view why_none(std::string_view name);
};

/// A step of the method. Its keys are words that all actions share; which of them an action reads stands in its row.
struct FaultSpec {
  Duration at{0};
  ActionName action;
  std::string target;
  std::optional<Duration> lasts;
  std::optional<Duration> latency;
  std::optional<Fraction> errors;
  std::optional<Fraction> speed;
  std::optional<double> factor;
  std::optional<double> load;
  std::optional<int> instances;
  std::optional<int> loops;
  std::string operation;
  std::string callee;
  std::optional<Duration> deviation;
  std::string to;
  std::optional<bool> one_way;
  std::optional<Fraction> loss;
  std::string build;
  std::string pipeline;
  std::optional<failover::ProcedureKind> procedure;
  std::optional<Duration> every;
  std::optional<int> times;
  std::optional<Duration> until;
  std::optional<Duration> within;
  std::string name;
  std::optional<registry::DnsTrouble> answers;
  std::optional<Fraction> members;
  std::optional<int> member;
  std::string client_group;
  std::optional<fit::Point> point;
  std::optional<Bytes> size;
  std::optional<Duration> ahead;
  std::optional<Fraction> drift;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at,
          {.name = "at", .doc = "When it happens (first), counted from the end of the warm-up", .min = 0, .max = 1e7, .required = true});
    visit(self.action, {.name = "action", .doc = "What happens", .required = true});
    visit(self.target,
          {.name = "target",
           .doc =
               "To whom: instances (service, service/region, service/zone, service/zone/number, region or zone), the calls from some to "
               "others (play-api -> ratings), a machine, zone, region, client group, appliance, site, link, stack of Titus or something of "
               "one, or workload, as the action takes them. Of instances, machines, agents and places `one of`, `3 of`, `20 % of` them, or "
               "`each of … with 20 %`, drawn from the seed: of a service, region or site, or of all `zones`, `regions`, `client groups`, "
               "`appliances`, `sites` or `links`",
           .names = ""});
    visit(self.lasts, {.name = "lasts", .doc = "When it is undone; never if absent", .min = 1e-3, .max = 1e7});
    visit(
        self.latency,
        {.name = "latency",
         .doc =
             "add_latency: each request waits so much longer, on average, which keeps no core busy; disturb_network: so much longer each message takes; delay_calls: mean of what is added to the "
             "time of a call",
         .min = 0,
         .max = 600});
    visit(
        self.errors,
        {.name = "errors",
         .doc =
             "add_errors, black_hole: share of requests that fail, of a black hole all if absent; break_image: share of containers that crash as they start",
         .min = 0,
         .max = 1});
    visit(self.speed,
          {.name = "speed",
           .doc = "slow_processors: the share of its instances' processor speed that a service has left; slow_registry: the same "
                  "of a registry's bandwidth, slow_link: of a link's, slow_disk: of a disk's speed",
           .min = 1e-3,
           .max = 1});
    visit(self.factor,
          {.name = "factor", .doc = "lengthen_pauses: each pause of a garbage collector is so many times as long", .min = 1, .max = 1000});
    visit(self.load,
          {.name = "load",
           .doc = "set_load: factor on the arrivals of the workload that is the target; without a target, of plays and of all workloads",
           .min = 0,
           .max = 1000});
    visit(self.instances,
          {.name = "instances",
           .doc = "start_instances, kill_instances, kill_agents: how many; if absent all of them are killed. set_containers: "
                  "how many containers; refresh_agents: how many agents at a time, or all at once if absent",
           .min = 1,
           .max = 10000});
    visit(self.loops, {.name = "loops",
                       .doc = "burn_cpu: endless loops that run beside an instance's process; 32 of Simian Army's BurnCpu",
                       .min = 1,
                       .max = 10000});
    visit(self.operation, {.name = "operation", .doc = "delay_calls: the operation of the target whose calls are delayed; all if absent"});
    visit(self.callee, {.name = "callee", .doc = "delay_calls: only calls to this, written service.operation; to all if absent"});
    visit(self.deviation,
          {.name = "deviation",
           .doc = "add_latency, disturb_network, delay_calls: standard deviation of what is added; negative draws are repeated",
           .min = 0,
           .max = 600});
    visit(
        self.to,
        {.name = "to",
         .doc =
             "proxy_region: the region that answers instead, the nearest one in service if absent; evacuate: the only one that takes the "
             "traffic; cut_network, disturb_network: the zone or region at the other end, of a client group the region or site, all others if "
             "absent"});
    visit(self.one_way, {.name = "one_way", .doc = "cut_network, disturb_network: only messages from the target, not those to it"});
    visit(self.loss, {.name = "loss", .doc = "disturb_network: share of packets that are lost", .min = 0, .max = 1});
    visit(self.build, {.name = "build", .doc = "deliver: the build, of `deliveries.builds`", .names = "build"});
    visit(self.every, {.name = "every", .doc = "How often it is repeated, from one beginning to the next", .min = 1e-3, .max = 1e7});
    visit(self.times,
          {.name = "times", .doc = "How often it happens, `every` so often or `within` a window; once if absent", .min = 1, .max = 10000});
    visit(self.until,
          {.name = "until", .doc = "When its repetition ends, counted as `at`; with the run if absent", .min = 1e-3, .max = 1e7});
    visit(self.within,
          {.name = "within",
           .doc =
               "Length of the window from `at` on in which it happens at random, as the seed has it; of what is repeated `every` so often, "
               "how much later each may begin",
           .min = 1e-3,
           .max = 1e7});
    visit(self.name,
          {.name = "name",
           .doc = "What the step is called where the seed fixes its instants: its action and target if absent, so that two alike that are "
                  "drawn need it"});
    visit(self.answers, {.name = "answers", .doc = "fail_dns, fail_client_dns: what is wrong with them; missing if absent"});
    visit(self.pipeline, {.name = "pipeline", .doc = "deliver, roll_back: by which of `deliveries.pipelines`", .names = "pipeline"});
    visit(self.procedure, {.name = "procedure", .doc = "evacuate: how; as `failover.procedure` says if absent"});
    visit(
        self.members,
        {.name = "members",
         .doc =
             "inject: the share of the members that is struck, always the same ones; all if absent; set_flag: the share that a flag is open for",
         .min = 0,
         .max = 1});
    visit(self.member, {.name = "member", .doc = "set_flag: one that it is open for, by number", .min = 0, .max = 2e9});
    visit(self.client_group, {.name = "client_group", .doc = "inject, set_flag: only members of this client group"});
    visit(self.point, {.name = "point",
                       .doc = "inject: where the calls to the target are struck; those to a cache or store in its client, others in the "
                              "command if absent"});
    visit(self.size,
          {.name = "size", .doc = "fill_disk: how much of an agent's disk; all that is left if absent", .min = 1e6, .max = 1e15});
    visit(self.ahead, {.name = "ahead", .doc = "skew_clock: how far the clock is ahead, or behind if negative", .min = -1e7, .max = 1e7});
    visit(self.drift, {.name = "drift", .doc = "skew_clock: how much faster it runs meanwhile", .min = 0, .max = 1});
  }
};

}  // namespace streamtwin
