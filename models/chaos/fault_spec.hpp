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
  set_load,
  release_title,
};

struct FaultSpec {
  Duration at{0};
  Action action = Action::kill_instance;
  std::string target;
  std::optional<Duration> lasts;
  Duration latency{0};
  Fraction errors{0};
  double load = 1;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    visit(self.at, {.name = "at", .doc = "When, counted from the end of the warm-up", .min = 0, .max = 1e7, .required = true});
    visit(self.action, {.name = "action", .doc = "What happens", .required = true});
    visit(self.target, {.name = "target", .doc = "To whom: service, workload, service/zone/number, another machine (eureka/zone, elb/zone), zone, region, site or appliance",
                        .names = ""});
    visit(self.lasts, {.name = "lasts", .doc = "When it is undone; never if absent", .min = 1e-3, .max = 1e7});
    visit(self.latency, {.name = "latency", .doc = "add_latency: added to the service time of each request", .source = "none: the method says it", .min = 0, .max = 600});
    visit(self.errors, {.name = "errors", .doc = "add_errors: share of requests that fail", .source = "none: the method says it", .min = 0, .max = 1});
    visit(self.load, {.name = "load", .doc = "set_load: factor on the arrivals of the workload that is the target; without a target, of plays and of all workloads", .source = "none: the method says it", .min = 0,
                            .max = 1000});
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
    {chaos::Action::add_latency, "add_latency", "make a service slower"},
    {chaos::Action::add_errors, "add_errors", "make a service fail a share of its requests"},
    {chaos::Action::set_load, "set_load", "multiply the arrivals of plays and workloads"},
    {chaos::Action::release_title, "release_title", "a new title is filled into every site"},
});
}  // namespace streamtwin
