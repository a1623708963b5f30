// Caches that are replicated to the other regions: brokers on machines of their own in each region, producers on the instances that write,
// and relays from each region to each other.
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "models/cache/replication/relay.hpp"
#include "scenarios/composition/parts/cloud.hpp"
#include "scenarios/composition/twin/parts.hpp"

namespace streamtwin {
namespace {

class CacheReplicationPart final : public TwinPart {
 public:
  explicit CacheReplicationPart(Twin::Parts& parts);
  void start() override;
  void window_ends(Instant when) override;
  void add_results(RunResult&) override { count_alive(); }

 private:
  void add_cluster(RegionIndex region);
  void replicate(services::Service& cache, const evcache::ReplicatedCacheSpec& replicated);
  void count_alive();

  Twin::Parts& parts_;
  const evcache::CacheReplicationSpec& spec_;
  evcache::ReplicationMeasures& measures_;
  std::deque<kafka::Cluster> clusters_;  ///< by region
  std::deque<evcache::Replicator> replicators_;
  std::deque<evcache::Relay> relays_;
};

CacheReplicationPart::CacheReplicationPart(Twin::Parts& parts)
    : parts_(parts), spec_(*parts.scenario.cache_replication), measures_(parts.measures.cache_replication) {
  measures_ = evcache::ReplicationMeasures(parts.recorder);
  for (std::size_t region = 0; region < parts.geography.regions(); ++region) add_cluster(static_cast<RegionIndex>(region));
  for (const auto& [name, replicated] : spec_.caches) replicate(parts.mesh.service(name), replicated);
}

void CacheReplicationPart::add_cluster(RegionIndex region) {
  std::vector<kafka::Cluster::Broker> brokers;
  for (int number = 0; number < spec_.kafka.brokers; ++number) {
    for (const ZoneIndex zone : parts_.geography.zones_in(region)) {
      Host& machine = parts_.get<CloudPart>().add_machine(fmt::format("evcache-kafka-{}", number), zone, idle_cores);
      brokers.push_back({.machine = &machine, .zone = zone});
    }
  }
  clusters_.emplace_back(spec_.kafka, std::move(brokers), parts_.mesh.network.roads);
}

void CacheReplicationPart::replicate(services::Service& cache, const evcache::ReplicatedCacheSpec& replicated) {
  std::vector<evcache::Replicator::Way> ways;
  for (kafka::Cluster& cluster : clusters_)
    ways.push_back({&cluster, &cluster.add_topic(replicated.partitions, replicated.copies, measures_.logs)});
  evcache::Replicator& replicator =
      replicators_.emplace_back(replicated, spec_, std::move(ways), parts_.geography, parts_.mesh.written, measures_);
  cache.cluster->listen(replicator);
  for (std::size_t from = 0; from < clusters_.size(); ++from) {
    for (std::size_t to = 0; to < clusters_.size(); ++to) {
      if (from == to) continue;
      relays_.emplace_back(spec_.relay, replicator, *cache.cluster, parts_.mesh.network, parts_.mesh.written,
                           static_cast<RegionIndex>(from), static_cast<RegionIndex>(to), measures_);
    }
  }
}

void CacheReplicationPart::start() {
  for (kafka::Cluster& cluster : clusters_) cluster.start();
  for (evcache::Relay& relay : relays_) relay.start();
  for (evcache::Replicator& replicator : replicators_) replicator.start(parts_.mesh.lives);
}

void CacheReplicationPart::window_ends(Instant when) {
  double waiting = 0;
  for (const evcache::Relay& relay : relays_) waiting += relay.waiting();
  measures_.waiting.set(when, waiting);
}

void CacheReplicationPart::count_alive() {
  double at_producers = 0, in_logs = 0;
  for (const evcache::Replicator& replicator : replicators_) at_producers += replicator.waiting();
  for (const kafka::Cluster& cluster : clusters_) in_logs += cluster.unsettled();
  measures_.producers.audit.census(at_producers);
  measures_.logs.audit.census(in_logs);
}

void check_cache_replication(const Scenario& scenario, Checker& checker) {
  if (!scenario.cache_replication) return;
  const evcache::CacheReplicationSpec& spec = *scenario.cache_replication;
  checker.require(!spec.caches.empty(), "cache_replication.caches", "expected one cache at least");
  if (scenario.regions.size() < 2) checker.warning("cache_replication", "there is no other region: nothing is replicated");
  int fewest_zones = 1000;
  for (const places::RegionSpec& region : scenario.regions) fewest_zones = std::min(fewest_zones, region.zones);
  const int brokers = spec.kafka.brokers * fewest_zones;
  for (const auto& [name, replicated] : spec.caches) {
    const std::string field = "cache_replication.caches." + name;
    const auto service = scenario.services.find(name);
    if (service != scenario.services.end() && !service->second.cache)
      checker.error(field, fmt::format("{} is no cache: expected a service with `cache`", name));
    checker.require(replicated.copies <= brokers, field + ".copies",
                    fmt::format("expected at most the {} brokers of the smallest region, since each copy is on one of its own", brokers));
  }
}

bool has_cache_replication(const Scenario& scenario) { return scenario.cache_replication.has_value(); }

}  // namespace

extern const PartKind cache_replication_part;
const PartKind cache_replication_part{
    .check = check_cache_replication, .present = has_cache_replication, .build = build_part<CacheReplicationPart>};

}  // namespace streamtwin
