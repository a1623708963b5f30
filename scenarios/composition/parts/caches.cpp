// Caches begin as they would be found after a long time of the load with which the run begins. Who asks for an item: the
// members' plays and the workloads, each with its subjects, its regions and its way through the call graph.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "models/services/cache_history.hpp"
#include "models/services/cache_warmer.hpp"
#include "models/services/call_graph.hpp"
#include "scenarios/composition/parts/load.hpp"
#include "scenarios/composition/parts/members.hpp"
#include "scenarios/composition/twin/parts.hpp"
#include "scenarios/composition/twin/targets.hpp"
#include "scenarios/scenario/places.hpp"
#include "sim-core/set_up.hpp"

namespace streamtwin {
namespace {

/// What one request at a root does at a service.
struct Reach {
  double any = 0;   ///< probability that it comes there at all
  double mean = 0;  ///< how often it comes there
};

using ByService = std::map<std::string, Reach>;

// Calls are made or not independently of each other: callees first.
ByService reach(const std::map<std::string, services::ServiceSpec>& services, const services::CallGraph& graph, const std::string& root) {
  ByService result;
  const std::map<std::string, double> visits = graph.visits(root);
  const std::vector<std::string> order = graph.in_order();
  for (const auto& [name, service] : services) {
    if (!service.data || service.data->cache.empty()) continue;
    std::map<std::string, double> missed;  // by service: that a request at it does not come to `name`
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      double not_there = *at == name ? 0 : 1;
      for (const services::CallSpec& call : services.at(*at).calls) {
        const auto callee = missed.find(call.service);
        if (callee != missed.end()) not_there *= 1 - call.probability.value() * (1 - callee->second);
      }
      missed[*at] = not_there;
    }
    const auto mean = visits.find(name);
    result[name] = {1 - missed[root], mean == visits.end() ? 0 : mean->second};
  }
  return result;
}

/// Whoever asks for items, with the rate at which requests for a subject come to each region.
struct Asking {
  std::uint64_t subjects = 0;
  ByService reach;
  std::function<double(std::uint64_t subject, RegionIndex region)> per_second;
};

class CachesPart final : public TwinPart {
 public:
  explicit CachesPart(Twin::Parts& parts) : parts_(parts), graph_(parts.scenario.services) {}
  void start() override;
  /// They start again with nothing.
  void empty(const std::vector<rpc::Instance*>& nodes);

 private:
  void empty(services::Service& cache, ZoneIndex zone, const std::vector<rpc::Instance*>& nodes);
  std::vector<Asking> asking(bool by_title) const;
  Asking plays(const MembersPart& members, bool by_title) const;
  Asking requests(const workload::Workload& workload, bool by_title) const;
  bool carries_values(const std::string& cache) const;
  void fill(services::Service& cache, const std::vector<RegionIndex>& regions, const std::vector<Asking>& of_titles,
            const std::vector<Asking>& of_subjects);

  Twin::Parts& parts_;
  const services::CallGraph graph_;
  std::map<std::uint16_t, services::CacheWarmer> warmers_;  ///< by the service's index
};

Asking CachesPart::plays(const MembersPart& members, bool by_title) const {
  const Scenario& scenario = parts_.scenario;
  Asking plays;
  plays.reach = reach(scenario.services, graph_, scenario.services.at(scenario.edge.gateway).origins().front().service);
  const double rate = members.members->plays_at(::streamtwin::now()).value();
  if (by_title) {
    plays.subjects = static_cast<std::uint64_t>(scenario.open_connect->titles);
    plays.per_second = [&members, rate, shares = members.regions()](std::uint64_t title, RegionIndex region) {
      return rate * members.members->titles().share(title).value() * shares[region].value();
    };
    return plays;
  }
  plays.subjects = static_cast<std::uint64_t>(scenario.members->accounts);
  plays.per_second = [&members, each = rate / static_cast<double>(plays.subjects)](std::uint64_t subject, RegionIndex region) {
    const auto member = static_cast<std::uint32_t>(subject);
    return members.sessions->homes.of(member, members.members->groups()[member]) == region ? each : 0;
  };
  return plays;
}

Asking CachesPart::requests(const workload::Workload& workload, bool by_title) const {
  const Scenario& scenario = parts_.scenario;
  Asking requests;
  requests.reach = reach(scenario.services, graph_, workload.spec().target);
  requests.subjects = by_title && scenario.open_connect ? static_cast<std::uint64_t>(scenario.open_connect->titles) : workload.subjects();
  const Rate rate = workload.rate_at(::streamtwin::now());
  const bool titles_alike = by_title && scenario.open_connect.has_value();
  requests.per_second = [&workload, rate, titles_alike, subjects = requests.subjects](std::uint64_t subject, RegionIndex region) {
    const Rate each = titles_alike ? rate / static_cast<double>(subjects) : workload.part_of(rate, subject);
    return each.value() * workload.share_of(region).value();
  };
  return requests;
}

std::vector<Asking> CachesPart::asking(bool by_title) const {
  std::vector<Asking> all;
  if (const auto* members = parts_.find<MembersPart>()) all.push_back(plays(*members, by_title));
  for (const workload::Workload& workload : parts_.get<LoadPart>().load.all()) all.push_back(requests(workload, by_title));
  return all;
}

void add_items(services::CacheHistory& history, const services::Service& owner, const std::vector<RegionIndex>& regions,
               const std::vector<Asking>& asking) {
  std::uint64_t subjects = 0;
  for (const Asking& who : asking) subjects = std::max(subjects, who.subjects);
  LongWork work;
  for (std::uint64_t subject = 0; subject < subjects; ++subject) {
    work.step();
    double requests = 0, reads = 0;
    for (const Asking& who : asking) {
      if (subject >= who.subjects) continue;
      const Reach& way = who.reach.at(owner.name);
      for (const RegionIndex region : regions) {
        const double coming = who.per_second(subject, region);
        requests += coming * way.any;
        reads += coming * way.mean;
      }
    }
    if (requests > 0) history.add(owner, subject, Rate{requests}, reads / requests);
  }
}

void CachesPart::start() {
  const std::vector<Asking> of_titles = asking(true), of_subjects = asking(false);
  for (services::Service& cache : parts_.mesh.services()) {
    if (!cache.spec.cache) continue;
    std::vector<RegionIndex> regions;
    for (std::size_t r = 0; r < parts_.geography.regions(); ++r) regions.push_back(static_cast<RegionIndex>(r));
    const bool filled = !cache.spec.cache->begins_empty;
    if (filled && carries_values(cache.name)) {
      fill(cache, regions, of_titles, of_subjects);
    } else if (filled) {
      for (const RegionIndex region : regions) fill(cache, {region}, of_titles, of_subjects);
    }
    if (cache.spec.cache->warmer) warmers_.try_emplace(cache.index, parts_.mesh, cache);
  }
}

void CachesPart::fill(services::Service& cache, const std::vector<RegionIndex>& regions, const std::vector<Asking>& of_titles,
                      const std::vector<Asking>& of_subjects) {
  services::CacheHistory history(parts_.mesh, cache, regions);
  for (const services::Service& owner : parts_.mesh.services()) {
    if (owner.cache == &cache && owner.original == nullptr)
      add_items(history, owner, regions, owner.spec.data->keyed_by_title ? of_titles : of_subjects);
  }
  history.fill(::streamtwin::now(), Seed{parts_.plan.seed});
}

bool CachesPart::carries_values(const std::string& cache) const {
  if (!parts_.scenario.cache_replication) return false;
  const auto& caches = parts_.scenario.cache_replication->caches;
  const auto replicated = caches.find(cache);
  return replicated != caches.end() && replicated->second.mode == evcache::ReplicationMode::values;
}

void check_write_only(const Scenario& scenario, Checker& checker) {
  const std::vector<std::string> zones = zone_names(scenario);
  for (const auto& [name, service] : scenario.services) {
    if (!service.cache) continue;
    for (std::size_t i = 0; i < service.cache->write_only.size(); ++i) {
      const std::string& zone = service.cache->write_only[i];
      if (std::ranges::count(zones, zone) == 0) {
        checker.error(fmt::format("services.{}.cache.write_only[{}]", name, i),
                      fmt::format("there is no zone `{}`: expected one of {}", zone, fmt::join(zones, ", ")));
      }
    }
  }
}

void CachesPart::empty(const std::vector<rpc::Instance*>& nodes) {
  std::map<std::pair<std::uint16_t, ZoneIndex>, std::vector<rpc::Instance*>> copies;
  for (rpc::Instance* node : nodes) copies[{services::service_of(*node).index, node->zone}].push_back(node);
  for (const auto& copy : copies) empty(services::service_of(*copy.second.front()), copy.first.second, copy.second);
}

void CachesPart::empty(services::Service& cache, ZoneIndex zone, const std::vector<rpc::Instance*>& nodes) {
  const auto warmer = warmers_.find(cache.index);
  const bool whole = static_cast<int>(nodes.size()) == cache.cluster->slots(zone);
  if (warmer != warmers_.end() && whole) return warmer->second.renew(zone);
  for (rpc::Instance* node : nodes) {
    evcache::shard_of(*node).clear();
    if (warmer != warmers_.end()) warmer->second.refill(*node);
  }
}

void check_caches(const StepCheck& on) {
  check_instances(on);
  for (const std::string& service : services_meant(on.scenario, on.step.target)) {
    on.require(on.scenario.services.at(service).cache.has_value(), "target",
               fmt::format("{} is no cache: it holds nothing that a start would lose", service));
  }
}

chaos::Effect empty_cache(Twin::Parts& parts, const FaultSpec& step) {
  const auto present = instances_of(parts, step).present;
  return {.text = [present] { return fmt::format("started again, and empty: {}", names_of(present())); },
          .begin = [present, &parts] { parts.get<CachesPart>().empty(present()); },
          .end = nullptr};
}

std::vector<Action> cache_actions() {
  return {
      {.name = "empty_cache",
       .doc =
           "start the memcacheds of a cache again, so that they hold nothing; where the cache has a `warmer`, a zone's whole copy is not "
           "read any more before that, and again when it has been filled",
       .needs = {"target"},
       .takes = {TargetKind::instances},
       .check_target = check_caches,
       .bind = empty_cache}};
}

}  // namespace

extern const PartKind caches_part;
const PartKind caches_part{.check = check_write_only, .build = build_part<CachesPart>, .actions = cache_actions};

}  // namespace streamtwin
