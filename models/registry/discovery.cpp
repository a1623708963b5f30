#include "models/registry/discovery.hpp"

#include "models/registry/dns_names.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "models/registry/registry_spec.hpp"
#include "models/registry/static_lists.hpp"

namespace streamtwin::registry {

std::unique_ptr<Discovery> make_discovery(const RegistrySpec& spec, const EurekaSpec& eureka, RegistryGround ground) {
  switch (spec.kind) {
    case RegistryKind::static_lists:
      ground.measures.restarts = ground.recorder.counter("registry.restarts");
      return std::make_unique<StaticLists>(spec.static_lists, ground.measures.restarts);
    case RegistryKind::dns: return std::make_unique<DnsNames>(spec.dns);
    case RegistryKind::eureka: break;
  }
  if (eureka.rate_limiter.enabled) ground.measures.rate_limited = ground.recorder.counter("eureka.rate_limited");
  if (eureka.deltas) ground.measures.full_fetches = ground.recorder.counter("eureka.full_fetches");
  return std::make_unique<EurekaCluster>(eureka, std::move(ground.passage), ground.measures, ground.region, std::move(ground.dropped));
}

}  // namespace streamtwin::registry
