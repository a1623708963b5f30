#include "models/services/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

Instance::Instance(Service& owner, Host& host, ZoneIndex in_zone, int slot, Launch launch, Instant now)
    : service(owner),
      machine(host),
      zone(in_zone),
      number(slot),
      serial(launch.serial),
      generation(launch.generation),
      name(fmt::format("{}/{}/{}", owner.name, host.zone_name(), slot)),
      random(stream("work")),
      execution(owner.spec.execution, owner.spec.cores, owner.spec.queue_limit),
      launched_(now),
      calls_(owner.callees.size()) {
  if (owner.spec.admission.limit != LimitKind::none || owner.spec.shedding.enabled) {
    admission.emplace(owner.spec.admission, owner.spec.shedding, stream("limit"));
  }
  if (owner.spec.role == Role::cache) shard = std::make_unique<evcache::Shard>(owner.spec.cache_memory);
}

Random Instance::stream(std::string_view purpose) const {
  return Simulation::current().stream(name, fmt::format("{} {}", purpose, generation));
}

Duration Instance::draw_work(Instant now) {
  const Duration work = service.spec.cost.draw(random) * service.slowdown;
  return launched_cold_ ? work * cold_factor_at(service.spec.warm_up, now - *launched_cold_) : work;
}

Outgoing& Instance::outgoing(std::size_t position) {
  const std::size_t first = service.commands[position];
  Call& call = calls_[first];
  if (call.made == nullptr) [[unlikely]] {
    call.made = std::make_unique<Outgoing>(service.spec.calls[first], *service.callees[first], launched_);
    const ribbon::BalancerProperties& balancer = service.spec.calls[first].balancer;
    if (!ribbon::ListFilter::keeps_all(balancer)) {
      Random random = stream("list of " + service.callees[first]->name);
      call.made->list_filter = std::make_unique<ribbon::ListFilter>(balancer, static_cast<ZoneIndex>(zone), random);
    }
    if (call.list != nullptr) update_balancer(call, Simulation::current().now());
  }
  return *call.made;
}

void Instance::take_list(std::size_t position, std::shared_ptr<const registry::AppView> list, Instant now) {
  Call& call = calls_[position];
  if (call.list == list && (call.made == nullptr || call.made->list_filter == nullptr)) return;
  call.list = std::move(list);
  if (call.made != nullptr) update_balancer(call, now);
}

void Instance::update_balancer(Call& call, Instant now) {
  thread_local std::vector<ribbon::Server> servers;  // room that is kept
  servers.clear();
  if (call.list != nullptr) {
    for (const registry::ViewedInstance& up : call.list->up) servers.push_back({up.id, up.zone});
  }
  ribbon::LoadBalancer& balancer = call.made->balancer;
  if (call.made->list_filter != nullptr) return balancer.update(call.made->list_filter->filter(servers, balancer, now), now);
  balancer.update(servers, now);
}

// Pools are refreshed at any time, not all at once.
evcache::Client& Instance::cache_client(const Service& cache, std::uint8_t own_zone, Instant now) {
  for (const auto& [of, client] : cache_clients_) {
    if (of == &cache) return *client;
  }
  const evcache::CacheProperties& properties = cache.spec.cache;
  const Instant refreshed = now - stream("evcache " + cache.name).uniform(Duration{0}, properties.refresh_interval);
  return *cache_clients_.emplace_back(&cache, std::make_unique<evcache::Client>(properties, own_zone, refreshed)).second;
}

Duration Instance::present(Instant now) const { return std::min(now, died_) - launched_; }

void Instance::die() {
  if (alive_) {
    died_ = Simulation::current().now();
    worked_ = execution.worked();
  }
  alive_ = false;
  scope.cancel();
}

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

MeshMeasures::MeshMeasures(Recorder& recorder)
    : hops(recorder.counter("mesh.hops")),
      retries(recorder.counter("ribbon.retries")),
      timeouts(recorder.counter("hystrix.timeouts")),
      late_answers(recorder.counter("hystrix.late_answers")),
      short_circuited(recorder.counter("hystrix.short_circuited")),
      pool_rejected(recorder.counter("hystrix.rejected")),
      fallbacks(recorder.counter("hystrix.fallbacks")),
      stale_answers(recorder.counter("hystrix.stale_answers")),
      cache_reads(recorder.counter("evcache.reads")),
      cache_hits(recorder.counter("evcache.hits")),
      cache_misses(recorder.counter("evcache.misses")) {
  recorder.rate_series("mesh.hops", "/s", hops);
  recorder.rate_series("hystrix.fallbacks", "/s", fallbacks);
  recorder.rate_series("hystrix.short_circuited", "/s", short_circuited);
  recorder.rate_series("hystrix.timeouts", "/s", timeouts);
  recorder.ratio_series("evcache.misses", share_unit, cache_misses, cache_reads);
}

Service::Service(std::uint16_t position, std::string its_name, ServiceSpec its_spec, Recorder& recorder)
    : index(position),
      name(std::move(its_name)),
      identity(mix(hash_text(name))),
      spec(std::move(its_spec)),
      measures(recorder, "service." + name) {
  for (const CallSpec& call : spec.calls) {
    const auto shared = [&](const CallSpec& other) { return other.shares_command(call); };
    commands.push_back(static_cast<std::size_t>(std::find_if(spec.calls.begin(), spec.calls.end(), shared) - spec.calls.begin()));
  }
  record_admission(recorder);
  record_dashboards(recorder);
}

// Only what is there is recorded: a service that turns nobody away has no empty series.
void Service::record_admission(Recorder& recorder) {
  const std::string prefix = "service." + name;
  if (spec.admission.limit != LimitKind::none) {
    measures.over_limit = recorder.counter(prefix + ".over_limit");
    recorder.rate_series(prefix + ".over_limit", "/s", measures.over_limit);
    recorder.sampled_series(prefix + ".limit", "", [this] { return mean_limit(); });
  }
  if (spec.shedding.enabled) {
    measures.shed = recorder.counter(prefix + ".shed");
    recorder.rate_series(prefix + ".shed", "/s", measures.shed);
  }
}

void Service::record_dashboards(Recorder& recorder) {
  for (std::size_t position = 0; position < spec.calls.size(); ++position) {
    const CallSpec& call = spec.calls[position];
    if (!call.dashboard || commands[position] != position) continue;
    const std::string prefix =
        fmt::format("dashboard.{}.{}{}{}", name, call.service, call.command_key.empty() ? "" : ".", call.command_key);
    // Over the instances that have made the call: `figure` of each, and what is made of their sum and number.
    const auto over_instances = [this, position](auto figure) {
      double sum = 0;
      int callers = 0;
      for (const Instance& instance : instances_) {
        const Outgoing* const made = instance.alive() ? instance.made(position) : nullptr;
        if (made == nullptr) continue;
        sum += figure(*made->dashboard, Simulation::current().now());
        ++callers;
      }
      return std::pair{sum, callers};
    };
    const auto requests = [](hystrix::Dashboard& dashboard, Instant now) { return static_cast<double>(dashboard.requests(now)); };
    const auto errors = [](hystrix::Dashboard& dashboard, Instant now) { return static_cast<double>(dashboard.errors(now)); };
    recorder.sampled_series(prefix + ".requests", "/s", [=] { return over_instances(requests).first / (hystrix::Dashboard::window / 1s); });
    recorder.sampled_series(prefix + ".errors", share_unit, [=] { return over_instances(errors).first / over_instances(requests).first; });
    for (const int percent : {50, 99}) {
      recorder.sampled_series(fmt::format("{}.latency.p{}", prefix, percent), "s", [=] {
        const auto [sum, callers] =
            over_instances([percent](hystrix::Dashboard& dashboard, Instant now) { return in_seconds(dashboard.latency(percent, now)); });
        return sum / callers;
      });
    }
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

Instance& Service::launch(Host& machine, ZoneIndex zone, int number, std::uint64_t serial, Instant now) {
  const Instance* const before = slot(zone, number);
  const std::uint32_t generation = before == nullptr ? 0 : before->generation + 1;
  Instance& instance = instances_.emplace_back(*this, machine, zone, number, Instance::Launch{serial, generation}, now);
  if (slots_.size() <= zone) slots_.resize(zone + 1);
  auto& in_zone = slots_[zone];
  const bool new_slot = in_zone.size() <= static_cast<std::size_t>(number);
  if (new_slot) in_zone.resize(static_cast<std::size_t>(number) + 1, nullptr);
  in_zone[static_cast<std::size_t>(number)] = &instance;
  if (new_slot && spec.role == Role::cache) build_ring(zone);
  if (spec.garbage_collection.interval > Duration{0}) instance.scope.spawn_service("garbage collector", collect_garbage(instance));
  return instance;
}

Task<> Service::collect_garbage(Instance& instance) {
  const GarbageCollectionSpec& spec = instance.service.spec.garbage_collection;
  Random random = instance.stream("garbage");
  for (;;) {
    co_await delay(random.exponential(spec.interval));
    const Duration pause = spec.sigma == 0 ? spec.pause : random.lognormal(spec.pause, spec.sigma);
    instance.execution.pause(now() + pause);
    co_await delay(pause);
    instance.execution.resume();
  }
}

// A zone's copy of a cache is a server group of its own. A node keeps its name when its machine is replaced, and its address
// goes by the names of service and zone: what else runs moves no key to another node.
void Service::build_ring(ZoneIndex zone) {
  std::vector<evcache::NodeName> nodes;
  const std::uint64_t network = mix(identity + hash_text(slots_[zone].front()->machine.zone_name()));
  for (std::size_t number = 0; number < slots_[zone].size(); ++number) {
    nodes.push_back({fmt::format("{}-{}", name, number), fmt::format("10.{}.{}.{}", network % 256, network / 256 % 256, number + 1)});
  }
  if (rings_.size() <= zone) rings_.resize(zone + 1u);
  rings_[zone] = evcache::KetamaRing::of_group(nodes, spec.cache.bucket_size);
}

Instance* Service::slot(ZoneIndex zone, int number) const {
  if (zone >= slots_.size() || static_cast<std::size_t>(number) >= slots_[zone].size()) return nullptr;
  return slots_[zone][number];
}

}  // namespace streamtwin::services
