// What a client keeps of the discovery list at each refresh: servers of its own zone while those hold up
// (ZoneAffinityServerListFilter), and a subset that drops its worst members at every refresh and refills itself at
// random by a biased shuffle (ServerListSubsetFilter).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/services/ribbon/load_balancer.hpp"

namespace streamtwin::ribbon {

struct ZoneAffinityProperties {
  bool affinity = false;
  bool exclusive = false;
  Fraction blackout_most{0.8};
  double load_most = 0.6;
  int available_least = 2;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/ribbon ZoneAffinityServerListFilter";
    visit(self.affinity, {.name = "affinity", .doc = "Prefer servers of the own zone", .source = source});
    visit(self.exclusive, {.name = "exclusive", .doc = "Never use another zone", .source = source});
    visit(self.blackout_most,
          {.name = "blackout_most", .doc = "All zones from this share of tripped servers on", .source = source, .min = 0, .max = 1});
    visit(self.load_most,
          {.name = "load_most", .doc = "All zones from this many active requests per server on", .source = source, .min = 0, .max = 1e9});
    visit(self.available_least,
          {.name = "available_least", .doc = "All zones below this many available servers", .source = source, .min = 0, .max = 1e6});
  }
};

class ZoneAffinityFilter {
 public:
  ZoneAffinityFilter(const ZoneAffinityProperties& properties, ZoneIndex own_zone) : properties_(properties), own_zone_(own_zone) {}

  std::vector<Server> filter(std::span<const Server> servers, LoadBalancer& balancer, Instant now) const;

 private:
  ZoneAffinityProperties properties_;
  ZoneIndex own_zone_;
};

struct SubsetProperties {
  int size = 20;
  Fraction force_eliminate{0.1};
  int failure_threshold = 0;
  int connection_threshold = 0;

  template <class Self, class Visitor>
  static void describe(Self& self, Visitor& visit) {
    constexpr std::string_view source = "Netflix/ribbon ServerListSubsetFilter";
    visit(self.size, {.name = "size", .doc = "Servers kept", .source = source, .min = 1, .max = 1e6});
    visit(self.force_eliminate,
          {.name = "force_eliminate", .doc = "Share replaced at every refresh at least", .source = source, .min = 0, .max = 1});
    visit(
        self.failure_threshold,
        {.name = "failure_threshold", .doc = "More recent failures than this eliminate a server", .source = source, .min = 0, .max = 1e9});
    visit(self.connection_threshold, {.name = "connection_threshold",
                                      .doc = "More active requests than this eliminate a server",
                                      .source = source,
                                      .min = 0,
                                      .max = 1e9});
  }
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

/// Worst first: more failures, then more active requests.
void sort_worst_first(std::vector<Server>& servers, LoadBalancer& balancer, Instant now);

/// ServerListSubsetFilter.randomChoose: each of the first `count` places swapped with any place of the whole list,
/// which is not a uniform shuffle.
void choose_biased(std::vector<Server>& servers, std::size_t count, Random& random);

}  // namespace streamtwin::ribbon
