#include "models/services/mesh.hpp"

#include "sim-core/check.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

Mesh::Mesh(const places::Geography& its_geography, Recorder& its_recorder, const MeshSpec& spec)
    : geography(its_geography), recorder(its_recorder), measures(its_recorder), spec_(spec), written_(its_geography.regions()) {
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    regions.emplace_back(recorder, geography.region_name(static_cast<RegionIndex>(r)));
  }
  if (spec.deadlines != Deadlines::propagate) return;
  measures.expired = recorder.counter("mesh.expired");
  recorder.rate_series("mesh.expired", "/s", measures.expired);
}

void Mesh::add(const std::map<std::string, ServiceSpec>& specs) {
  for (const auto& [name, spec] : specs) {
    by_name_[name] = &services_.emplace_back(static_cast<std::uint16_t>(services_.size()), name, spec, recorder);
  }
  for (Service& service : services_) {
    for (const CallSpec& call : service.spec.calls) {
      service.callees.push_back(by_name_.at(call.service));
      if (call.shares_answers()) measures.shared_answers = recorder.counter("hystrix.shared_answers");
      if (call.client.retry_throttle.enabled) measures.retries_throttled = recorder.counter("ribbon.retries_throttled");
    }
    if (!service.spec.data) continue;
    if (!service.spec.data->cache.empty()) service.cache = by_name_.at(service.spec.data->cache);
    service.store = by_name_.at(service.spec.data->store);
  }
}

void Mesh::count_retry(const Instance& caller, Service& callee, bool made) {
  ++(made ? measures.retries : measures.retries_throttled);
  ++(made ? callee.measures.retries : callee.measures.retries_refused);
  RegionMeasures& region = regions[geography.region_of(caller.zone)];
  ++(made ? region.retries : region.retries_refused);
}

Service& Mesh::service(const std::string& name) { return *by_name_.at(name); }

void Mesh::set_process(Role role, RoleProcess& process) {
  processes_[static_cast<std::size_t>(role)] = &process;
  for (Instance* instance : instances_) {
    if (instance->service.spec.role == role) instance->state = process.make_state(*instance);
  }
}

void Mesh::note(Instance& instance) {
  check(instance.serial == instances_.size(), "instances are noted in the order of their launch");
  instances_.push_back(&instance);
  RoleProcess* process = processes_[static_cast<std::size_t>(instance.service.spec.role)];
  if (process != nullptr) instance.state = process->make_state(instance);
}

void Mesh::refresh_balancers(Instance& instance, const registry::RegistryView& view) {
  const std::vector<Service*>& callees = instance.service.callees;
  for (std::size_t i = 0; i < callees.size(); ++i) {
    const registry::AppId app = callees[i]->index;
    instance.take_list(i, app < view.apps.size() ? view.apps[app] : nullptr, now());
  }
}

}  // namespace streamtwin::services
