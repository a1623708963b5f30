#include "models/chaos/faults.hpp"

#include <fmt/format.h>

#include "models/chaos/action_keys.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::chaos {
namespace {

/// `killed`: instances that died of it.
std::string describe(const Fault& fault, int killed) {
  switch (fault.spec.action) {
    case Action::add_latency: return fmt::format("+{:g} s per request", in_seconds(fault.spec.latency.value_or(Duration{0})));
    case Action::add_errors: return fmt::format("{:g} % errors", fault.spec.errors.value_or(Fraction{0}).value() * 100);
    case Action::slow_processors: return fmt::format("{:g} % of the processor speed", fault.spec.speed.value_or(Fraction{1}).value() * 100);
    case Action::set_load: return fmt::format("{:g} times the load", fault.spec.load.value_or(1));
    case Action::release_title: return "a new title is filled into every site";
    case Action::kill_instances: {
      const int asked = fault.spec.instances.value_or(killed);
      return fmt::format("{} instance{} killed{}", killed, killed == 1 ? "" : "s",
                         asked > killed ? fmt::format(" of {} asked for", asked) : "");
    }
    case Action::start_instances:
      return fmt::format("{} instance{} started", fault.spec.instances.value_or(0), fault.spec.instances == 1 ? "" : "s");
    case Action::delay_calls: return fmt::format("+{:g} s on the way of a call", in_seconds(fault.spec.latency.value_or(Duration{0})));
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
  const int killed = fault.kill ? fault.kill() : 0;
  recorder_.event(now(), name_of(fault.spec.action), fault.spec.target, describe(fault, killed));
  begin(fault);
  if (!fault.spec.lasts) co_return;
  co_await delay(*fault.spec.lasts);
  recorder_.event(now(), "restored", fault.spec.target, fmt::format("{} ends", name_of(fault.spec.action)));
  end(fault);
}

void Faults::begin(const Fault& fault) {
  active_.push_back(&fault);
  for (Host* host : fault.hosts) hold_down(*host);
  if (fault.service != nullptr) weaken(*fault.service);
  if (fault.act) fault.act();
}

void Faults::end(const Fault& fault) {
  std::erase(active_, &fault);
  for (Host* host : fault.hosts) let_go(*host);
  if (fault.service != nullptr) weaken(*fault.service);
  if (fault.undo) fault.undo();
}

// A host that was off before the first fault stays off after the last one: whoever turned it off turns it on.
void Faults::hold_down(Host& host) {
  Held& held = held_[&host];
  // What was asked at this instant has not reached the platform yet.
  if (held.faults++ == 0) held.was_on = host.is_on() || held.turned_on == now();
  turn_off(host);
}

void Faults::let_go(Host& host) {
  Held& held = held_[&host];
  if (--held.faults > 0 || !held.was_on) return;
  held.turned_on = now();
  turn_on(host);
}

// Faults are independent causes: a request fails by any of them, and waits for all of them. Summed up anew each time,
// so that nothing is left of a fault that has ended.
void Faults::weaken(services::Service& service) const {
  Duration latency{0};
  double errors = 0, slowdown = 1;
  for (const Fault* fault : active_) {
    if (fault->service != &service) continue;
    if (fault->spec.action == Action::add_latency) latency += fault->spec.latency.value_or(Duration{0});
    const double share = fault->spec.action == Action::add_errors ? fault->spec.errors.value_or(Fraction{0}).value() : 0;
    errors += share - errors * share;
    if (fault->spec.action == Action::slow_processors) slowdown /= fault->spec.speed.value_or(Fraction{1}).value();
  }
  service.added_latency = latency;
  service.added_errors = Fraction{errors};
  service.slowdown = slowdown;
}

}  // namespace streamtwin::chaos
