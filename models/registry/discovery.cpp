#include "models/registry/discovery.hpp"

#include "models/registry/consensus_cluster.hpp"
#include "models/registry/dns_names.hpp"
#include "models/registry/eureka2_cluster.hpp"
#include "models/registry/eureka_cluster.hpp"
#include "models/registry/observed.hpp"
#include "models/registry/registry_spec.hpp"
#include "models/registry/static_lists.hpp"

namespace streamtwin::registry {
namespace {

std::unique_ptr<Discovery> make_kind(const RegistrySpec& spec, const EurekaSpec& eureka, RegistryGround& ground) {
  RegistryMeasures& measures = ground.measures;
  switch (spec.kind) {
    case RegistryKind::static_lists:
      measures.restarts = ground.recorder.counter("registry.restarts");
      return std::make_unique<StaticLists>(spec.static_lists, measures.restarts);
    case RegistryKind::dns: return std::make_unique<DnsNames>(spec.dns);
    case RegistryKind::consensus:
      measures.expired_sessions = ground.recorder.counter("registry.expired_sessions");
      return std::make_unique<ConsensusCluster>(spec.consensus, ground.passage, measures.expired_sessions, ground.dropped);
    case RegistryKind::eureka2:
      measures.lost_channels = ground.recorder.counter("registry.lost_channels");
      return std::make_unique<Eureka2Cluster>(spec.eureka2, ground.passage, measures, ground.region, ground.dropped);
    case RegistryKind::eureka: break;
  }
  if (eureka.rate_limiter.enabled) measures.rate_limited = ground.recorder.counter("eureka.rate_limited");
  if (eureka.deltas) measures.full_fetches = ground.recorder.counter("eureka.full_fetches");
  return std::make_unique<EurekaCluster>(eureka, ground.passage, measures, ground.region, ground.dropped);
}

}  // namespace

std::unique_ptr<Observed> make_discovery(const RegistrySpec& spec, const EurekaSpec& eureka, RegistryGround ground) {
  auto observed = std::make_unique<Observed>(ground.measures);
  ground.dropped = [tell = std::move(ground.dropped), its = observed.get()](InstanceId id) {
    its->dropped(id);
    tell(id);
  };
  observed->observe(make_kind(spec, eureka, ground));
  return observed;
}

}  // namespace streamtwin::registry
