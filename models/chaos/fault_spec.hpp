// What a scenario does to the platform, and when, in the words of the Chaos Toolkit's `method`: an ordered list of
// actions. Load is an action like any other.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin::chaos {

enum class Action {
  kill_instance,
  kill_zone,
  kill_region,
  kill_appliance,
  kill_site,
  add_latency,
  add_errors,
  slow_processors,
  set_load,
  release_title,
  kill_instances,
  start_instances,
  delay_calls,
  proxy_region,
};

struct FaultSpec {
  Duration at{0};
  Action action = Action::kill_instance;
  std::string target;
  std::optional<Duration> lasts;
  std::optional<Duration> latency;
  std::optional<Fraction> errors;
  std::optional<Fraction> speed;
  std::optional<double> load;
  std::optional<int> instances;
  std::string operation;
  std::string callee;
  std::optional<Duration> deviation;
  std::string to;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at, {.name = "at", .doc = "When, counted from the end of the warm-up", .min = 0, .max = 1e7, .required = true});
    visit(self.action, {.name = "action", .doc = "What happens", .required = true});
    visit(
        self.target,
        {.name = "target",
         .doc = "To whom: service, workload, service/zone/number, another machine (eureka/zone, elb/zone), zone, region, site or appliance",
         .names = ""});
    visit(self.lasts, {.name = "lasts", .doc = "When it is undone; never if absent", .min = 1e-3, .max = 1e7});
    visit(
        self.latency,
        {.name = "latency",
         .doc =
             "add_latency: each request waits so much longer, which keeps no core busy; delay_calls: mean of what is added to the time of a call",
         .min = 0,
         .max = 600});
    visit(self.errors, {.name = "errors", .doc = "add_errors: share of requests that fail", .min = 0, .max = 1});
    visit(self.speed, {.name = "speed",
                       .doc = "slow_processors: the share of its instances' processor speed that a service has left",
                       .min = 1e-3,
                       .max = 1});
    visit(self.load,
          {.name = "load",
           .doc = "set_load: factor on the arrivals of the workload that is the target; without a target, of plays and of all workloads",
           .min = 0,
           .max = 1000});
    visit(
        self.instances,
        {.name = "instances", .doc = "start_instances, kill_instances: how many; absent, all of them are killed", .min = 1, .max = 10000});
    visit(self.operation, {.name = "operation", .doc = "delay_calls: the operation of the target whose calls are delayed; all if absent"});
    visit(self.callee, {.name = "callee", .doc = "delay_calls: only calls to this, written service.operation; to all if absent"});
    visit(self.deviation, {.name = "deviation",
                           .doc = "delay_calls: standard deviation of what is added; negative draws are repeated",
                           .min = 0,
                           .max = 600});
    visit(self.to,
          {.name = "to", .doc = "proxy_region: the region that answers instead; the nearest one in service if absent", .names = "region"});
  }
};

}  // namespace streamtwin::chaos

namespace streamtwin {
template <>
inline constexpr auto enum_names<chaos::Action> = std::to_array<EnumName<chaos::Action>>({
    {chaos::Action::kill_instance, "kill_instance", "turn off the machine of one instance, or another machine of the cloud"},
    {chaos::Action::kill_zone, "kill_zone", "turn off every machine of a zone"},
    {chaos::Action::kill_region, "kill_region", "turn off every machine of a region"},
    {chaos::Action::kill_appliance, "kill_appliance", "turn off one Open Connect appliance"},
    {chaos::Action::kill_site, "kill_site", "turn off every appliance of an Open Connect site"},
    {chaos::Action::add_latency, "add_latency", "let each request of a service wait, as on a slow disk or network"},
    {chaos::Action::add_errors, "add_errors", "make a service fail a share of its requests"},
    {chaos::Action::slow_processors, "slow_processors", "take processor speed from a service, as noisy neighbours or throttling do"},
    {chaos::Action::set_load, "set_load", "multiply the arrivals of plays and workloads"},
    {chaos::Action::release_title, "release_title", "a new title is filled into every site"},
    {chaos::Action::kill_instances, "kill_instances", "with mesh.semantics: misim: the oldest instances of a service die"},
    {chaos::Action::start_instances, "start_instances", "with mesh.semantics: misim: further instances of a service run at once"},
    {chaos::Action::delay_calls, "delay_calls", "with mesh.semantics: misim: the calls of a service take longer on their way"},
    {chaos::Action::proxy_region, "proxy_region", "evacuate a region: its gateways proxy a growing share of their requests to another one"},
});
}  // namespace streamtwin
