#include "models/services/mesh.hpp"

#include "models/stores/kinds.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

Mesh::Mesh(const places::Geography& its_geography, Recorder& its_recorder, const MeshSpec& spec, MeshPlugs plugs)
    : geography(its_geography),
      recorder(its_recorder),
      measures(its_recorder),
      network(its_geography),
      written(its_geography),
      data(network, measures, injections, written),
      spec_(spec),
      plugs_(plugs) {
  network.hops = measures.hops;
  written.measures = measures.cache_stale;
  lives_subscription_ = lives.subscribe(*this);
  for (std::size_t r = 0; r < geography.regions(); ++r) {
    regions.emplace_back(recorder, geography.region_name(static_cast<RegionIndex>(r)));
  }
  if (spec.deadlines != Deadlines::propagate) return;
  network.expired = measures.expired = recorder.counter("mesh.expired");
  recorder.rate_series("mesh.expired", "/s", measures.expired);
}

Service& Mesh::make_service(const std::string& name, const ServiceSpec& spec) {
  Service& made = services_.emplace_back(static_cast<std::uint16_t>(services_.size()), name, spec, recorder);
  made.learner = plugs_.limiter;
  made.balancer_rule = plugs_.balancer;
  by_name_[name] = &made;
  return made;
}

void Mesh::add(const std::map<std::string, ServiceSpec>& specs) {
  bool defended = false, warmed = false;
  for (const auto& [name, spec] : specs) {
    make_service(name, spec);
    warmed |= spec.cache && spec.cache->warmer;
  }
  if (warmed) measures.warmers = WarmerMeasures(recorder);
  for (Service& service : services_) {
    for (const CallSpec& call : service.calls) {
      defended |= call.client.is_defended();
      service.callees.push_back(by_name_.at(call.service));
      if (call.shares_answers()) measures.shared_answers = recorder.counter("hystrix.shared_answers");
      if (call.client.has_budget()) measures.retries_throttled = recorder.counter("ribbon.retries_throttled");
    }
    if (service.spec.data) {
      if (!service.spec.data->cache.empty()) service.cache = by_name_.at(service.spec.data->cache);
      if (!service.spec.data->store.empty()) service.store = by_name_.at(service.spec.data->store);
    }
    bind_own_handler(service);
  }
  if (!defended) return;
  measures.defences = DefenceMeasures(recorder);
  network.cancelled = recorder.counter("hedging.cancelled");
}

Service& Mesh::clone(const std::string& original, const std::string& name, MemberRoutes::Route route) {
  const Service& usual = service(original);
  ServiceSpec spec = usual.spec;
  spec.instances_per_zone = 0;
  spec.instances.clear();
  spec.scaling.reset();
  Service& instead = make_service(name, spec);
  instead.callees.assign(usual.callees.begin(), usual.callees.begin() + static_cast<std::ptrdiff_t>(usual.calls_without_detours()));
  instead.original = &usual;
  instead.cache = usual.cache;
  instead.store = usual.store;
  bind_own_handler(instead);
  for (Service& caller : services_) caller.add_detours(route, usual, instead);
  return instead;
}

void Mesh::count_retry(const Instance& caller, Service& callee, bool made) {
  ++(made ? measures.retries : measures.retries_throttled);
  ++(made ? callee.measures.retries : callee.measures.retries_refused);
  RegionMeasures& region = regions[geography.region_of(caller.zone)];
  ++(made ? region.retries : region.retries_refused);
}

void Mesh::notice_open_circuit(const Instance& caller, Service& callee) {
  if (now() - callee.circuit_noticed < Notices::silence) return;
  callee.circuit_noticed = now();
  recorder.notices.add(now(), NoticeKind::circuit_open, callee.name, caller.name);
}

void Mesh::ejections_changed(const Instance& caller, Outgoing& outgoing, std::span<const outlier::Change> changes) {
  if (changes.empty()) return;
  for (const outlier::Change& change : changes) {
    if (!change.cause) continue;
    ++measures.defences.ejections;
    recorder.notices.add(now(), NoticeKind::ejected, lives.name_of(change.host), caller.name);
  }
  outgoing.defences->ejections->apply(outgoing.balancer, now());
}

void Mesh::count_call_to_dead(InstanceId callee) {
  ++measures.calls_to_dead;
  if (const std::optional<Instant> gone = lives.gone_since(callee)) measures.dead_for.record(now() - *gone);
}

Service& Mesh::service(const std::string& name) { return *by_name_.at(name); }

void Mesh::bind_own_handler(Service& service) {
  if (service.spec.cache) {
    service.bind(cache_handlers_.emplace_back(service.spec.cache->memory, service.spec.cache->eviction, written));
  } else if (service.spec.store) {
    service.bind(*stores_.emplace_back(stores::make_store(network, *service.spec.store, service, recorder)));
  } else if (!service.callees.empty() || service.store != nullptr) {
    service.bind(orchestrator);
  }
}

void Mesh::bind_gateways(rpc::Handler& handler) {
  for (Service& service : services_) {
    if (service.spec.gateway) service.bind(handler);
  }
}

void Mesh::bind(Role role, rpc::Handler& handler) {
  for (Service& service : services_) {
    if (service.spec.role == role) service.bind(handler);
  }
}

namespace {

stores::Store& store_at(const Service& service) { return static_cast<stores::Store&>(*service.handler()); }

}  // namespace

void Mesh::started(Instance& instance) {
  Service& service = service_of(instance);
  service.take_in(instance);
  if (service.spec.cache && std::ranges::count(service.spec.cache->write_only, geography.zone_name(instance.zone)) > 0)
    service.cluster->read_from(instance.zone, false);
  if (service_of(instance).spec.store) store_at(service_of(instance)).started(instance);
}

void Mesh::stopped(Instance& instance) {
  const Service& service = service_of(instance);
  if (service.spec.store) store_at(service).stopped(instance);
  if (service.store != nullptr) store_at(*service.store).client_stopped(instance);
}

void Mesh::refresh_balancers(Instance& instance, const registry::RegistryView& view) const {
  const std::vector<Service*>& callees = service_of(instance).callees;
  for (std::size_t i = 0; i < callees.size(); ++i) {
    const registry::AppId app = callees[i]->index;
    caller_of(instance).take_list(i, app < view.apps.size() ? view.apps[app] : nullptr, lives, now());
  }
}

}  // namespace streamtwin::services
