#include "models/clients/name_service.hpp"

#include "models/clients/region_watch.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {
namespace {

// A number in [0, 1) that belongs to a member: where it falls in any share of the members.
double standing(Seed seed, std::uint32_t member, std::string_view purpose) {
  return Random(seed.value, member, hash_text(purpose)).uniform();
}

}  // namespace

NameService::NameService(const GeoDnsConfig& config, GeoDns dns, std::vector<Home> homes, std::size_t members, Fraction mis_steered,
                         Seed seed, const edge::Edge& edge, Duration failover_after, Recorder& recorder)
    : config_(config),
      dns_(std::move(dns)),
      homes_(std::move(homes)),
      mis_steered_(mis_steered),
      seed_(seed),
      edge_(edge),
      failover_after_(failover_after),
      recorder_(recorder),
      resolvers_(members) {}

Region NameService::home_of(std::uint32_t member, std::uint16_t group) const {
  const bool hidden = standing(seed_, member, "resolver") < mis_steered_.value();
  return hidden ? homes_[group].next : homes_[group].nearest;
}

void NameService::start(const std::vector<std::uint16_t>& group_of_member) {
  Random random(seed_.value, "resolvers", "start");
  for (std::uint32_t member = 0; member < resolvers_.size(); ++member) {
    resolvers_[member].preload(home_of(member, group_of_member[member]), now() + random.uniform(Duration{0}, config_.ttl));
  }
  scope_.spawn_service("DNS watch", watch());
}

Region NameService::region_of(std::uint32_t member, std::uint16_t group, Random& random) {
  return resolvers_[member].look_up(dns_, config_, home_of(member, group), standing(seed_, member, "saviour"), now(), random);
}

// A region answers when a load balancer and a gateway do.
Task<> NameService::watch() {
  RegionWatch watch(dns_.regions(), failover_after_);
  std::vector<bool> alive(dns_.regions());
  for (;;) {
    co_await delay(config_.watch_period);
    for (Region region = 0; region < dns_.regions(); ++region) alive[region] = edge_.alive(region);
    for (const RegionWatch::Change& change : watch.look(alive, now())) {
      dns_.redirect(change.region, change.to);
      recorder_.event(now(), "dns", edge_.region_name(change.region),
                      change.to.empty() ? "the region is named again" : "members are sent to the other regions");
    }
  }
}

}  // namespace streamtwin::clients
