// What a client keeps of the discovery list at each refresh: servers of its own zone while those hold up
// (ZoneAffinityServerListFilter), and a subset that drops its worst members at every refresh and refills itself at
// random by a biased shuffle (ServerListSubsetFilter).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::ribbon {

class ZoneAffinityFilter {
 public:
  ZoneAffinityFilter(const ZoneAffinityProperties& properties, ZoneIndex own_zone) : properties_(properties), own_zone_(own_zone) {}

  std::vector<Server> filter(std::span<const Server> servers, LoadBalancer& balancer, Instant now) const;

 private:
  ZoneAffinityProperties properties_;
  ZoneIndex own_zone_;
};

class SubsetFilter {
 public:
  explicit SubsetFilter(const SubsetProperties& properties) : properties_(properties) {}

  /// `servers` after zone affinity. The subset keeps the order in which its members entered.
  const std::vector<Server>& filter(std::span<const Server> servers, LoadBalancer& balancer, Instant now, Random& random);
  const std::vector<Server>& subset() const { return subset_; }

 private:
  SubsetProperties properties_;
  std::vector<Server> subset_;
};

/// The filter that a client's properties name; subsets are taken of what zone affinity leaves.
class ListFilter {
 public:
  ListFilter(const BalancerProperties& properties, ZoneIndex own_zone, Random random)
      : affinity_(properties.zone_affinity, own_zone), random_(random) {
    if (properties.list_filter == ListFilterKind::subset) subset_.emplace(properties.subset);
  }
  /// Whether a client with these properties keeps all that is listed.
  static bool keeps_all(const BalancerProperties& properties) {
    const ZoneAffinityProperties& affinity = properties.zone_affinity;
    return properties.list_filter == ListFilterKind::zone_affinity && !affinity.affinity && !affinity.exclusive;
  }
  /// At every refresh, whether the list has changed or not.
  std::vector<Server> filter(std::span<const Server> servers, LoadBalancer& balancer, Instant now) {
    std::vector<Server> near = affinity_.filter(servers, balancer, now);
    return subset_ ? subset_->filter(near, balancer, now, random_) : near;
  }

 private:
  ZoneAffinityFilter affinity_;
  std::optional<SubsetFilter> subset_;
  Random random_;
};

/// Worst first: more failures, then more active requests.
void sort_worst_first(std::vector<Server>& servers, LoadBalancer& balancer, Instant now);

/// ServerListSubsetFilter.randomChoose: each of the first `count` places swapped with any place of the whole list,
/// which is not a uniform shuffle.
void choose_biased(std::vector<Server>& servers, std::size_t count, Random& random);

}  // namespace streamtwin::ribbon
