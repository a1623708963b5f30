#include "models/rpc/service.hpp"

#include <cmath>
#include <iterator>
#include <utility>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::rpc {

ServiceMeasures::ServiceMeasures(Recorder& recorder, const std::string& service)
    : requests(recorder.counter(service + ".requests")),
      failures(recorder.counter(service + ".failures")),
      rejections(recorder.counter(service + ".rejections")),
      busy(recorder.counter(service + ".busy", "s")),
      retries(recorder.counter(service + ".retries")),
      retries_refused(recorder.counter(service + ".retries_refused")),
      latency(recorder.histogram(service + ".latency")) {
  recorder.rate_series(service + ".rps", "/s", requests);
  recorder.rate_series(service + ".failures", "/s", failures);
  recorder.quantile_series(service + ".latency.p99", latency, 0.99);
}

Service::Service(std::uint16_t position, std::string its_name, const InstanceSpec& spec, Recorder& recorder)
    : index(position),
      name(std::move(its_name)),
      identity(mix(hash_text(name))),
      instance_spec(spec),
      measures(recorder, "service." + name) {
  record_admission(recorder);
}

// Only what is there is recorded: a service that turns nobody away has no empty series.
void Service::record_admission(Recorder& recorder) {
  const std::string prefix = "service." + name;
  if (instance_spec.admission.limit != LimitKind::none) {
    measures.over_limit = recorder.counter(prefix + ".over_limit");
    recorder.rate_series(prefix + ".over_limit", "/s", measures.over_limit);
    recorder.sampled_series(prefix + ".limit", "", [this] { return mean_limit(); });
  }
  if (instance_spec.shedding.enabled) {
    measures.shed = recorder.counter(prefix + ".shed");
    recorder.rate_series(prefix + ".shed", "/s", measures.shed);
  }
}

double Service::mean_limit() const {
  double sum = 0, alive = 0;
  for (const Instance& instance : instances_) {
    if (!instance.alive()) continue;
    sum += instance.admission->limit().value();
    ++alive;
  }
  return alive > 0 ? sum / alive : std::nan("");
}

void Service::bind(Handler& handler) {
  handler_ = &handler;
  screen_ = handler.screens() ? &handler : nullptr;
  for (Instance& instance : instances_) instance.state = handler.make_state(instance);
}

Instance& Service::launch(Host& machine, ZoneIndex zone, int number, InstanceId id) {
  if (slots_.size() <= zone) slots_.resize(zone + 1u);
  auto& in_zone = slots_[zone];
  if (in_zone.size() <= static_cast<std::size_t>(number)) in_zone.resize(static_cast<std::size_t>(number) + 1);
  Slot& slot = in_zone[static_cast<std::size_t>(number)];
  const auto before = slot.filled > 0 && slot.last != id ? std::optional{slot.last} : std::nullopt;
  Instance& instance = instances_.emplace_back(*this, machine, zone, number, Instance::Identity{id, slot.filled++, before});
  instance.place_ = std::prev(instances_.end());
  slot.newest = &instance;
  slot.last = id;
  if (handler_ != nullptr) instance.state = handler_->make_state(instance);
  return instance;
}

void Service::start(Instance& instance) {
  instance.serve_from(Simulation::current().now());
  if (instance_spec.garbage_collection.interval > Duration{0}) {
    instance.scope.spawn_service("garbage collector", collect_garbage(instance));
  }
}

void Service::take_leave(Instance& instance, std::list<Instance>& gone) {
  if (past_.size() <= instance.zone) past_.resize(instance.zone + 1u);
  Past& past = past_[instance.zone];
  past.worked += instance.worked();
  past.present += instance.present(Simulation::current().now()) * static_cast<double>(instance.execution.cores());
  Slot& slot = slots_[instance.zone][static_cast<std::size_t>(instance.number)];
  if (slot.newest == &instance) slot.newest = nullptr;
  gone.splice(gone.end(), instances_, instance.place_);
}

Task<> Service::collect_garbage(Instance& instance) {
  const GarbageCollectionSpec& spec = instance.service.instance_spec.garbage_collection;
  Random random = instance.stream("garbage");
  for (;;) {
    co_await delay(random.exponential(spec.interval));
    const Duration pause = instance.trouble->pauses * (spec.sigma == 0 ? spec.pause : random.lognormal(spec.pause, spec.sigma));
    instance.execution.pause(now() + pause);
    co_await delay(pause);
    instance.execution.resume();
  }
}

const ServerGroup* Service::served_by(RegionIndex region, const ServerGroup& group) {
  if (served_by_.size() <= region) served_by_.resize(region + std::size_t{1});
  return std::exchange(served_by_[region], &group);
}

Instance* Service::slot(ZoneIndex zone, int number) const {
  if (zone >= slots_.size() || static_cast<std::size_t>(number) >= slots_[zone].size()) return nullptr;
  return slots_[zone][static_cast<std::size_t>(number)].newest;
}

}  // namespace streamtwin::rpc
