#include "models/chaos/faults.hpp"

#include <fmt/format.h>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {
namespace {

std::string_view name_of(Action action) {
  for (const auto& entry : enum_names<Action>) {
    if (entry.value == action) return entry.name;
  }
  return "";
}

std::string describe(const Fault& fault) {
  switch (fault.spec.action) {
    case Action::add_latency: return fmt::format("+{:g} s per request", in_seconds(fault.spec.latency));
    case Action::add_errors: return fmt::format("{:g} % errors", fault.spec.errors.value() * 100);
    case Action::set_load: return fmt::format("{:g} times the load", fault.spec.load);
    case Action::release_title: return "a new title is filled into every site";
    case Action::kill_instances:
      return fault.spec.instances ? fmt::format("{} instance{} killed", *fault.spec.instances, *fault.spec.instances == 1 ? "" : "s")
                                  : "all instances killed";
    case Action::start_instances:
      return fmt::format("{} instance{} started", fault.spec.instances.value_or(0), fault.spec.instances == 1 ? "" : "s");
    case Action::delay_calls: return fmt::format("+{:g} s on the way of a call", in_seconds(fault.spec.latency));
    case Action::proxy_region: return fault.spec.to.empty() ? "proxied to the nearest region" : fmt::format("proxied to {}", fault.spec.to);
    default: return fmt::format("{} host{} off", fault.hosts.size(), fault.hosts.size() == 1 ? "" : "s");
  }
}

}  // namespace

Faults::Faults(std::vector<Fault> method, Instant zero, Recorder& recorder)
    : method_(std::move(method)), zero_(zero), recorder_(recorder) {}

void Faults::start() {
  for (const Fault& fault : method_) scope_.spawn_service("a step of the method", carry_out(fault));
}

Task<> Faults::carry_out(const Fault& fault) {
  co_await until(zero_ + fault.spec.at);
  recorder_.event(now(), name_of(fault.spec.action), fault.spec.target, describe(fault));
  begin(fault);
  if (!fault.spec.lasts) co_return;
  co_await delay(*fault.spec.lasts);
  recorder_.event(now(), "restored", fault.spec.target, fmt::format("{} ends", name_of(fault.spec.action)));
  end(fault);
}

void Faults::begin(const Fault& fault) {
  for (Host* host : fault.hosts) turn_off(*host);
  if (fault.spec.action == Action::add_latency) fault.service->added_latency += fault.spec.latency;
  if (fault.spec.action == Action::add_errors) fault.service->added_errors = fault.spec.errors;
  if (fault.act) fault.act();
}

void Faults::end(const Fault& fault) {
  for (Host* host : fault.hosts) turn_on(*host);
  if (fault.spec.action == Action::add_latency) fault.service->added_latency -= fault.spec.latency;
  if (fault.spec.action == Action::add_errors) fault.service->added_errors = Fraction{0};
  if (fault.undo) fault.undo();
}

}  // namespace streamtwin::chaos
