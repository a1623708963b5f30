#include "scenarios/composition/parts/injections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/chaos/target.hpp"
#include "models/services/fit/injections.hpp"
#include "scenarios/composition/parts/client_groups.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

/// The calls that a step means: `play-api -> ratings`, or anybody's to `ratings`.
struct InjectedCalls {
  std::string caller, callee;
};

std::string service_at(std::string_view end) {
  const chaos::Target target = chaos::parse_target(end);
  if (target.selection.kind != chaos::Selection::Kind::all)
    throw std::invalid_argument("an injection strikes some of the members, and not some of the instances: leave the selection out");
  return std::string{target.place};
}

InjectedCalls calls_of(const FaultSpec& step) {
  if (const auto call = chaos::parse_call(step.target)) return {service_at(call->caller), service_at(call->callee)};
  return {"", service_at(step.target)};
}

void check_call(const StepCheck& on) {
  InjectedCalls ends;
  try {
    ends = calls_of(on.step);
  } catch (const std::invalid_argument& error) {
    return on.error("target", error.what());
  }
  const auto& services = on.scenario.services;
  const auto callee = services.find(ends.callee);
  if (callee == services.end()) return on.name("target", ends.callee, "service");
  if (!ends.caller.empty() && !services.contains(ends.caller)) return on.name("target", ends.caller, "service");
  const std::string_view why_not = why_not_there(on.step.point, callee->second);
  on.require(why_not.empty(), "point", why_not);
  const bool made = std::any_of(services.begin(), services.end(), [&](const auto& entry) {
    return (ends.caller.empty() || entry.first == ends.caller) && makes_call(entry.second, ends.callee);
  });
  on.require(made, "target",
             ends.caller.empty() ? fmt::format("no service calls {} under a command or as its data", ends.callee)
                                 : fmt::format("{} does not call {} under a command or as its data", ends.caller, ends.callee));
}

void check_rest(const StepCheck& on) {
  on.require(on.step.latency || on.step.errors, "", "inject needs `latency` or `errors`");
  on.require(on.scenario.has_edge(), "", "a gateway marks the requests that an injection strikes: this scenario has none");
  on.require(injections_of(on.scenario) <= fit::Injections::most, "",
             fmt::format("a request carries marks of at most {} injections", fit::Injections::most));
  check_client_group(on);
}

fit::Injection injection_of(Twin::Parts& parts, const FaultSpec& step) {
  const InjectedCalls ends = calls_of(step);
  fit::Injection injection{.members = step.members.value_or(Fraction{1}),
                           .point = point_of(step.point, parts.scenario.services.at(ends.callee)),
                           .callee = parts.mesh.service(ends.callee).index,
                           .latency = step.latency.value_or(Duration{0}),
                           .deviation = step.deviation.value_or(Duration{0}),
                           .errors = step.errors.value_or(Fraction{0})};
  if (!ends.caller.empty()) injection.caller = parts.mesh.service(ends.caller).index;
  injection.group = client_group_of(parts, step);
  return injection;
}

std::string text_of(const FaultSpec& step, const fit::Injection& injection) {
  std::string text = fmt::format("{:g} % of the members", injection.members.value() * 100);
  if (!step.client_group.empty()) text += " of " + step.client_group;
  if (injection.latency > Duration{0}) text += fmt::format(", +{:g} s", in_seconds(injection.latency));
  if (injection.errors.value() > 0) text += fmt::format(", {:g} % errors", injection.errors.value() * 100);
  return text;
}

chaos::Effect inject(Twin::Parts& parts, const FaultSpec& step) {
  services::Mesh& mesh = parts.mesh;
  count_injections(parts);
  const fit::Injection injection = injection_of(parts, step);
  const std::string name = fmt::format("{} {} at {:g}", step.target, static_cast<int>(injection.point), in_seconds(step.at));
  const auto number = mesh.injections.add(injection, parts.simulation.stream("injection", name));
  return {.text = [text = text_of(step, injection)] { return text; },
          .begin = [&mesh, number] { mesh.injections.begin(number); },
          .end = [&mesh, number] { mesh.injections.end(number); }};
}

}  // namespace

fit::Point point_of(const std::optional<fit::Point>& said, const services::ServiceSpec& callee) {
  if (said) return *said;
  if (callee.cache) return fit::Point::cache;
  return callee.store ? fit::Point::store : fit::Point::command;
}

std::string_view why_not_there(const std::optional<fit::Point>& said, const services::ServiceSpec& callee) {
  const fit::Point point = point_of(said, callee);
  const bool is_cache = callee.cache.has_value(), is_store = callee.store.has_value();
  if ((point == fit::Point::cache) == is_cache && (point == fit::Point::store) == is_store) return {};
  return is_cache   ? "calls to a cache are struck in its client: leave this out, or say `cache`"
         : is_store ? "calls to a store are struck in its driver: leave this out, or say `store`"
                    : "the target is neither a cache nor a store: expected `command` or `client`";
}

bool makes_call(const services::ServiceSpec& caller, const std::string& callee) {
  if (caller.data && (caller.data->cache == callee || caller.data->store == callee)) return true;
  return std::any_of(caller.calls.begin(), caller.calls.end(), [&](const services::CallSpec& call) { return call.service == callee; });
}

std::size_t injections_of(const Scenario& scenario) {
  const auto injects = [](const FaultSpec& step) { return step.action.name == "inject"; };
  auto number = std::count_if(scenario.method.begin(), scenario.method.end(), injects);
  if (!scenario.chap) return static_cast<std::size_t>(number);
  const auto& experiments = scenario.chap->experiments;
  number += std::count_if(experiments.begin(), experiments.end(), [](const auto& entry) { return entry.second.failure.has_value(); });
  return static_cast<std::size_t>(number);
}

void count_injections(Twin::Parts& parts) {
  services::Mesh& mesh = parts.mesh;
  mesh.measures.injection_marks = mesh.injections.marked = parts.recorder.counter("fit.marked");
  mesh.measures.injected_calls = mesh.injections.injected = parts.recorder.counter("fit.injected");
}

Action inject_action() {
  return {.name = "inject",
          .doc =
              "delay or fail calls of the requests of some members only, which the gateway marks (FIT): in the command or client of the "
              "caller, or as it asks its cache or store",
          .needs = {"target"},
          .reads = {"members", "client_group", "point", "latency", "deviation", "errors", "lasts"},
          .takes = {TargetKind::call, TargetKind::service},
          .check_target = check_call,
          .bind = inject,
          .check = check_rest};
}

}  // namespace streamtwin
