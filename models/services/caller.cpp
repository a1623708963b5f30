#include "models/services/caller.hpp"

#include "models/services/service.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::services {

Caller::Caller(Instance& its_instance, const Service& its_service)
    : instance(its_instance), service(its_service), calls_(its_service.callees.size()) {}

Outgoing& Caller::outgoing(std::size_t position) {
  const std::size_t first = service.commands[position];
  Call& call = calls_[first];
  if (call.made == nullptr) [[unlikely]] {
    Service& callee = *service.callees[first];
    call.made = std::make_unique<Outgoing>(service.calls[first], service.call_rules[first], callee, instance.launched(),
                                           plugged(service.balancer_rule, callee.name, instance.name));
    const ribbon::BalancerProperties& balancer = service.calls[first].balancer;
    if (!ribbon::ListFilter::keeps_all(balancer)) {
      Random random = instance.stream("list of " + service.callees[first]->name);
      call.made->list_filter = std::make_unique<ribbon::ListFilter>(balancer, instance.zone, random);
    }
    const ClientSpec& client = service.calls[first].client;
    if (Defences::asked_for(client)) {
      Random random = instance.stream("defences against " + service.callees[first]->name);
      call.made->defences = std::make_unique<Defences>(client, random, Simulation::current().now());
    }
    if (call.list != nullptr) update_balancer(call, Simulation::current().now());
  }
  call.made->fetch();
  return *call.made;
}

void Caller::take_list(std::size_t position, std::shared_ptr<const registry::AppView> list, const rpc::Lives& lives, Instant now) {
  Call& call = calls_[position];
  if (call.list == list && (call.made == nullptr || call.made->list_filter == nullptr)) return;
  call.list = std::move(list);
  if (call.made == nullptr) return;
  Outgoing& made = *call.made;
  const std::uint32_t before = made.balancer.version();
  update_balancer(call, now);
  if (made.balancer.version() == before) return;
  made.balancer.forget_gone([&lives](InstanceId server) { return lives.find(server) == nullptr; }, now);
  made.balancer.disconnect_unlisted();
}

void Caller::update_balancer(Call& call, Instant now) {
  thread_local std::vector<ribbon::Server> servers;  // room that is kept
  servers.clear();
  if (call.list != nullptr) {
    for (const registry::ViewedInstance& up : call.list->up) servers.push_back({up.id, up.zone});
  }
  ribbon::LoadBalancer& balancer = call.made->balancer;
  if (call.made->list_filter != nullptr) return call.made->take_list(call.made->list_filter->filter(servers, balancer, now), now);
  call.made->take_list(servers, now);
}

// Pools are refreshed at any time, not all at once.
evcache::Client& Caller::cache_client(const Service& cache, std::uint8_t own_zone, Instant now) {
  for (const auto& [of, client] : cache_clients_) {
    if (of == &cache) return *client;
  }
  const evcache::CacheProperties& properties = *cache.spec.cache;
  const Instant refreshed = now - instance.stream("evcache " + cache.name).uniform(Duration{0}, properties.refresh_interval);
  return *cache_clients_.emplace_back(&cache, std::make_unique<evcache::Client>(properties, own_zone, refreshed)).second;
}

}  // namespace streamtwin::services
