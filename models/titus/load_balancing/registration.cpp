#include "models/titus/load_balancing/registration.hpp"

#include <algorithm>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::titus {

LoadBalancingMeasures::LoadBalancingMeasures(Recorder& recorder, const std::string& prefix)
    : updates(recorder.counter(prefix + "updates")),
      batches(recorder.counter(prefix + "batches")),
      calls_failed(recorder.counter(prefix + "calls_failed")),
      rate_limited(recorder.counter(prefix + "rate_limited")),
      repaired(recorder.counter(prefix + "repaired")),
      wait(recorder.histogram(prefix + "wait")) {}

Registration::Registration(const LoadBalancingSpec& spec, Random random, LoadBalancingMeasures& measures, RegistrationObserver& observer)
    : spec_(spec), random_(random), measures_(measures), observer_(observer), batcher_(spec, now()) {}

void Registration::start() {
  scope_.spawn_service("registration with load balancers", send_batches());
  scope_.spawn_service("reconciliation with load balancers", reconcile());
}

bool Registration::is_registered(BalancerId balancer, ContainerId container) const {
  const auto found = targets_.find({balancer, container});
  return found != targets_.end() && found->second.registered;
}

void Registration::found(BalancerId balancer, ContainerId container) {
  targets_[{balancer, container}] = {.wanted = TargetState::registered, .registered = true, .since = now(), .left_alone_until = now()};
}

void Registration::want(BalancerId balancer, ContainerId container, TargetState state) {
  Target& target = targets_[{balancer, container}];
  target.wanted = state;
  target.since = now();
  unsettled_.insert({balancer, container});
  offer({balancer, container}, target, UpdatePriority::high);
}

void Registration::offer(TargetName name, Target& target, UpdatePriority priority) {
  target.left_alone_until = now() + spec_.cool_down;
  ++measures_.updates;
  batcher_.offer(name.first, {name.second, target.wanted, priority, now()});
  offered_.notify_all();
}

Task<> Registration::send_batches() {
  for (;;) {
    if (batcher_.empty()) {
      co_await offered_.wait();
      batcher_.skip_to(now());
    }
    co_await until(batcher_.next_flush());
    const std::uint64_t limited = batcher_.rate_limited();
    std::vector<Batch> batches = batcher_.flush(now());
    measures_.rate_limited.add(batcher_.rate_limited() - limited);
    for (Batch& batch : batches) send(std::move(batch));
  }
}

void Registration::send(Batch batch) {
  ++measures_.batches;
  const auto rest = std::stable_partition(batch.updates.begin(), batch.updates.end(),
                                          [](const TargetUpdate& update) { return update.state == TargetState::registered; });
  std::vector<TargetUpdate> going(rest, batch.updates.end());
  batch.updates.erase(rest, batch.updates.end());
  if (!batch.updates.empty())
    scope_.spawn_service("registration of a batch", apply(batch.balancer, TargetState::registered, std::move(batch.updates)));
  if (!going.empty()) scope_.spawn_service("deregistration of a batch", apply(batch.balancer, TargetState::deregistered, std::move(going)));
}

Task<> Registration::apply(BalancerId balancer, TargetState state, std::vector<TargetUpdate> updates) {
  const bool fails = random_.chance(spec_.call_failures.value());
  co_await delay(random_.lognormal(spec_.call, spec_.call_sigma));
  if (fails) {
    ++measures_.calls_failed;
    co_return;
  }
  for (const TargetUpdate& update : updates) settle({balancer, update.container}, state);
}

// One that comes late, after another, may undo what that one did: then the target is not as it should be.
void Registration::settle(TargetName name, TargetState state) {
  const auto [place, is_new] = targets_.try_emplace(name);
  Target& target = place->second;
  if (is_new) target.since = target.left_alone_until = now();
  const bool registered = state == TargetState::registered;
  const bool changed = std::exchange(target.registered, registered) != registered;
  if (target.wanted != state) {
    unsettled_.insert(name);
  } else if (unsettled_.erase(name) > 0) {
    measures_.wait.record(now() - target.since);
  }
  if (!registered && target.wanted == TargetState::deregistered) targets_.erase(place);
  if (changed && registered) observer_.registered(name.first, name.second);
  if (changed && !registered) observer_.deregistered(name.first, name.second);
}

// Balancers are asked one after the other who is registered; those that are not reached in time are left for the next time.
Task<> Registration::reconcile() {
  for (;;) {
    co_await delay(spec_.reconciliation_delay);
    if (unsettled_.empty()) continue;
    const double asked = unsettled_.rbegin()->first + 1.0;
    const double reached = spec_.call > Duration{0} ? std::min(asked, spec_.reconciliation_timeout / spec_.call) : asked;
    co_await delay(reached * spec_.call);
    for (const TargetName& name : unsettled_) {
      if (name.first >= reached) break;
      Target& target = targets_.at(name);
      if (target.left_alone_until > now()) continue;
      ++measures_.repaired;
      offer(name, target, UpdatePriority::low);
    }
  }
}

}  // namespace streamtwin::titus
