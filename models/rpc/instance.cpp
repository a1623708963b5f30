#include "models/rpc/instance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/rpc/service.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {

Instance::Instance(Service& owner, Host& host, ZoneIndex in_zone, int slot, Identity identity)
    : service(owner),
      machine(host),
      machine_is_on_(host.state()),
      zone(in_zone),
      id(identity.id),
      execution(owner.instance_spec.execution, owner.instance_spec.cores, owner.instance_spec.queue_limit),
      number(slot),
      generation(identity.generation),
      predecessor(identity.predecessor),
      name(fmt::format("{}/{}/{}", owner.name, host.zone_name(), slot)) {
  random = stream("work");
  const InstanceSpec& spec = owner.instance_spec;
  if (spec.admission.limit != LimitKind::none || spec.shedding.enabled) {
    admission = std::make_unique<Admission>(spec.admission, spec.shedding, stream("limit"), plugged(owner.learner, owner.name, name));
  }
}

Random Instance::stream(std::string_view purpose) const {
  return Simulation::current().stream(name, fmt::format("{} {}", purpose, generation));
}

Duration Instance::draw_cost(std::uint64_t request) {
  for (const KnownWork* known : service.known_work) {
    if (const std::optional<Duration> work = known->of(request)) return *work;
  }
  return service.instance_spec.cost.draw(random);
}

Duration Instance::draw_work(std::uint64_t request, Instant now) {
  const InstanceSpec& spec = service.instance_spec;
  Duration work = draw_cost(request) * trouble->slowdown_on(spec.cores) / (pace_.value() * (1 - spec.execution.steal.value()));
  if (group_ != nullptr) work = work * group_->work_at(now - launched_);
  return launched_cold_ ? work * cold_factor_at(spec.warm_up, now - *launched_cold_) : work;
}

Duration Instance::present(Instant now) const { return dark_ ? Duration{0} : std::max(Duration{0}, std::min(now, died_) - launched_); }

void Instance::serve_from(Instant now) {
  launched_ = now;
  listens_ = true;
  stage_ = LifeStage::started;
}

void Instance::die() {
  if (!dead()) {
    died_ = Simulation::current().now();
    worked_ = execution.worked();
  }
  listens_ = false;
  stage_ = LifeStage::stopped;
  scope.cancel();
}

}  // namespace streamtwin::rpc
